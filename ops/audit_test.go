package ops_test

import (
	"slices"
	"strings"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// noGradient names the operations without a gradient, with the reason.
var noGradient = map[string]string{
	"and": "of truth values", "or": "of truth values", "xor": "of truth values", "not": "of truth values",
	"equal": "gives truth values", "not_equal": "gives truth values", "less": "gives truth values",
	"less_equal": "gives truth values", "greater": "gives truth values", "greater_equal": "gives truth values",
	"argmax": "gives indices", "argmin": "gives indices", "one_hot": "of indices",
	"any_true": "of truth values", "all_true": "of truth values", "argsort": "gives indices",
}

// notSmooth names the cases, "operation/case", whose second derivatives are
// not compared with differences, with the reason.
var notSmooth = map[string]string{
	"pow/zero to the zero": "the second derivative is infinite at a base of 0",
}

// TestAudit fails if an operation has no case of a kind that may go wrong on
// its own: opstest runs every case with a gradient also on strided and
// broadcast inputs and compares one worker with several.
func TestAudit(t *testing.T) {
	for _, op := range builtins() {
		var gradient, one, none bool
		for _, c := range cases[op.Name] {
			if c.NoGrad {
				continue
			}
			gradient = true
			one = one || slices.ContainsFunc(c.Inputs, func(x *ops.Tensor) bool { return x != nil && x.DType().IsFloat() && x.Len() == 1 })
			none = none || slices.ContainsFunc(c.Inputs, func(x *ops.Tensor) bool { return x != nil && x.DType().IsFloat() && x.Len() == 0 })
		}
		if _, ok := noGradient[op.Name]; ok {
			if op.VJP != nil || op.Compose != nil {
				t.Errorf("%s has a gradient, and a reason for having none", op.Name)
			}
			continue
		}
		if !gradient {
			t.Errorf("%s: no case with a gradient, and no reason in noGradient", op.Name)
			continue
		}
		if !one {
			t.Errorf("%s: no gradient of an input with one element", op.Name)
		}
		if !none {
			t.Errorf("%s: no gradient of an input without elements", op.Name)
		}
	}
	for name := range noGradient {
		if _, ok := ops.Lookup(name); !ok {
			t.Errorf("%s is in noGradient, and no operation", name)
		}
	}
	for name := range notSmooth {
		op, label, _ := strings.Cut(name, "/")
		if !slices.ContainsFunc(cases[op], func(c opstest.Case) bool { return c.Name == label }) {
			t.Errorf("%s is in notSmooth, and no case", name)
		}
	}
}
