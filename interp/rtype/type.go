//go:build amd64 || arm64

package rtype

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync/atomic"
	"unsafe"
)

// Type is a type in the making, and that of pointers to it. It must be Defined
// before values of it are made; types that refer to it can be made before.
type Type struct {
	typ, ptr *abiType
	str      string
	un       [2]*abiUncommon
	methods  [2][]abiMethod
	params   []*abiType // of a func type
}

// Method is a method of a type.
type Method struct {
	Name string
	Func reflect.Type // without receiver
	// Call gets the receiver and the arguments; the last of a variadic
	// function is a slice.
	Call func(recv reflect.Value, args []reflect.Value) []reflect.Value
	// Value is set in the pointer's methods for those of the value, whose Call
	// gets the value.
	Value bool
}

// Declare makes a type that prints as str and belongs to the package at path;
// without a name of its own if path is "". layout is any type of its size,
// kind and pointers. It will have n methods, and those of its pointer will be
// m, which are the runtime's for ever.
func Declare(str, path string, layout reflect.Type, n, m int) *Type {
	t := &Type{str: str}
	from := of(layout)
	var parts []reflect.StructField
	add := func(name string, t reflect.Type) { parts = append(parts, reflect.StructField{Name: name, Type: t}) }
	params := 0
	add("T", kindLayout(layout.Kind()))
	add("U", reflect.TypeFor[abiUncommon]())
	if layout.Kind() == reflect.Func {
		params = layout.NumIn() + layout.NumOut()
		add("P", reflect.ArrayOf(params, reflect.TypeFor[*abiType]()))
	}
	add("M", reflect.ArrayOf(max(n, 1), reflect.TypeFor[abiMethod]()))
	v := reflect.New(reflect.StructOf(parts)).Elem()
	t.typ = (*abiType)(v.Field(0).Addr().UnsafePointer())
	copyLayout(t.typ, from, layout.Kind())
	t.un[0] = (*abiUncommon)(v.Field(1).Addr().UnsafePointer())
	last := v.NumField() - 1
	t.methods[0] = unsafe.Slice((*abiMethod)(v.Field(last).Addr().UnsafePointer()), n)
	t.un[0].moff = uint32(v.Type().Field(last).Offset - v.Type().Field(1).Offset)
	if params > 0 {
		t.params = unsafe.Slice((**abiType)(v.Field(2).Addr().UnsafePointer()), params)
		for i := range layout.NumIn() {
			t.params[i] = of(layout.In(i))
		}
		for i := range layout.NumOut() {
			t.params[layout.NumIn()+i] = of(layout.Out(i))
		}
	}
	t.typ.flags &^= flagExtraStar | flagNamed
	t.typ.flags |= flagUncommon
	if path != "" {
		t.typ.flags |= flagNamed
		t.un[0].pkgPath = nameOff(path, false)
	}

	p := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "T", Type: reflect.TypeFor[abiPointer]()},
		{Name: "U", Type: reflect.TypeFor[abiUncommon]()}, {Name: "M", Type: reflect.ArrayOf(max(m, 1), reflect.TypeFor[abiMethod]())}})).Elem()
	t.ptr = (*abiType)(p.Field(0).Addr().UnsafePointer())
	*(*abiPointer)(unsafe.Pointer(t.ptr)) = *(*abiPointer)(unsafe.Pointer(of(reflect.TypeFor[*int]())))
	(*abiPointer)(unsafe.Pointer(t.ptr)).elem = t.typ
	t.un[1] = (*abiUncommon)(p.Field(1).Addr().UnsafePointer())
	t.un[1].moff = uint32(p.Type().Field(2).Offset - p.Type().Field(1).Offset)
	t.methods[1] = unsafe.Slice((*abiMethod)(p.Field(2).Addr().UnsafePointer()), m)
	t.ptr.flags &^= flagExtraStar | flagNamed
	t.ptr.flags |= flagUncommon

	t.ptr.ptrToThis = 0
	t.typ.ptrToThis = typeOff(t.ptr)
	typeOff(t.typ) // keeps it
	t.name(str)
	return t
}

func (t *Type) name(str string) {
	t.str = str
	t.typ.str = nameOff(str, true)
	t.ptr.str = nameOff("*"+str, true)
	n := hashes.Add(2)
	t.typ.hash, t.ptr.hash = spread(n), spread(n+1)
}

