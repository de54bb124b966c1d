// Package operations binds the registry of package ops to cells, and lists it
// for people: what %ops and "cahier ops" print.
package operations

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cahier/ops"
)

// Functions are the functions of the package at path that do something else
// in cells, by name: in package ops, Register lets a cell be run again.
func Functions(path string) map[string]reflect.Value {
	if path != "cahier/ops" {
		return nil
	}
	return map[string]reflect.Value{"Register": reflect.ValueOf(register("ops.Register")), "Replace": reflect.ValueOf(register("ops.Replace"))}
}

// own is this package, which registers operations for cells.
var own = reflect.TypeFor[marker]().PkgPath()

type marker struct{}

func register(fn string) func(ops.Op) {
	return func(op ops.Op) {
		err := ops.Try(func() { ops.Replace(op) })
		if e, ok := err.(*ops.ArgError); ok {
			e.OpName = fn
		}
		if err != nil {
			panic(err)
		}
	}
}

// Origin says where an operation comes from: "" is package ops itself.
func Origin(op ops.Op) string {
	switch op.Owner() {
	case "":
		return ""
	case own:
		return "a cell"
	}
	return "plugin " + op.Owner()
}

// List is a table of all operations: name, origin if it is not package ops,
// and the first sentence of the documentation.
func List() string {
	all := ops.All()
	width := 0
	for _, op := range all {
		width = max(width, len(op.Name))
	}
	var b strings.Builder
	for _, op := range all {
		fmt.Fprintf(&b, "%-*s  ", width, op.Name)
		if from := Origin(op); from != "" {
			fmt.Fprintf(&b, "(%s) ", from)
		}
		b.WriteString(firstLine(op.Doc) + "\n")
	}
	return b.String()
}

func firstLine(doc string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(doc), "\n")
	return line
}

// Describe is everything about the operation of that name, which may also be
// that of its Go function: "conv2d", "Conv2D" or "ops.Conv2D". doc gives the
// documentation of a function of package ops. An unknown name is an error that
// names similar ones.
func Describe(name string, doc func(function string) string) (string, error) {
	op, ok := ops.Lookup(name)
	if !ok {
		fn := "ops." + strings.TrimPrefix(name, "ops.")
		all := ops.All()
		if i := slices.IndexFunc(all, func(o ops.Op) bool { return o.Function() == fn }); i >= 0 {
			op, ok = all[i], true
		}
	}
	if !ok {
		return "", fmt.Errorf("there is no operation %q; %s", name, ops.Near(name))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s(%s)\n", op.Name, strings.Join(op.Inputs, ", "))
	if from := Origin(op); from != "" {
		fmt.Fprintf(&b, "from %s; call it by ops.Call(%q, attrs, tensors...)\n", from, op.Name)
	} else {
		fmt.Fprintf(&b, "the function is %s\n", op.Function())
	}
	if op.VJP == nil && op.Compose == nil {
		b.WriteString("it has no gradient\n")
	}
	b.WriteString("\n" + strings.TrimSpace(op.Doc) + "\n")
	if fn, ok := strings.CutPrefix(op.Function(), "ops."); ok {
		if text := strings.TrimSpace(doc(fn)); text != "" {
			b.WriteString("\n" + text + "\n")
		}
	}
	return b.String(), nil
}
