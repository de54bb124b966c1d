package cpu

// Taps is a sparse matrix by rows: output i is the sum of Weight[k] times
// input Index[k] for k from Start[i] up to, but not, Start[i+1].
type Taps struct {
	Start, Index []int
	Weight       []float64
}

// Outputs is the number of rows.
func (t *Taps) Outputs() int { return len(t.Start) - 1 }

// Add adds an element to the last row.
func (t *Taps) Add(index int, weight float64) {
	t.Index = append(t.Index, index)
	t.Weight = append(t.Weight, weight)
}

// Close ends a row. The first call, on an empty matrix, begins the first one.
func (t *Taps) Close() { t.Start = append(t.Start, len(t.Index)) }

// Transpose returns the transposed matrix, which has n rows.
func (t *Taps) Transpose(n int) *Taps {
	s := &Taps{Start: make([]int, n+1), Index: make([]int, len(t.Index)), Weight: make([]float64, len(t.Index))}
	for _, j := range t.Index {
		s.Start[j+1]++
	}
	for j := range n {
		s.Start[j+1] += s.Start[j]
	}
	next := append([]int(nil), s.Start...)
	for i := range t.Outputs() {
		for k := t.Start[i]; k < t.Start[i+1]; k++ {
			at := next[t.Index[k]]
			next[t.Index[k]]++
			s.Index[at], s.Weight[at] = i, t.Weight[k]
		}
	}
	return s
}

// Resample applies the matrix along the middle axis of src [outer n inner]
// and writes dst [outer rows inner]. Sums are accumulated in float64.
func Resample[T Float](dst, src []T, outer, n, inner int, t *Taps) {
	rows := t.Outputs()
	if rows == 0 || inner == 0 {
		return
	}
	Parallel(outer*rows, GrainFor(2*inner*(1+len(t.Index)/rows)), func(lo, hi int) {
		sum := make([]float64, inner)
		for r := lo; r < hi; r++ {
			o, i := r/rows, r%rows
			clear(sum)
			for k := t.Start[i]; k < t.Start[i+1]; k++ {
				w := t.Weight[k]
				for j, v := range src[(o*n+t.Index[k])*inner : (o*n+t.Index[k]+1)*inner] {
					sum[j] += w * float64(v)
				}
			}
			for j, v := range sum {
				dst[r*inner+j] = T(v)
			}
		}
	})
}
