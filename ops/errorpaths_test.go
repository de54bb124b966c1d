package ops_test

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
)

// refused runs f, which may return an error or panic with one of package ops;
// any other panic fails the test.
func refused(t *testing.T, what string, f func() error) (err error) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: a panic that is no refusal: %v\n%s", what, r, debug.Stack())
		}
	}()
	if e := ops.Try(func() { err = f() }); e != nil {
		return e
	}
	return err
}

// TestErrorPaths goes the ways of every operation that end in an error, from
// the cases that are right: each attribute misspelt and of another type, each
// tensor of another type, left out, nil, or one too many. What is refused names
// the operation and what is wrong, on one line but for the hint.
func TestErrorPaths(t *testing.T) {
	type wrong struct{}
	for _, op := range ops.All() {
		t.Run(op.Name, func(t *testing.T) {
			known := attributesOf(op)
			title := goName(op)
			check := func(what string, err error, parts ...string) {
				t.Helper()
				if err == nil {
					t.Errorf("%s: not refused", what)
					return
				}
				first, hint, _ := strings.Cut(err.Error(), "\n")
				if !strings.HasPrefix(first, title+": ") || strings.Contains(hint, "\n") || strings.HasSuffix(first, ".") {
					t.Errorf("%s: %q, want one line that begins with %q and perhaps a hint", what, err, title+": ")
				}
				for _, p := range parts {
					if !strings.Contains(first, p) {
						t.Errorf("%s: %q does not name %s", what, first, p)
					}
				}
			}
			// Operations with the same kinds of inputs go the same ways.
			seen := map[string]bool{}
			for i, c := range cases[op.Name] {
				kind := fmt.Sprint(len(c.Inputs))
				for _, x := range c.Inputs {
					if x != nil {
						kind += fmt.Sprint(x.DType(), x.Rank())
					}
				}
				kind += strings.Join(slices.Sorted(maps.Keys(c.Attrs)), " ")
				if seen[kind] {
					continue
				}
				seen[kind] = true
				where := fmt.Sprintf("case %d", i)
				call := func(attrs ops.Attrs, in []*ops.Tensor) error {
					op.Call(attrs, in...)
					return nil
				}
				misspelt := maps.Clone(c.Attrs)
				if misspelt == nil {
					misspelt = ops.Attrs{}
				}
				misspelt["misspelt"] = 1
				check(where+", misspelt attribute", refused(t, where, func() error { return call(misspelt, c.Inputs) }), "attribute misspelt is no attribute of this operation")
				for _, name := range known {
					bad := maps.Clone(c.Attrs)
					if bad == nil {
						bad = ops.Attrs{}
					}
					bad[name] = wrong{}
					what := where + ", attribute " + name + " of another type"
					check(what, refused(t, what, func() error { return call(bad, c.Inputs) }), name)
					// The functions of the operation by themselves return their errors.
					for part, f := range map[string]func() error{
						"Forward": func() (err error) {
							if op.Forward != nil {
								_, err = op.Forward(&ops.Ctx{}, bad, c.Inputs)
							}
							return err
						},
						"Compose": func() (err error) {
							if op.Compose != nil {
								_, err = op.Compose(bad, c.Inputs)
							}
							return err
						},
						"VJP": func() (err error) {
							if op.VJP != nil && !c.NoGrad {
								out := op.Call(c.Attrs, c.Inputs...)
								_, err = op.VJP(&ops.Ctx{}, bad, c.Inputs, out, out)
							}
							return err
						},
					} {
						if err := refused(t, what+", "+part, f); err != nil && !strings.Contains(err.Error(), name) {
							t.Errorf("%s: %s returns %q", what, part, err)
						}
					}
				}
				for j, x := range c.Inputs {
					if x == nil {
						continue
					}
					for _, d := range []ops.DType{ops.Bool, ops.Uint8, ops.Int64, ops.Float32} {
						in := slices.Clone(c.Inputs)
						in[j] = ops.ZerosLike(x).To(d)
						what := fmt.Sprintf("%s, input %d as %v", where, j, d)
						if err := refused(t, what, func() error { return call(c.Attrs, in) }); err != nil {
							check(what, err)
						}
					}
					in := slices.Clone(c.Inputs)
					in[j] = &ops.Tensor{}
					what := fmt.Sprintf("%s, input %d empty", where, j)
					check(what, refused(t, what, func() error { return call(c.Attrs, in) }), "an empty ops.Tensor value")
					// More axes and fewer: taken, or refused as a shape.
					for _, y := range []*ops.Tensor{x.Unsqueeze(0), x.Flatten(0), x.Unsqueeze(-1)} {
						in[j] = y
						what := fmt.Sprintf("%s, input %d of shape %v", where, j, y.Shape())
						if err := refused(t, what, func() error { return call(c.Attrs, in) }); err != nil {
							check(what, err)
						}
					}
				}
				none := make([]*ops.Tensor, len(c.Inputs))
				check(where+", nil", refused(t, where, func() error { return call(c.Attrs, none) }))
				if len(op.Inputs) > 0 && !strings.HasSuffix(op.Inputs[len(op.Inputs)-1], "...") {
					more := append(slices.Clone(c.Inputs), make([]*ops.Tensor, len(op.Inputs))...)
					more = append(more[:len(op.Inputs)], ops.Zeros(1))
					check(where+", one tensor too many", refused(t, where, func() error { return call(c.Attrs, more) }), "the number of tensors is")
				}
			}
		})
	}
}

// attributesOf are the attributes of an operation, as its refusal of an
// unknown one lists them.
func attributesOf(op ops.Op) []string {
	specs := make([]ops.Spec, len(cases[op.Name][0].Inputs))
	for i, x := range cases[op.Name][0].Inputs {
		specs[i].Absent = x == nil
		if x != nil {
			specs[i].DType, specs[i].Shape = x.DType(), x.Shape()
		}
	}
	_, err := op.Infer(ops.Attrs{"misspelt": 1}, specs)
	if err == nil {
		return nil
	}
	_, list, ok := strings.Cut(err.Error(), "which has ")
	if !ok || list == "none" {
		return nil
	}
	return strings.Split(list, ", ")
}