// hashes makes the hashes of types differ.
var hashes atomic.Uint32

func spread(n uint32) uint32 { return n * 2654435761 }

func kindLayout(k reflect.Kind) reflect.Type {
	switch k {
	case reflect.Struct:
		return reflect.TypeFor[abiStruct]()
	case reflect.Pointer:
		return reflect.TypeFor[abiPointer]()
	case reflect.Slice:
		return reflect.TypeFor[abiSlice]()
	case reflect.Array:
		return reflect.TypeFor[abiArray]()
	case reflect.Chan:
		return reflect.TypeFor[abiChan]()
	case reflect.Map:
		return reflect.TypeFor[abiMap]()
	case reflect.Func:
		return reflect.TypeFor[abiFunc]()
	case reflect.Interface:
		return reflect.TypeFor[abiInterface]()
	}
	return reflect.TypeFor[abiType]()
}

func copyLayout(to, from *abiType, k reflect.Kind) {
	switch k {
	case reflect.Struct:
		*(*abiStruct)(unsafe.Pointer(to)) = *(*abiStruct)(unsafe.Pointer(from))
	case reflect.Pointer, reflect.Slice:
		*(*abiPointer)(unsafe.Pointer(to)) = *(*abiPointer)(unsafe.Pointer(from))
	case reflect.Array:
		*(*abiArray)(unsafe.Pointer(to)) = *(*abiArray)(unsafe.Pointer(from))
	case reflect.Chan:
		*(*abiChan)(unsafe.Pointer(to)) = *(*abiChan)(unsafe.Pointer(from))
	case reflect.Map:
		*(*abiMap)(unsafe.Pointer(to)) = *(*abiMap)(unsafe.Pointer(from))
	case reflect.Func:
		*(*abiFunc)(unsafe.Pointer(to)) = *(*abiFunc)(unsafe.Pointer(from))
	case reflect.Interface:
		*(*abiInterface)(unsafe.Pointer(to)) = *(*abiInterface)(unsafe.Pointer(from))
	default:
		*to = *from
	}
}

// Reflect is the type.
func (t *Type) Reflect() reflect.Type { return reflected(t.typ) }

// Pointer is the type of pointers to it.
func (t *Type) Pointer() reflect.Type { return reflected(t.ptr) }

// Define says what the type is made of: its underlying type, of the layout
// that it was declared with, and which fields of a struct are embedded.
func (t *Type) Define(underlying reflect.Type, embedded []bool) error {
	u := of(underlying)
	if u.size != t.typ.size || u.ptrBytes != t.typ.ptrBytes || u.kind != t.typ.kind || u.align != t.typ.align {
		return fmt.Errorf("rtype: %s has another layout than it was declared with", t.str)
	}
	old := *t.typ
	copyLayout(t.typ, u, underlying.Kind())
	t.typ.flags = old.flags&(flagUncommon|flagNamed) | u.flags&^(flagUncommon|flagNamed|flagExtraStar)
	t.typ.str, t.typ.ptrToThis, t.typ.hash = old.str, old.ptrToThis, old.hash
	switch underlying.Kind() {
	case reflect.Struct:
		t.structure(underlying, embedded)
	case reflect.Func:
		for i := range underlying.NumIn() {
			t.params[i] = of(underlying.In(i))
		}
		for i := range underlying.NumOut() {
			t.params[underlying.NumIn()+i] = of(underlying.Out(i))
		}
	}
	return nil
}

