package rt

import (
	"fmt"
	"go/types"
	"strings"
)

// TypeText is a type in the words of package reflect.
func TypeText(t types.Type) string {
	var b strings.Builder
	writeType(&b, t, false)
	return b.String()
}

// writeType writes t; full names packages by their paths, as within type
// arguments.
func writeType(b *strings.Builder, t types.Type, full bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Byte:
			b.WriteString("uint8")
		case types.Rune:
			b.WriteString("int32")
		case types.UnsafePointer:
			b.WriteString("unsafe.Pointer")
		default:
			b.WriteString(t.Name())
		}
	case *types.Named:
		if p := t.Obj().Pkg(); p != nil {
			path := strings.TrimPrefix(p.Path(), "cahier/interp/prelude/")
			if full {
				b.WriteString(path + ".")
			} else {
				b.WriteString(path[strings.LastIndexByte(path, '/')+1:] + ".")
			}
		}
		b.WriteString(t.Obj().Name())
		for i := range t.TypeArgs().Len() {
			if i == 0 {
				b.WriteByte('[')
			} else {
				b.WriteByte(',')
			}
			writeType(b, t.TypeArgs().At(i), true)
			if i == t.TypeArgs().Len()-1 {
				b.WriteByte(']')
			}
		}
	case *types.Pointer:
		b.WriteByte('*')
		writeType(b, t.Elem(), full)
	case *types.Slice:
		b.WriteString("[]")
		writeType(b, t.Elem(), full)
	case *types.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		writeType(b, t.Elem(), full)
	case *types.Map:
		b.WriteString("map[")
		writeType(b, t.Key(), full)
		b.WriteByte(']')
		writeType(b, t.Elem(), full)
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			b.WriteString("chan<- ")
		case types.RecvOnly:
			b.WriteString("<-chan ")
		default:
			b.WriteString("chan ")
			if e, ok := types.Unalias(t.Elem()).(*types.Chan); ok && e.Dir() == types.RecvOnly {
				b.WriteByte('(')
				writeType(b, e, full)
				b.WriteByte(')')
				return
			}
		}
		writeType(b, t.Elem(), full)
	case *types.Signature:
		b.WriteString("func")
		writeSignature(b, t, full)
	case *types.Struct:
		b.WriteString("struct {")
		for i := range t.NumFields() {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteByte(' ')
			if f := t.Field(i); !f.Embedded() {
				b.WriteString(f.Name() + " ")
			}
			writeType(b, t.Field(i).Type(), full)
			if t.Tag(i) != "" {
				fmt.Fprintf(b, " %q", t.Tag(i))
			}
		}
		if t.NumFields() > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	case *types.Interface:
		b.WriteString("interface {")
		for i := range t.NumMethods() {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteString(" " + t.Method(i).Name())
			writeSignature(b, t.Method(i).Type().(*types.Signature), full)
		}
		if t.NumMethods() > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	default:
		b.WriteString(t.String())
	}
}

func writeSignature(b *strings.Builder, t *types.Signature, full bool) {
	b.WriteByte('(')
	for i := range t.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		p := t.Params().At(i).Type()
		if t.Variadic() && i == t.Params().Len()-1 {
			b.WriteString("...")
			p = p.(*types.Slice).Elem()
		}
		writeType(b, p, full)
	}
	b.WriteByte(')')
	switch n := t.Results().Len(); {
	case n == 1:
		b.WriteByte(' ')
		writeType(b, t.Results().At(0).Type(), full)
	case n > 1:
		b.WriteString(" (")
		for i := range n {
			if i > 0 {
				b.WriteString(", ")
			}
			writeType(b, t.Results().At(i).Type(), full)
		}
		b.WriteByte(')')
	}
}
