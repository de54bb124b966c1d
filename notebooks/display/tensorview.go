package display

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cahier/notebooks/internal/colorscale"
	"cahier/ops"
)

// TensorOptions says how [Tensor] shows a tensor.
type TensorOptions struct {
	// Colors says how elements become colours.
	Colors Colors
	// FullRange makes the scale of colours reach the smallest and the largest
	// element. Otherwise it ends 3 standard deviations from 0, or from the mean if
	// no element is negative, and elements beyond have a colour of their own:
	// a few of them would make the others look all alike.
	FullRange bool
}

// Tensor shows a tensor as a picture to look into: its last two axes are rows and
// columns, the ones in front of them a grid of such pictures. A cell of the
// picture tells its indices and its value under the mouse, a slider for each
// leading axis chooses one picture of the grid, and a click on it does so too.
// With Colors RGB the last three axes are [3 H W].
//
// Where no scripts run (GitHub, an exported page), the grid stays as a picture. A
// large tensor is summarised: means of blocks of rows and columns, of which
// the outermost are kept as they are, and the first and the last indices of the
// leading axes; the view says so. It never takes more than about 200 KB; reading
// 10 million elements takes tenths of a second.
//
// A tensor that is shown by itself looks like this, unless it has at most 400
// elements and two axes: then its numbers say more. Tensor panics with an
// [*Error] if t is nil, if Colors is RGB and there are no three channels, or if more
// than one TensorOptions is given.
func Tensor(t *ops.Tensor, options ...TensorOptions) Data {
	o := onlyOption("Tensor", options)
	if t == nil {
		panic(&Error{Func: "Tensor", Got: "a nil tensor", Want: "an *ops.Tensor"})
	}
	if o.Colors > Viridis {
		panic(&Error{Func: "Tensor", Got: fmt.Sprintf("Colors %d", o.Colors), Want: "AutoColors, Gray, Diverging, RGB or Viridis"})
	}
	if o.Colors == RGB && (t.Rank() < 3 || t.Size(-3) != 3) {
		panic(&Error{Func: "Tensor", Got: fmt.Sprintf("a tensor of shape %v", t.Shape()), Want: "for RGB a tensor [… 3 H W]; a tensor [… H W 3] is that after Permute"})
	}
	v := viewSpec{t: t.Detach(), colors: o.Colors, full: o.FullRange}
	return v.data()
}

func onlyOption[T any](function string, options []T) T {
	var o T
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(&Error{Func: function, Got: fmt.Sprintf("%d options", len(options)), Want: fmt.Sprintf("one %T at most", o)})
	}
	return o
}

// viewSpec is what is asked for.
type viewSpec struct {
	t      *ops.Tensor
	title  string   // before the line that describes t
	names  []string // of the axes; nil calls them by number
	tokens [2][]string
	colors Colors
	full   bool
	zero   bool // the scale begins at 0
	fit    bool // RGB goes from the smallest to the largest element
	least  int  // the leading axis, counted from 1, that is shortened last; 0 for none
}

// view is what is drawn.
type view struct {
	viewSpec
	stats  stats
	lead   []leadAxis
	rows   blocking
	cols   blocking
	planes int         // values of a cell: 3 for RGB
	values [][]float64 // for each picture and plane the means of blocks
	scale  valueScale
	exact  int // bytes of a value that lose nothing that is shown
}

// leadAxis is an axis in front of rows and columns.
type leadAxis struct {
	axis int
	size int
	keep []int // the indices that are shown
}

// Bounds of what a view holds.
const (
	viewBytes    = 80 << 10  // of the values under the mouse
	viewCells    = 40 << 10  // of the picture
	viewPictures = 256       // of a grid
	viewColumns  = 640       // cells of one picture
	viewRows     = 400       //
	leadLeast    = 4         // indices of an outer axis, before an inner one is shortened
	exactFloat32 = 1 << 24   // integers up to here
	smallFloat32 = 1.5e-38   // numbers from here have float32's full precision
	largeFloat32 = 3.4028e38 // up to here
)