func (t *Type) structure(underlying reflect.Type, embedded []bool) {
	s := (*abiStruct)(unsafe.Pointer(t.typ))
	s.fields = append([]abiField(nil), s.fields...)
	fields := s.fields
	comparable, blank := true, make([]bool, len(fields))
	var str strings.Builder
	str.WriteString("struct {")
	for i := range fields {
		f := underlying.Field(i)
		in := i < len(embedded) && embedded[i]
		if in {
			fields[i].name = name(f.Name, string(f.Tag), f.PkgPath == "", true)
		}
		blank[i] = f.Name == "_"
		comparable = comparable && fields[i].typ.equal != nil
		if i > 0 {
			str.WriteByte(';')
		}
		if !in {
			str.WriteString(" " + f.Name)
		}
		str.WriteString(" " + f.Type.String())
		if f.Tag != "" {
			fmt.Fprintf(&str, " %q", string(f.Tag))
		}
		if blank[i] {
			t.typ.flags &^= flagRegularMemory
		}
	}
	t.typ.equal = nil
	if comparable {
		t.typ.equal = func(p, q unsafe.Pointer) bool {
			for i := range fields {
				f := &fields[i]
				if !blank[i] && !f.typ.equal(unsafe.Add(p, f.offset), unsafe.Add(q, f.offset)) {
					return false
				}
			}
			return true
		}
	}
	if t.typ.flags&flagNamed == 0 {
		if len(fields) > 0 {
			str.WriteByte(' ')
		}
		t.name(str.String() + "}")
	}
}

// Methods gives the type its methods, and those of its pointer.
func (t *Type) Methods(value, pointer []Method) error {
	code := map[string]int32{} // of the value's methods, for receivers by address
	for k, list := range [][]Method{value, pointer} {
		if len(list) != len(t.methods[k]) {
			return fmt.Errorf("rtype: %s was declared with %d methods, and gets %d", t.str, len(t.methods[k]), len(list))
		}
		list = append([]Method(nil), list...)
		sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
		for i, m := range list {
			var ifn, tfn int32
			var err error
			switch {
			case k == 1 && m.Value && code[m.Name] != 0:
				ifn = code[m.Name]
				tfn = ifn
			case k == 1:
				if ifn, err = entry(t.function(t.Pointer(), m, m.Value)); err != nil {
					return err
				}
				tfn = ifn
			case t.typ.flags&flagDirect != 0: // the receiver's word is the value
				if tfn, err = entry(t.function(t.Reflect(), m, false)); err != nil {
					return err
				}
				ifn = tfn
			default:
				if ifn, err = entry(t.function(t.Pointer(), m, true)); err != nil {
					return err
				}
				if tfn, err = entry(t.function(t.Reflect(), m, false)); err != nil {
					return err
				}
				code[m.Name] = ifn
			}
			t.methods[k][i] = abiMethod{name: nameOff(m.Name, true), mtyp: typeOff(of(m.Func)), ifn: ifn, tfn: tfn}
		}
		t.un[k].mcount, t.un[k].xcount = uint16(len(list)), uint16(len(list))
	}
	return nil
}

// function is the method as a function of its receiver, which deref says is a
// pointer to the value that the method wants.
func (t *Type) function(recv reflect.Type, m Method, deref bool) reflect.Value {
	in := []reflect.Type{recv}
	for i := range m.Func.NumIn() {
		in = append(in, m.Func.In(i))
	}
	var out []reflect.Type
	for i := range m.Func.NumOut() {
		out = append(out, m.Func.Out(i))
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, m.Func.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		r := args[0]
		if deref {
			if r.IsNil() {
				panic(nilReceiver(fmt.Sprintf("value method %s.%s called using nil *%s pointer", t.str, m.Name, t.Reflect().Name())))
			}
			v := reflect.New(t.Reflect()).Elem()
			v.Set(r.Elem())
			r = v
		}
		return m.Call(r, args[1:])
	})
}

// nilReceiver is what Go panics with where a method of a value is called
// through a nil pointer.
type nilReceiver string

func (e nilReceiver) Error() string { return string(e) }
func (nilReceiver) RuntimeError()   {}

// InterfaceMethod is a method of an interface type.
type InterfaceMethod struct {
	Name string
	Func reflect.Type
}

// Interface makes an interface type; DefineInterface says its methods.
func Interface(str, path string) *Type { return Declare(str, path, interfaceLayout, 0, 0) }

var interfaceLayout = reflect.TypeFor[interface{ Error() string }]()

// DefineInterface gives an interface type its methods.
func (t *Type) DefineInterface(methods []InterfaceMethod) {
	methods = append([]InterfaceMethod(nil), methods...)
	sort.Slice(methods, func(i, j int) bool { return methods[i].Name < methods[j].Name })
	it := (*abiInterface)(unsafe.Pointer(t.typ))
	it.methods = nil
	for _, m := range methods {
		it.methods = append(it.methods, abiImethod{nameOff(m.Name, true), typeOff(of(m.Func))})
	}
}
