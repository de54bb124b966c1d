package rt

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"
)

// What lowering makes of
//
//	type Point struct{ X, y int; _ int }
//	func (p Point) Sum() int
//	func (p *Point) Move(d int)
//	type Celsius int
//	func (c Celsius) String() string
type (
	enginePoint struct {
		X   int `cahier:"1"`
		P_y int
		B_2 int `cahierblank:"1"`
	}
	engineCelsius struct {
		V int `cahier:"2"`
	}
)

var main = types.NewPackage("main", "main")

func method(recv types.Type, name string, params, results []types.Type) *types.Func {
	tuple := func(list []types.Type) *types.Tuple {
		var vars []*types.Var
		for _, t := range list {
			vars = append(vars, types.NewParam(token.NoPos, main, "", t))
		}
		return types.NewTuple(vars...)
	}
	return types.NewFunc(token.NoPos, main, name, types.NewSignatureType(types.NewParam(token.NoPos, main, "r", recv), nil, nil, tuple(params), tuple(results), false))
}

func named(name string, u types.Type) *types.Named {
	return types.NewNamed(types.NewTypeName(token.NoPos, main, name, nil), u, nil)
}

// registry has the types above, as a lowered cell registers them.
func registry(t *testing.T) (g *Registry, point, celsius *types.Named) {
	t.Helper()
	g = newRegistry()
	integer := types.Typ[types.Int]
	field := func(name string) *types.Var { return types.NewField(token.NoPos, main, name, integer, false) }
	point = named("Point", types.NewStruct([]*types.Var{field("X"), field("y"), field("_")}, nil))
	point.AddMethod(method(point, "Sum", nil, []types.Type{integer}))
	point.AddMethod(method(types.NewPointer(point), "Move", []types.Type{integer}, nil))
	celsius = named("Celsius", integer)
	celsius.AddMethod(method(celsius, "String", nil, []types.Type{types.Typ[types.String]}))
	g.Declare(1, point)
	g.Declare(2, celsius)
	g.Register(1, enginePoint{}, false)
	g.Register(2, engineCelsius{}, true)
	sum := func(r any) int {
		switch r := r.(type) {
		case *enginePoint:
			return r.X + r.P_y
		case enginePoint:
			return r.X + r.P_y
		}
		panic(fmt.Sprintf("Sum of %T", r))
	}
	g.Method(1, false, "Sum", sum)
	g.Method(1, true, "Sum", sum)
	g.Method(1, true, "Move", func(r any, d int) { r.(*enginePoint).X += d })
	g.Method(2, false, "String", func(r any) string { return fmt.Sprintf("%d°", r.(engineCelsius).V) })
	return g, point, celsius
}

func TestDispatch(t *testing.T) {
	g, _, _ := registry(t)
	p := &enginePoint{X: 1, P_y: 2}
	g.Dispatch(p, "Move").(func(any, int))(p, 10)
	if got := g.Dispatch(p, "Sum").(func(any) int)(p); got != 13 {
		t.Errorf("(*Point).Sum is %d, want 13", got)
	}
	if got := g.Dispatch(*p, "Sum").(func(any) int)(*p); got != 13 {
		t.Errorf("Point.Sum is %d, want 13", got)
	}
	// A compiled type has its methods by reflection.
	var b strings.Builder
	b.WriteString("abc")
	if got := g.Dispatch(&b, "Len").(func(any) int)(&b); got != 3 {
		t.Errorf("(*strings.Builder).Len is %d, want 3", got)
	}
	for _, c := range []struct {
		x    any
		name string
		want string
	}{{nil, "Sum", NilDereference.Error()}, {enginePoint{}, "Move", "the method Move of main.Point is not known to the interpreter"}} {
		if got := fmt.Sprint(panicOf(func() { g.Dispatch(c.x, c.name) })); got != c.want {
			t.Errorf("Dispatch(%v, %s) panics with %s, want %s", c.x, c.name, got, c.want)
		}
	}
}

func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestImplements(t *testing.T) {
	g, _, _ := registry(t)
	sig := func(results ...types.Type) *types.Func { return method(nil, "Sum", nil, results) }
	iface := func(m *types.Func) types.Type {
		s := m.Type().(*types.Signature)
		plain := types.NewFunc(token.NoPos, main, m.Name(), types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), false))
		return types.NewInterfaceType([]*types.Func{plain}, nil).Complete()
	}
	g.DeclareInterface(10, iface(sig(types.Typ[types.Int])))
	g.InterfaceMethod(10, "Sum", (func(any) int)(nil))
	g.DeclareInterface(11, iface(sig(types.Typ[types.String])))
	g.InterfaceMethod(11, "Sum", (func(any) string)(nil))
	for _, c := range []struct {
		x    any
		id   int
		want bool
	}{
		{enginePoint{}, 10, true}, {&enginePoint{}, 10, true}, {enginePoint{}, 11, false},
		{engineCelsius{}, 10, false}, {nil, 10, false}, {1, 10, false},
	} {
		if got := g.Implements(c.x, c.id); got != c.want {
			t.Errorf("Implements(%#v, %d) = %v, want %v", c.x, c.id, got, c.want)
		}
	}
}

