//go:build amd64 || arm64

package rtype

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCheck(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}

// node is recursive by pointer, slice and map, with an embedded field.
func node(t *testing.T) *Type {
	t.Helper()
	layout := reflect.StructOf([]reflect.StructField{
		{Name: "Name", Type: reflect.TypeFor[string](), Tag: `json:"name"`},
		{Name: "Next", Type: reflect.TypeFor[*int]()},
		{Name: "Kids", Type: reflect.TypeFor[[]int]()},
		{Name: "By", Type: reflect.TypeFor[map[string]int]()},
		{Name: "priv", PkgPath: "main", Type: reflect.TypeFor[int]()},
	})
	n := Declare("main.Node", "main", layout, 0, 1)
	r := n.Reflect()
	u := reflect.StructOf([]reflect.StructField{
		{Name: "Name", Type: reflect.TypeFor[string](), Tag: `json:"name"`},
		{Name: "Next", Type: reflect.PointerTo(r), Tag: `json:",omitempty"`},
		{Name: "Kids", Type: reflect.SliceOf(r)},
		{Name: "By", Type: reflect.MapOf(reflect.TypeFor[string](), r)},
		{Name: "priv", PkgPath: "main", Type: reflect.TypeFor[int]()},
	})
	if err := n.Define(u, nil); err != nil {
		t.Fatal(err)
	}
	set := Method{Name: "Rename", Func: reflect.TypeFor[func(string, ...int) (int, error)](), Call: func(r reflect.Value, a []reflect.Value) []reflect.Value {
		r.Elem().Field(0).Set(a[0])
		return []reflect.Value{reflect.ValueOf(a[1].Len()), reflect.Zero(reflect.TypeFor[error]())}
	}}
	if err := n.Methods(nil, []Method{set}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRecursive compares what json and gob make of a type made here with what
// they make of the same compiled one.
func TestRecursive(t *testing.T) {
	type Node struct {
		Name string `json:"name"`
		Next *Node  `json:",omitempty"`
		Kids []Node
		By   map[string]Node
		priv int
	}
	_ = Node{}.priv
	const in = `{"name":"a","Next":{"name":"b","Kids":null,"By":{"k":{"name":"c","Kids":null,"By":null}}},"Kids":[{"name":"d","Kids":null,"By":null}],"By":{}}`
	var want Node
	if err := json.Unmarshal([]byte(in), &want); err != nil {
		t.Fatal(err)
	}
	w, _ := json.Marshal(want)
	v := reflect.New(node(t).Reflect())
	if err := json.Unmarshal([]byte(in), v.Interface()); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if g, err := json.Marshal(v.Interface()); err != nil || !bytes.Equal(g, w) {
		t.Errorf("json: %s, %v; want %s", g, err, w)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v.Interface()); err != nil {
		t.Fatal(err)
	}
	var back Node
	if err := gob.NewDecoder(&b).Decode(&back); err != nil {
		t.Fatal(err)
	}
	if g, _ := json.Marshal(back); !bytes.Equal(g, w) {
		t.Errorf("gob: %s, want %s", g, w)
	}
	if err := json.Unmarshal([]byte(`{"name":5}`), v.Interface()); err == nil || err.Error() != "json: cannot unmarshal number into Go struct field Node.name of type string" {
		t.Errorf("%v", err)
	}
}

func TestMethods(t *testing.T) {
	n := node(t)
	v := reflect.New(n.Reflect())
	r, ok := v.Interface().(interface {
		Rename(string, ...int) (int, error)
	})
	if !ok {
		t.Fatal("the pointer has no method")
	}
	if _, ok := v.Elem().Interface().(interface {
		Rename(string, ...int) (int, error)
	}); ok {
		t.Error("the value has the pointer's method")
	}
	if k, err := r.Rename("new", 1, 2, 3); k != 3 || err != nil || v.Elem().Field(0).String() != "new" {
		t.Errorf("%d, %v, %v", k, err, v.Elem().Field(0))
	}
	m, _ := n.Pointer().MethodByName("Rename")
	if got := m.Type.String(); got != "func(*main.Node, string, ...int) (int, error)" {
		t.Error(got)
	}
	m.Func.Call([]reflect.Value{v, reflect.ValueOf("by Func")})
	if v.Elem().Field(0).String() != "by Func" {
		t.Error("Func was not called")
	}
}

// kinds are layouts of every sort of receiver.
func kinds() map[string]reflect.Value {
	x := 5
	return map[string]reflect.Value{
		"int": reflect.ValueOf(7), "float32": reflect.ValueOf(float32(1.5)), "string": reflect.ValueOf("abc"),
		"slice": reflect.ValueOf([]int{1, 2}), "map": reflect.ValueOf(map[string]int{"a": 1}), "chan": reflect.ValueOf(make(chan int)),
		"func": reflect.ValueOf(func(a int, b string) (string, error) { return fmt.Sprint(a, b), nil }), "array": reflect.ValueOf([3]string{"x", "y", "z"}),
		"array of a pointer": reflect.ValueOf([1]*int{&x}), "struct of a pointer": reflect.ValueOf(struct{ P *int }{&x}),
		"wide struct": reflect.ValueOf(struct {
			A, B, C, D, E, F, G int
			S                   string
		}{1, 2, 3, 4, 5, 6, 7, "s"}),
		"empty": reflect.ValueOf(struct{}{}), "interface field": reflect.ValueOf(struct{ X any }{3.5}),
	}
}

// TestReceivers calls a method with arguments of many registers on receivers of
// every kind, through an interface, by reflection and from many goroutines.
func TestReceivers(t *testing.T) {
	type many interface {
		Many(a int, f float64, s string, e error, w io.Writer, b []byte, x [2]int, last any) (string, float64, error)
	}
	ft := reflect.TypeFor[many]().Method(0).Type
	fail := errors.New("E")
	var calls atomic.Int32
	for name, v := range kinds() {
		t.Run(name, func(t *testing.T) {
			n := Declare("main.K", "main", v.Type(), 1, 1)
			if err := n.Define(v.Type(), nil); err != nil {
				t.Fatal(err)
			}
			call := Method{Name: "Many", Func: ft, Call: func(r reflect.Value, a []reflect.Value) []reflect.Value {
				if r.Type() != n.Reflect() {
					t.Errorf("the receiver is %s", r.Type())
				}
				var shown any = "nothing"
				switch r.Kind() {
				case reflect.Func, reflect.Chan:
					shown = r.Pointer() == v.Pointer()
				default:
					shown = reflect.DeepEqual(r.Convert(v.Type()).Interface(), v.Interface())
				}
				s := fmt.Sprint(shown, a[0], a[1], a[2], a[3], a[5], a[6], a[7])
				if calls.Add(1)%100 == 0 {
					runtime.GC()
				}
				grow(200)
				return []reflect.Value{reflect.ValueOf(s), a[1], a[3]}
			}}
			ptr := call
			ptr.Value = true
			if err := n.Methods([]Method{call}, []Method{ptr}); err != nil {
				t.Fatal(err)
			}
			val := v.Convert(n.Reflect())
			p := reflect.New(n.Reflect())
			p.Elem().Set(val)
			const want = "true 1 2.5 str E [65] [8 9] 3"
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 50 {
						for _, x := range []any{val.Interface(), p.Interface()} {
							s, f, err := x.(many).Many(1, 2.5, "str", fail, io.Discard, []byte("A"), [2]int{8, 9}, 3)
							if s != want || f != 2.5 || err != fail {
								t.Errorf("got %q, %v, %v", s, f, err)
							}
						}
					}
				})
			}
			wg.Wait()
			in := []reflect.Value{val, reflect.ValueOf(1), reflect.ValueOf(2.5), reflect.ValueOf("str"), reflect.ValueOf(fail), reflect.ValueOf(io.Discard), reflect.ValueOf([]byte("A")), reflect.ValueOf([2]int{8, 9}), reflect.ValueOf(3)}
			m := n.Reflect().Method(0)
			if got := m.Func.Call(in)[0].String(); got != want {
				t.Errorf("Func: %q", got)
			}
			if got := val.Method(0).Call(in[1:])[0].String(); got != want {
				t.Errorf("Method: %q", got)
			}
			defer func() {
				r := recover()
				if e, ok := r.(runtime.Error); !ok || e.Error() != "value method main.K.Many called using nil *K pointer" {
					t.Errorf("a nil pointer: %v", r)
				}
			}()
			reflect.Zero(n.Pointer()).Interface().(many).Many(1, 2, "", nil, nil, nil, [2]int{}, nil)
		})
	}
}