// view reads the tensor. Its rank is at least 1 and it has elements.
func (spec viewSpec) view() *view {
	t := spec.t
	if t.Rank() == 1 {
		t = t.Unsqueeze(0)
		spec.names = append([]string{""}, spec.axisName(0))
	}
	v := &view{viewSpec: spec, stats: describe(t), planes: 1}
	v.scale = v.makeScale()
	rank := t.Rank()
	tail := 2
	if spec.colors == RGB {
		v.planes, tail = 3, 3
	}
	for axis := range rank - tail {
		v.lead = append(v.lead, leadAxis{axis: axis, size: t.Size(axis)})
	}
	h, w := t.Size(-2), t.Size(-1)
	v.exact = v.bytesOfValue()
	limit := min(viewBytes/v.exact, viewCells)
	v.shorten(min(max(limit/(h*w*v.planes), 16), viewPictures))
	v.rows, v.cols = blocked(h, w, limit/(v.pictures()*v.planes))
	if v.exact == 1 && (v.rows.size > 1 || v.cols.size > 1) { // means of bytes are fractions
		v.exact = 4
		v.shorten(min(max(viewBytes/4/(h*w*v.planes), 16), viewPictures))
		v.rows, v.cols = blocked(h, w, viewBytes/4/(v.pictures()*v.planes))
	}
	v.read(t)
	return v
}

func (v *view) pictures() int {
	n := 1
	for _, a := range v.lead {
		n *= len(a.keep)
	}
	return n
}

// shorten keeps so many of the leading indices that there are at most limit
// pictures: first outer axes lose some of theirs.
func (v *view) shorten(limit int) {
	counts := make([]int, len(v.lead))
	for i, a := range v.lead {
		counts[i] = a.size
	}
	product := func() int { // not above limit² or so: sizes may multiply beyond an int
		n := 1
		for _, c := range counts {
			if n *= c; n > 1<<31 {
				return n
			}
		}
		return n
	}
	for _, least := range []int{leadLeast, 1} {
		for i := range counts {
			if least == leadLeast && i == v.least-1 { // comes last
				continue
			}
			for product() > limit && counts[i] > least {
				counts[i]--
				if counts[i] > limit {
					counts[i] = limit
				}
			}
		}
	}
	for i := range v.lead {
		v.lead[i].keep = ends(v.lead[i].size, counts[i])
	}
}

// ends returns count of the indices below n, the first and the last.
func ends(n, count int) []int {
	keep := make([]int, count)
	for i := range keep {
		keep[i] = i
		if i >= (count+1)/2 {
			keep[i] = n - count + i
		}
	}
	return keep
}

// read fills v.values.
func (v *view) read(t *ops.Tensor) {
	for n := range v.pictures() {
		p := t
		for _, i := range v.indices(n) {
			p = p.Select(0, i)
		}
		for plane := range v.planes {
			q := p
			if v.planes > 1 {
				q = p.Select(0, plane)
			}
			v.values = append(v.values, means(q, v.rows, v.cols))
		}
	}
}

// indices returns the leading indices of picture n.
func (v *view) indices(n int) []int {
	list := make([]int, len(v.lead))
	for i := len(v.lead) - 1; i >= 0; i-- {
		keep := v.lead[i].keep
		list[i] = keep[n%len(keep)]
		n /= len(keep)
	}
	return list
}

// bytesOfValue says how a value is sent: as a byte, a float32 or a float64.
func (v *view) bytesOfValue() int {
	far := max(math.Abs(v.stats.lo), math.Abs(v.stats.hi))
	switch v.t.DType() {
	case ops.Uint8, ops.Bool:
		return 1
	case ops.Int64:
		if far > exactFloat32 {
			return 8
		}
	case ops.Float64:
		if far > largeFloat32 || v.stats.tiny < smallFloat32 {
			return 8
		}
	}
	return 4
}