func TestAdapt(t *testing.T) {
	g, _, _ := registry(t)
	if x, ok := g.Adapt(nil, (*fmt.Stringer)(nil)); x != nil || ok {
		t.Errorf("nil is adapted to %v", x)
	}
	if _, ok := g.Adapt(enginePoint{}, (*fmt.Stringer)(nil)); ok {
		t.Error("a Point is no Stringer")
	}
	if x, ok := g.Adapt(reflect.ValueOf(1).Kind(), (*fmt.Stringer)(nil)); !ok || x.(fmt.Stringer).String() != "int" {
		t.Errorf("a compiled Stringer is adapted to %v", x)
	}
}

func TestTypeNames(t *testing.T) {
	g, _, _ := registry(t)
	for _, c := range []struct {
		x    any
		want string
	}{
		{enginePoint{}, "main.Point"}, {&enginePoint{}, "*main.Point"}, {engineCelsius{}, "main.Celsius"},
		{[]enginePoint{}, "[]main.Point"}, {map[string]*enginePoint{}, "map[string]*main.Point"},
		{[2]enginePoint{}, "[2]main.Point"}, {make(<-chan enginePoint), "<-chan main.Point"}, {nil, "<nil>"}, {1, "int"},
		{[]any{}, "[]interface {}"},
	} {
		if got := g.TypeName(c.x); got != c.want {
			t.Errorf("the type of %#v is %s, want %s", c.x, got, c.want)
		}
	}
}

func TestEqual(t *testing.T) {
	g, _, _ := registry(t)
	p := func(x, y, blank int) enginePoint { return enginePoint{x, y, blank} }
	var nilPointer *enginePoint
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{nil, nil, true}, {nil, 0, false}, {nilPointer, nil, false}, {1, 1, true}, {1, int8(1), false},
		{p(1, 2, 3), p(1, 2, 4), true}, {p(1, 2, 3), p(1, 3, 3), false},
		{[1]enginePoint{p(1, 2, 3)}, [1]enginePoint{p(1, 2, 4)}, true},
		{engineCelsius{1}, engineCelsius{1}, true}, {engineCelsius{1}, 1, false},
		{struct{ X any }{p(1, 2, 3)}, struct{ X any }{p(1, 2, 4)}, true},
		{struct{ X any }{nil}, struct{ X any }{1}, false},
	} {
		if got := g.Equal(c.a, c.b); got != c.want {
			t.Errorf("%#v == %#v is %v, want %v", c.a, c.b, got, c.want)
		}
	}
	if got := fmt.Sprint(panicOf(func() { g.Equal([]int{}, []int{}) })); got != "runtime error: comparing uncomparable type []int" {
		t.Errorf("comparing slices panics with %s", got)
	}
}

func TestFormat(t *testing.T) {
	g, _, _ := registry(t)
	p := enginePoint{1, 2, 0}
	for _, c := range []struct {
		format string
		args   []any
		want   string
	}{
		{"%v", []any{p}, "{1 2 0}"},
		{"%+v", []any{&p}, "&{X:1 y:2 _:0}"},
		{"%#v", []any{p}, "main.Point{X:1, y:2, _:0}"},
		{"%T", []any{p}, "main.Point"},
		{"%T %v", []any{p, engineCelsius{3}}, "main.Point 3°"},
		{"%[1]T %[1]v", []any{engineCelsius{3}}, "main.Celsius 3°"},
		{"%[2]T %[1]v %T", []any{1, engineCelsius{3}}, "main.Celsius 1 main.Celsius"},
		{"%d %x", []any{engineCelsius{10}, engineCelsius{10}}, "10 61c2b0"},
		{"%s|%5v|%-5v|", []any{engineCelsius{1}, engineCelsius{2}, engineCelsius{3}}, "1°|   2°|3°   |"},
		{"%*d|%%|%q", []any{4, 5, "a"}, "   5|%|\"a\""},
		{"%v", []any{map[string]any{"a": engineCelsius{1}}}, "map[a:1°]"},
		{"%d", []any{}, "%!d(MISSING)"},
		{"%T", []any{1, 2}, "int%!(EXTRA int=2)"},
	} {
		f, args := g.Format(c.format, c.args)
		if c.format == "%d %x" { // %x takes the String method as package fmt does
			c.want = fmt.Sprintf("10 %x", "10°")
		}
		if got := fmt.Sprintf(f, args...); got != c.want {
			t.Errorf("%s of %#v is %q, want %q", c.format, c.args, got, c.want)
		}
	}
}