// grow makes the stack move while a method runs.
func grow(n int) int {
	var b [256]byte
	if n == 0 {
		return 0
	}
	b[n%256] = byte(n)
	return grow(n-1) + int(b[0])
}

// TestInterface makes an interface type, and asks which types implement it.
func TestInterface(t *testing.T) {
	it := Interface("main.Renamer", "main")
	it.DefineInterface([]InterfaceMethod{{"Rename", reflect.TypeFor[func(string, ...int) (int, error)]()}})
	n := node(t)
	if !n.Pointer().Implements(it.Reflect()) || n.Reflect().Implements(it.Reflect()) || reflect.TypeFor[*bytes.Buffer]().Implements(it.Reflect()) {
		t.Error("who implements it is wrong")
	}
	v := reflect.New(it.Reflect()).Elem()
	p := reflect.New(n.Reflect())
	v.Set(p)
	v.Method(0).Call([]reflect.Value{reflect.ValueOf("through")})
	if p.Elem().Field(0).String() != "through" || it.Reflect().String() != "main.Renamer" || it.Reflect().NumMethod() != 1 {
		t.Errorf("%v of %v", p.Elem(), it.Reflect())
	}
}

// TestEmbedded has a field that is embedded, and one that is blank.
func TestEmbedded(t *testing.T) {
	u := reflect.StructOf([]reflect.StructField{{Name: "Inner", Type: reflect.TypeFor[struct{ X int }]()}, {Name: "_", PkgPath: "main", Type: reflect.TypeFor[int32]()}, {Name: "Y", Type: reflect.TypeFor[int32]()}})
	n := Declare("main.Outer", "main", u, 0, 0)
	if err := n.Define(u, []bool{true}); err != nil {
		t.Fatal(err)
	}
	if err := n.Methods(nil, nil); err != nil {
		t.Fatal(err)
	}
	if f, ok := n.Reflect().FieldByName("X"); !ok || len(f.Index) != 2 {
		t.Error("X is not promoted")
	}
	if g, _ := json.Marshal(reflect.Zero(n.Reflect()).Interface()); string(g) != `{"X":0,"Y":0}` {
		t.Errorf("%s", g)
	}
	a, b := reflect.New(n.Reflect()), reflect.New(n.Reflect())
	*(*int32)(b.Elem().Field(1).Addr().UnsafePointer()) = 5
	if a.Elem().Interface() != b.Elem().Interface() {
		t.Error("blank fields are compared")
	}
	if err := n.Define(reflect.TypeFor[int](), nil); err == nil {
		t.Error("another layout was taken")
	}
}
