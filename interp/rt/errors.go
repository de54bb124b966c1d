package rt

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// translate gives the engine's own panics Go's wording.
func translate(v any) any {
	var msg string
	switch e := v.(type) {
	case runtime.Error:
		if e.Error() == "runtime: allocation size out of range" {
			return goError("makeslice: len out of range")
		}
		if t, ok := strings.CutPrefix(strings.TrimPrefix(e.Error(), "runtime error: "), "hash of unhashable type"); ok {
			return unhashable(strings.TrimLeft(t, ": "))
		}
		return v
	case string:
		msg = e
	case *reflect.ValueError:
		if e.Kind == reflect.Invalid || strings.HasPrefix(e.Method, "reflect.Value.") {
			return NilDereference
		}
		return v
	default:
		return v
	}
	switch {
	case strings.HasPrefix(msg, "reflect: slice index out of range"),
		strings.HasPrefix(msg, "reflect: array index out of range"),
		strings.HasPrefix(msg, "reflect: string index out of range"):
		return goError("index out of range")
	case strings.Contains(msg, "slice bounds out of range"), strings.Contains(msg, "slice index out of bounds"):
		return goError("slice bounds out of range")
	case strings.HasPrefix(msg, "assignment to entry in nil map"):
		return plainError(msg)
	case strings.HasPrefix(msg, "reflect.MakeSlice: negative len"):
		return goError("makeslice: len out of range")
	case strings.HasPrefix(msg, "reflect.MakeSlice: negative cap"), strings.HasPrefix(msg, "reflect.MakeSlice: len > cap"):
		return goError("makeslice: cap out of range")
	case strings.HasPrefix(msg, "reflect: cannot convert slice with length "):
		var n, want int
		_, rest, _ := strings.Cut(msg, "length ")
		if k, _ := fmt.Sscanf(rest, "%d to array with length %d", &n, &want); k == 2 {
			return goError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", n, want))
		}
		if k, _ := fmt.Sscanf(rest, "%d to pointer to array with length %d", &n, &want); k == 2 {
			return goError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", n, want))
		}
		return goError(msg)
	case strings.HasPrefix(msg, "reflect: Call using zero Value"), strings.HasPrefix(msg, "reflect: Method on nil interface value"):
		return NilDereference
	case strings.Contains(msg, "call of nil function"), strings.HasPrefix(msg, "reflect: call of reflect.Value"), strings.HasPrefix(msg, "reflect.Value.Call: call of nil"):
		return NilDereference
	case strings.HasPrefix(msg, "reflect.MakeChan: "), strings.HasPrefix(msg, "makechan: "):
		return plainError("makechan: size out of range")
	case strings.HasPrefix(msg, "reflect.Value.Grow: slice overflow"), strings.HasPrefix(msg, "reflect.Append: slice overflow"):
		return goError("growslice: len out of range")
	}
	return v
}

// unhashable is the error of a map key of a type that the runtime has named in
// the engine's words.
type unhashable string

func (e unhashable) Error() string { return "runtime error: hash of unhashable type " + string(e) }
func (unhashable) RuntimeError()   {}

// plainError is a run-time error without the prefix.
type plainError string

func (e plainError) Error() string { return string(e) }
func (plainError) RuntimeError()   {}

// rangeExited panics as Go does when a function that is ranged over does not
// keep to the rules; phase is what package lower says of the body.
func rangeExited(phase int) {
	panic(goError([...]string{
		1: "range function continued iteration after function for loop body returned false",
		2: "range function continued iteration after loop body panic",
		3: "range function continued iteration after whole loop exit",
		4: "range function recovered a loop body panic and did not resume panicking",
	}[phase]))
}

// BadIndex panics as an index out of range does.
func BadIndex(i, n int) {
	if i < 0 {
		panic(goError(fmt.Sprintf("index out of range [%d]", i)))
	}
	panic(goError(fmt.Sprintf("index out of range [%d] with length %d", i, n)))
}

// BadSlice panics as the slice expression x[low:high] or x[low:high:max] does
// that is out of range. limit is the length of a string or array, the capacity
// of a slice; how is a set of 1 (limit is a length), 2 (high is missing) and 4
// (max is there).
func BadSlice(low, high, max, limit, how int) {
	what := "capacity"
	if how&1 != 0 {
		what = "length"
	}
	text := ""
	switch {
	case how&4 != 0 && max < 0:
		text = fmt.Sprintf("[::%d]", max)
	case how&4 != 0 && max > limit:
		text = fmt.Sprintf("[::%d] with %s %d", max, what, limit)
	case how&4 != 0 && high < 0:
		text = fmt.Sprintf("[:%d:]", high)
	case how&4 != 0 && high > max:
		text = fmt.Sprintf("[:%d:%d]", high, max)
	case how&4 != 0 && low < 0:
		text = fmt.Sprintf("[%d::]", low)
	case how&4 != 0:
		text = fmt.Sprintf("[%d:%d:]", low, high)
	case how&2 == 0 && high < 0:
		text = fmt.Sprintf("[:%d]", high)
	case high > limit:
		text = fmt.Sprintf("[:%d] with %s %d", high, what, limit)
	case low < 0:
		text = fmt.Sprintf("[%d:]", low)
	default:
		text = fmt.Sprintf("[%d:%d]", low, high)
	}
	panic(goError("slice bounds out of range " + text))
}

// BadUnsignedIndex is BadIndex for an index of an unsigned type.
func BadUnsignedIndex(i uint64, n int) {
	panic(goError(fmt.Sprintf("index out of range [%d] with length %d", i, n)))
}
