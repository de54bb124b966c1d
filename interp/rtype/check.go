//go:build amd64 || arm64

package rtype

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
)

// Check tries whether types can be made, once: it makes some, and asks package
// reflect what it sees of them.
var Check = sync.OnceValue(func() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("rtype: %v", r)
		}
	}()
	bad := errors.New("rtype: this release of Go lays out types in another way")
	known := of(reflect.TypeFor[struct{ A, B int64 }]())
	if known.size != 16 || reflect.Kind(known.kind) != reflect.Struct || known.align != 8 || known.equal == nil || known.flags&flagRegularMemory == 0 {
		return bad
	}
	if m := (*abiMap)(asPointer(of(reflect.TypeFor[map[string]int]()))); reflected(m.key) != reflect.TypeFor[string]() || reflected(m.elem) != reflect.TypeFor[int]() || m.hasher == nil || m.slotSize != 24 {
		return bad
	}
	u := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[string]()}, {Name: "b", PkgPath: "main", Type: reflect.TypeFor[int]()}})
	t := Declare("main.T", "main", u, 1, 1)
	if err := t.Define(u, nil); err != nil {
		return err
	}
	m := Method{Name: "String", Func: reflect.TypeFor[func() string](), Call: func(r reflect.Value, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf("<" + r.Field(0).String() + ">")}
	}}
	p := m
	p.Value = true
	if err := t.Methods([]Method{m}, []Method{p}); err != nil {
		return err
	}
	v := reflect.New(t.Reflect())
	v.Elem().Field(0).SetString("x")
	for _, x := range []any{v.Interface(), v.Elem().Interface()} {
		if s, ok := x.(fmt.Stringer); !ok || s.String() != "<x>" {
			return bad
		}
	}
	if r := t.Reflect(); r.Name() != "T" || r.PkgPath() != "main" || r.NumMethod() != 1 || r.Field(1).IsExported() || reflect.PointerTo(r) != t.Pointer() {
		return bad
	}
	return nil
})
