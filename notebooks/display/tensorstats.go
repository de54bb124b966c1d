package display

import (
	"math"
	"strconv"
	"strings"

	"cahier/ops"
)

// sparkBins is the number of bars of a histogram in a line of text.
const sparkBins = 12

// chunkLen is the number of elements that are converted at a time: a tensor of
// any size is read without a copy of it.
const chunkLen = 1 << 15

// stats describes the elements of a tensor. Range, mean and deviation are of
// those that are finite.
type stats struct {
	finite, nan, posInf, negInf int

	lo, hi, mean, std float64
	tiny              float64 // the smallest magnitude but 0; +Inf if there is none
	bins              [sparkBins]int
}

// describe reads t twice: for its range, and then for what needs the range.
func describe(t *ops.Tensor) stats {
	s := stats{lo: math.Inf(1), hi: math.Inf(-1), tiny: math.Inf(1)}
	sum := 0.0
	chunks(t, func(values []float64) {
		part := 0.0
		for _, v := range values {
			if v-v != 0 { // not finite
				switch {
				case math.IsNaN(v):
					s.nan++
				case v > 0:
					s.posInf++
				default:
					s.negInf++
				}
				continue
			}
			s.finite++
			s.lo, s.hi = min(s.lo, v), max(s.hi, v)
			part += v
			if a := math.Abs(v); a < s.tiny && a > 0 {
				s.tiny = a
			}
		}
		sum += part
	})
	if s.finite == 0 {
		s.lo, s.hi = 0, 0
		return s
	}
	n := float64(s.finite)
	if s.mean = sum / n; s.lo == s.hi {
		s.mean = s.lo
		return s
	}
	// Relative to the middle of the range nothing overflows and little cancels.
	middle, half := s.lo/2+s.hi/2, s.hi/2-s.lo/2
	if half == 0 { // the range is the smallest number there is
		middle, half = s.lo, s.hi-s.lo
	}
	sum, squares := 0.0, 0.0
	chunks(t, func(values []float64) {
		part, square := 0.0, 0.0
		for _, v := range values {
			if v-v != 0 {
				continue
			}
			d := (v - middle) / half
			part += d
			square += d * d
			s.bins[min(max(int((d+1)*(sparkBins/2)), 0), sparkBins-1)]++
		}
		sum, squares = sum+part, squares+square
	})
	if math.IsInf(s.mean, 0) || math.IsNaN(s.mean) {
		s.mean = middle + half*(sum/n)
	}
	s.std = half * math.Sqrt(max(squares/n-sum/n*(sum/n), 0))
	return s
}

// chunks calls f with the elements of t in row-major order, some at a time.
func chunks(t *ops.Tensor, f func([]float64)) {
	if t.Len() == 0 {
		return
	}
	for t.Rank() > 0 && t.Size(0) == 1 {
		t = t.Select(0, 0)
	}
	if t.Len() <= chunkLen {
		f(t.Float64s())
		return
	}
	n := t.Size(0)
	step := max(chunkLen/(t.Len()/n), 1)
	for i := 0; i < n; i += step {
		chunks(t.Slice(0, i, min(i+step, n)), f)
	}
}

// spark draws the histogram: "▁▂▅█▃▁". An empty bin is the lowest bar, any other
// is higher.
func (s *stats) spark() string {
	if s.lo >= s.hi {
		return ""
	}
	most := 0
	for _, n := range s.bins {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range s.bins {
		bar := 0
		if n > 0 {
			bar = 1 + int(math.Round(6*float64(n)/float64(most)))
		}
		b.WriteRune([]rune("▁▂▃▄▅▆▇█")[bar])
	}
	return b.String()
}

// flags name what one should not overlook.
func (s *stats) flags() []string {
	var list []string
	for _, f := range []struct {
		n    int
		name string
	}{{s.nan, "NaN!"}, {s.posInf, "+Inf!"}, {s.negInf, "-Inf!"}} {
		if f.n > 0 {
			list = append(list, strconv.Itoa(f.n)+" "+f.name)
		}
	}
	return list
}

func (s *stats) zero() bool { return s.finite > 0 && s.lo == 0 && s.hi == 0 }

// line describes t in one line: element type, shape, range, mean, standard
// deviation, histogram, and what is not finite.
func (s *stats) line(t *ops.Tensor) string {
	head := t.DType().String() + " " + t.Shape().String()
	if t.Len() <= 1 || t.DType() == ops.Bool {
		return t.Summary()
	}
	parts := []string{head}
	switch {
	case s.zero():
		parts = append(parts, "all zero")
	case s.finite > 0:
		numbers := "std " + number(s.std)
		if bars := s.spark(); bars != "" {
			numbers += " " + bars
		}
		parts = append(parts, s.from(t.DType())+" to "+s.to(t.DType()), "mean "+number(s.mean), numbers)
	}
	return strings.Join(append(parts, s.flags()...), ", ")
}

// from and to are the ends of the range.
func (s *stats) from(d ops.DType) string { return element(s.lo, d) }
func (s *stats) to(d ops.DType) string   { return element(s.hi, d) }

// element prints an element as its type is printed.
func element(v float64, d ops.DType) string {
	switch d {
	case ops.Bool:
		return strconv.FormatBool(v != 0)
	case ops.Int64, ops.Uint8:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return number(v)
}