// axisName is what an axis is called.
func (s *viewSpec) axisName(axis int) string {
	if axis < len(s.names) {
		return s.names[axis]
	}
	return "axis " + strconv.Itoa(axis)
}

// valueScale maps values to colours.
type valueScale struct {
	lo, hi    float64 // of the colours
	sigma     bool    // the limit is 3 standard deviations
	diverging bool
	colors    colorscale.Scale
}

// makeScale chooses colours and their limits.
func (v *view) makeScale() valueScale {
	s := &v.stats
	c := v.colors
	if c == AutoColors {
		switch d := v.t.DType(); {
		case s.lo < 0:
			c = Diverging
		case d == ops.Uint8 || d == ops.Bool:
			c = Gray
		default:
			c = Viridis
		}
	}
	if c == Diverging {
		far := max(math.Abs(s.lo), math.Abs(s.hi))
		scale := valueScale{lo: -far, hi: far, diverging: true, colors: colorscale.Diverging()}
		if limit := 3 * math.Hypot(s.mean, s.std); !v.full && limit < far {
			scale.lo, scale.hi, scale.sigma = -limit, limit, true
		}
		return scale
	}
	scale := valueScale{lo: s.lo, hi: s.hi, colors: colorscale.Viridis()}
	if c == Gray {
		scale.colors = colorscale.Gray()
	}
	if v.zero {
		scale.lo = min(scale.lo, 0)
	}
	if !v.full && c != Gray && !v.zero {
		if limit := s.mean + 3*s.std; limit < scale.hi {
			scale.hi, scale.sigma = limit, true
		}
		if limit := s.mean - 3*s.std; limit > scale.lo {
			scale.lo, scale.sigma = limit, true
		}
	}
	return scale
}

// at places a finite value on the scale: 0 to 1, outside if it is clipped.
func (s *valueScale) at(v float64) float64 {
	if s.hi > s.lo {
		if s.diverging && math.IsInf(s.hi-s.lo, 0) {
			return v/s.hi/2 + 0.5
		}
		return (v - s.lo) / (s.hi - s.lo)
	}
	if s.diverging || v == 0 { // all are equal
		return map[bool]float64{true: 0.5, false: 0}[s.diverging]
	}
	return 1
}

// notes say what a view leaves out or puts together.
func (v *view) notes() []string {
	var list []string
	rank := len(v.lead) + 2
	if v.planes > 1 {
		rank++
	}
	if v.t.Rank() > 1 {
		list = append(list, fmt.Sprintf("rows: %s (%d), columns: %s (%d)", v.axisName(rank-2), v.rows.n, v.axisName(rank-1), v.cols.n))
	}
	if v.rows.size > 1 || v.cols.size > 1 {
		list = append(list, fmt.Sprintf("a cell is the mean of %d x %d elements; the outermost rows and columns are as they are", v.rows.size, v.cols.size))
	}
	for _, a := range v.lead {
		if n := len(a.keep); n < a.size {
			s := fmt.Sprintf("%s: the first %d and the last %d of %d", v.axisName(a.axis), (n+1)/2, n/2, a.size)
			if n == 1 {
				s = fmt.Sprintf("%s: the first of %d", v.axisName(a.axis), a.size)
			}
			list = append(list, s)
		}
	}
	return list
}

// text is the text/plain form.
func (spec viewSpec) text(s *stats) string {
	text := spec.title + s.line(spec.t)
	if spec.t.Rank() > 0 && spec.t.Len() > 0 {
		text += "\n" + spec.t.Text()
	}
	return shorten(text, textLimit)
}

// caption names picture n of a grid: "0, 3".
func (v *view) caption(n int) string {
	var parts []string
	for k, i := range v.indices(n) {
		if v.lead[k].size > 1 {
			parts = append(parts, strconv.Itoa(i))
		}
	}
	return strings.Join(parts, ", ")
}
