package ops

import "gonum.org/v1/gonum/mat"

// FromMat returns the elements of a gonum matrix as a Float64 tensor of shape
// [rows columns], as a copy.
func FromMat(m mat.Matrix) *Tensor {
	if m == nil {
		fail("ops.FromMat", &ArgError{Arg: "m", Rule: "is nil, want a matrix"})
	}
	rows, cols := m.Dims()
	data := make([]float64, rows*cols)
	for i := range rows {
		for j := range cols {
			data[i*cols+j] = m.At(i, j)
		}
	}
	return newTensor(data, Shape{rows, cols})
}

// Mat returns a matrix [rows columns] as gonum's type, as a copy in float64.
// A tensor of one axis becomes one column. It panics with a [ShapeError] for
// other ranks and for an axis of size 0, which gonum's matrices do not have.
func (t *Tensor) Mat() *mat.Dense {
	if r := len(t.shape); r != 1 && r != 2 || t.Len() == 0 {
		fail("ops.Tensor.Mat", &ShapeError{Arg: "the tensor", Got: t.Shape(), Want: Shape{-1, -1}, Axes: []string{"rows", "columns"}, Rule: "a gonum matrix has two axes and no size of 0",
			Help: "Reshape or Select one matrix of a batch first"})
	}
	cols := 1
	if len(t.shape) == 2 {
		cols = t.shape[1]
	}
	return mat.NewDense(t.shape[0], cols, t.Float64s())
}

// Vec returns a tensor of one axis as gonum's type, as a copy in float64.
func (t *Tensor) Vec() *mat.VecDense {
	if len(t.shape) != 1 || t.Len() == 0 {
		fail("ops.Tensor.Vec", &ShapeError{Arg: "the tensor", Got: t.Shape(), Want: Shape{-1}, Axes: []string{"n"}, Rule: "a gonum vector has one axis and no size of 0",
			Help: "Flatten makes one axis"})
	}
	return mat.NewVecDense(t.shape[0], t.Float64s())
}
