package ops_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sections are what the documentation of every operation says, in this order.
var sections = []string{"Formula", "Shapes", "DTypes", "Options", "Panics", "Gradient", "Cost", "Paper", "Differences"}

// notOps are exported functions that take or give tensors and are no
// operations on them: creators, conversions, and what takes functions.
var notOps = strings.Fields(`Zeros Ones Full ZerosLike OnesLike Eye Arange ArangeInt Linspace
	Wrap32 Wrap64 WrapInt64 WrapUint8 WrapBool From FromMat Rand Randn RandInt Perm Bernoulli Categorical
	Grad ValueAndGrad ValueAndGradOf VJP JVP HVP CustomVJP Checkpoint Call CallAll`)

// exported returns the documentation of the exported functions and methods of
// the package ("Tensor.To" for methods), and the names of all examples.
func exported(t *testing.T) (funcs map[string]*doc.Func, examples []string) {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(set, f.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name(), "_test.go") {
			for _, e := range doc.Examples(file) {
				if e.Output == "" && !e.EmptyOutput {
					t.Errorf("Example%s has no checked output", e.Name)
				}
				examples = append(examples, e.Name)
			}
			continue
		}
		parsed = append(parsed, file)
	}
	p, err := doc.NewFromFiles(set, parsed, "cahier/ops")
	if err != nil {
		t.Fatal(err)
	}
	funcs = map[string]*doc.Func{}
	for _, f := range p.Funcs {
		funcs[f.Name] = f
	}
	for _, ty := range p.Types {
		for _, f := range ty.Funcs {
			funcs[f.Name] = f
		}
		for _, m := range ty.Methods {
			funcs[ty.Name+"."+m.Name] = m
		}
	}
	return funcs, examples
}

// isOp reports whether a function takes or gives tensors.
func isOp(f *doc.Func) bool {
	tensor := func(l *ast.FieldList) bool {
		if l == nil {
			return false
		}
		for _, field := range l.List {
			if s := exprString(field.Type); strings.Contains(s, "*Tensor") && !strings.Contains(s, "func") || s == "any" {
				return true
			}
		}
		return false
	}
	return tensor(f.Decl.Type.Params) || tensor(f.Decl.Type.Results)
}

func exprString(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + exprString(e.X)
	case *ast.ArrayType:
		return "[]" + exprString(e.Elt)
	case *ast.Ellipsis:
		return "..." + exprString(e.Elt)
	case *ast.Ident:
		return e.Name
	case *ast.FuncType:
		return "func"
	}
	return ""
}

// withoutExample names types whose methods need no example, with the reason. A method that does what a function of its name does needs
// none either: its documentation names the function.
var withoutExample = map[string]string{
	"ArgError": "an error", "DTypeError": "an error", "GradError": "an error", "ShapeError": "an error",
	"Attrs": "for who writes operations: shown by Register",
	"Ctx":   "for who writes operations: shown by Register",
	"Op":    "for who writes operations: shown by Register",
}

// lacksExample says what is missing of an exported function's example.
func lacksExample(name string, f *doc.Func, funcs map[string]*doc.Func, examples []string) string {
	if slices.Contains(examples, strings.ReplaceAll(name, ".", "_")) {
		return ""
	}
	of, method, isMethod := strings.Cut(name, ".")
	if !isMethod {
		return "has no Example" + name
	}
	if withoutExample[of] != "" {
		return ""
	}
	if method == "String" { // shown wherever a value is printed
		return ""
	}
	for _, m := range named.FindAllStringSubmatch(f.Doc, -1) {
		if g := funcs[m[1]+m[2]]; g != nil && isOp(g) {
			return ""
		}
	}
	return "has no Example" + strings.ReplaceAll(name, ".", "_") + ", and its documentation names no operation"
}

// named finds the functions that documentation names: ops.Exp( or [Exp].
var named = regexp.MustCompile(`ops\.(\w+)\(|\[(\w+)\]`)

var section = regexp.MustCompile(`(?m)^  - (\w+): \S`)

// TestDocumentation fails if an operation's documentation lacks a section, or
// has them in another order, or an operation has no example.
func TestDocumentation(t *testing.T) {
	funcs, examples := exported(t)
	want := strings.Join(sections, " ")
	for name, f := range funcs {
		if strings.TrimSpace(f.Doc) == "" {
			t.Errorf("%s has no documentation", name)
		}
		if lack := lacksExample(name, f, funcs, examples); lack != "" {
			t.Errorf("%s %s", name, lack)
		}
		method := strings.Contains(name, ".")
		if !strings.Contains(f.Doc, "  - Formula:") && (method || !isOp(f) || slices.Contains(notOps, name)) {
			continue
		}
		var got []string
		for _, m := range section.FindAllStringSubmatch(f.Doc, -1) {
			got = append(got, m[1])
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s documents %q, want %q", name, g, want)
		}
	}
	for of := range withoutExample {
		if !strings.Contains(strings.Join(slices.Collect(maps.Keys(funcs)), " "), of+".") {
			t.Errorf("methods of %s need no example, and there are none", of)
		}
	}
	for _, op := range builtins() {
		name := strings.TrimPrefix(goName(op), "ops.")
		if funcs[name] == nil {
			t.Errorf("operation %s has no exported function %s", op.Name, name)
		}
	}
}
