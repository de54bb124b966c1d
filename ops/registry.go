package ops

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// registry holds all operations. It is the only state of the package beside
// the default random source.
var registry = struct {
	mu     sync.RWMutex // guards byName
	byName map[string]*Op
}{byName: map[string]*Op{}}

var pluginName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)

// Register adds an operation, so that [Call] finds it by its name, [All]
// lists it, and its gradient can be taken:
//
//	func init() {
//		ops.Register(ops.Op{
//			Name: "owner.square", Doc: "the square of x", Inputs: []string{"x"},
//			Infer:   func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
//			Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) { return []*ops.Tensor{in[0].Mul(in[0])}, nil },
//		})
//	}
//
// The name has the form owner.name, in lower case; names without a dot belong
// to this package. Register panics with an [ArgError] if the name is
// malformed or taken, if Doc is empty, if Infer is missing, or if Forward and
// Compose both are. [opstest.Check] proves that the operation does what it
// should.
//
// In a cell of a notebook Register is [Replace], since cells are run again. An
// operation made of interpreted functions works as any other. One that loops
// over elements is some hundred times slower so than compiled: compose it of
// operations, or compile it in by "cahier build --with".
func Register(op Op) {
	if err := register(op, false, caller()); err != nil {
		fail("ops.Register", err)
	}
}

// Replace is Register for an operation that is still being written: it may be
// registered already. Running calls go on with the old one.
func Replace(op Op) {
	if err := register(op, true, caller()); err != nil {
		fail("ops.Replace", err)
	}
}

// caller is the import path of the package that called the function that asks.
func caller() string {
	var pc [1]uintptr
	if runtime.Callers(3, pc[:]) == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames(pc[:]).Next()
	slash := strings.LastIndexByte(f.Function, '/') + 1
	last, _, _ := strings.Cut(f.Function[slash:], ".")
	return f.Function[:slash] + strings.ReplaceAll(last, "%2e", ".")
}

func register(op Op, replace bool, owner string) error {
	if !pluginName.MatchString(op.Name) {
		return &ArgError{Arg: "Name", Got: fmt.Sprintf("%q", op.Name), Rule: "want the form owner.name in lower-case letters, digits and underscores",
			Help: "names without a dot belong to package ops"}
	}
	if strings.TrimSpace(op.Doc) == "" {
		return &ArgError{Arg: "Doc of " + op.Name, Rule: "is empty, want at least a sentence on what it computes"}
	}
	if op.Infer == nil {
		return &ArgError{Arg: "Infer of " + op.Name, Rule: "is nil: shapes have to be checked before the work starts"}
	}
	if op.Forward == nil && op.Compose == nil {
		return &ArgError{Arg: "Forward of " + op.Name, Rule: "is nil, and so is Compose: one must compute the result"}
	}
	for i, name := range op.Inputs {
		plain := strings.TrimSuffix(strings.TrimSuffix(name, "?"), "...")
		if plain == "" || slices.Contains(op.Inputs[:i], name) {
			return &ArgError{Arg: "Inputs of " + op.Name, Got: fmt.Sprintf("%q", op.Inputs), Rule: "want a name for each tensor, no two alike"}
		}
		if strings.HasSuffix(name, "...") && i < len(op.Inputs)-1 {
			return &ArgError{Arg: "Inputs of " + op.Name, Got: fmt.Sprintf("%q", op.Inputs), Rule: "only the last name can stand for any number of tensors"}
		}
	}
	op.fn, op.owner = "", owner
	op.Inputs = slices.Clone(op.Inputs)
	registry.mu.Lock()
	defer registry.mu.Unlock()
	if registry.byName[op.Name] != nil && !replace {
		return &ArgError{Arg: "Name", Got: fmt.Sprintf("%q", op.Name), Rule: "is registered already", Help: "ops.Replace exchanges an operation that is being tried out"}
	}
	registry.byName[op.Name] = &op
	return nil
}

// builtin adds an operation of this package and returns it. fn is the
// exported function's name.
func builtin(fn string, op Op) *Op {
	op.fn = "ops." + fn
	if registry.byName[op.Name] != nil || op.Doc == "" || op.Infer == nil || op.Forward == nil && op.Compose == nil {
		panic("ops: built-in operation " + op.Name + " is incomplete or there twice")
	}
	registry.byName[op.Name] = &op
	return &op
}

// Lookup returns the operation of that name; ok is false if there is none.
func Lookup(name string) (op Op, ok bool) {
	registry.mu.RLock()
	defer registry.mu.RUnlock()
	if o := registry.byName[name]; o != nil {
		return *o, true
	}
	return Op{}, false
}

// All returns every registered operation, sorted by name.
func All() []Op {
	registry.mu.RLock()
	defer registry.mu.RUnlock()
	all := make([]Op, 0, len(registry.byName))
	for _, o := range registry.byName {
		all = append(all, *o)
	}
	slices.SortFunc(all, func(a, b Op) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Call runs an operation with one output by its registered name. attrs may be
// nil. It panics as the operation's function does, and with an [ArgError] if
// there is no such operation or it has several outputs.
func Call(name string, attrs Attrs, in ...*Tensor) *Tensor {
	out := CallAll(name, attrs, in...)
	if len(out) != 1 {
		fail("ops.Call", &ArgError{Arg: "name", Got: fmt.Sprintf("%q", name), Rule: fmt.Sprintf("has %d outputs", len(out)), Help: "ops.CallAll returns all outputs"})
	}
	return out[0]
}

// CallAll runs an operation by its registered name and returns all outputs.
func CallAll(name string, attrs Attrs, in ...*Tensor) []*Tensor {
	registry.mu.RLock()
	op := registry.byName[name]
	registry.mu.RUnlock()
	if op == nil {
		fail("ops.Call", &ArgError{Arg: "name", Got: fmt.Sprintf("%q", name), Rule: "is not registered", Help: Near(name)})
	}
	return apply(op, attrs, in...)
}

// Near is a hint that names registered operations whose names look like name.
func Near(name string) string {
	var like []string
	plain := strings.ReplaceAll(strings.ToLower(name), "_", "")
	for _, o := range All() {
		n := strings.ReplaceAll(o.Name, "_", "")
		if strings.Contains(n, plain) || strings.Contains(plain, n) {
			like = append(like, o.Name)
		}
	}
	if len(like) == 0 || len(like) > 8 {
		return "ops.All() lists the operations"
	}
	return "did you mean " + strings.Join(like, ", ") + "?"
}

// Call runs the operation, which need not be registered, and returns all
// outputs. It is how tests try an operation out; attrs may be nil.
func (o Op) Call(attrs Attrs, in ...*Tensor) []*Tensor { return apply(&o, attrs, in...) }
