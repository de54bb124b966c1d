package optim

import (
	"fmt"
	"math"
	"strings"

	"cahier/ops"
)

const maxFloat = math.MaxFloat64

// one returns the only element of opts, or the zero value.
func one[T any](fn string, opts []T) T {
	switch len(opts) {
	case 0:
		var zero T
		return zero
	case 1:
		return opts[0]
	}
	panic(&ops.ArgError{OpName: fn, Arg: "options", Got: len(opts), Rule: "want at most one options value"})
}

// checkRange panics unless v is from low up to high, which may be infinite.
func checkRange(fn, arg string, v, low, high float64) {
	if !(v >= low) || !(v < high) {
		rule := fmt.Sprintf("must be from %v up to, but not, %v", low, high)
		if math.IsInf(high, 1) {
			rule = fmt.Sprintf("must be a number not below %v", low)
		}
		panic(&ops.ArgError{OpName: fn, Arg: arg, Got: v, Rule: rule})
	}
}

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// text is the name of a rule with the options that are not 0.
func text(name string, options ...any) string {
	var parts []string
	for i := 0; i < len(options); i += 2 {
		switch v := fmt.Sprint(options[i+1]); v {
		case "0", "false", "[]":
		case "true":
			parts = append(parts, options[i].(string))
		default:
			parts = append(parts, options[i].(string)+"="+v)
		}
	}
	return name + "(" + strings.Join(parts, ", ") + ")"
}
