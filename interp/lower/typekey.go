package lower

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"cahier/interp/check"
)

// typeObjID is the identity of a declared type.
func (l *Lowerer) typeObjID(obj *types.TypeName) int {
	if d := l.objs[obj]; d != nil {
		return d.ID
	}
	if id := l.local[obj]; id != 0 {
		return id
	}
	id := l.host.NextID()
	l.local[obj] = id
	return id
}

// key identifies a type: two types have the same key when they are identical
// to the session.
func (l *Lowerer) key(t types.Type) string {
	var b strings.Builder
	l.writeKey(&b, t)
	return b.String()
}

func (l *Lowerer) writeKey(b *strings.Builder, t types.Type) {
	tuple := func(t *types.Tuple) {
		b.WriteByte('(')
		for i := range t.Len() {
			l.writeKey(b, t.At(i).Type())
			b.WriteByte(',')
		}
		b.WriteByte(')')
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Byte:
			b.WriteString("uint8")
		case types.Rune:
			b.WriteString("int32")
		default:
			b.WriteString(t.Name())
		}
	case *types.Named:
		obj := t.Obj()
		switch {
		case obj.Pkg() == nil:
			b.WriteString(obj.Name())
		case l.interpreted(obj):
			fmt.Fprintf(b, "#%d", l.typeObjID(t.Origin().Obj()))
		default:
			fmt.Fprintf(b, "%s.%s", strconv.Quote(obj.Pkg().Path()), obj.Name())
		}
		if n := t.TypeArgs().Len(); n > 0 {
			b.WriteByte('[')
			for i := range n {
				l.writeKey(b, t.TypeArgs().At(i))
				b.WriteByte(',')
			}
			b.WriteByte(']')
		}
	case *types.Pointer:
		b.WriteByte('*')
		l.writeKey(b, t.Elem())
	case *types.Slice:
		b.WriteString("[]")
		l.writeKey(b, t.Elem())
	case *types.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		l.writeKey(b, t.Elem())
	case *types.Map:
		b.WriteString("map[")
		l.writeKey(b, t.Key())
		b.WriteByte(']')
		l.writeKey(b, t.Elem())
	case *types.Chan:
		fmt.Fprintf(b, "chan%d ", t.Dir())
		l.writeKey(b, t.Elem())
	case *types.Signature:
		b.WriteString("func")
		if t.Variadic() {
			b.WriteString("...")
		}
		tuple(t.Params())
		tuple(t.Results())
	case *types.Struct:
		b.WriteString("struct{")
		for i := range t.NumFields() {
			f := t.Field(i)
			if f.Embedded() {
				b.WriteByte('!')
			}
			if !f.Exported() && f.Pkg() != nil && f.Pkg().Path() != check.Path {
				b.WriteString(f.Pkg().Path() + ".")
			}
			b.WriteString(f.Name() + " ")
			l.writeKey(b, f.Type())
			fmt.Fprintf(b, " %q;", t.Tag(i))
		}
		b.WriteByte('}')
	case *types.Interface:
		b.WriteString("interface{")
		for i := range t.NumMethods() {
			m := t.Method(i)
			b.WriteString(m.Name())
			l.writeKey(b, m.Type())
			b.WriteByte(';')
		}
		b.WriteByte('}')
	case *types.TypeParam:
		fmt.Fprintf(b, "$%s", t.Obj().Name())
	case *types.Tuple:
		tuple(t)
	default:
		fmt.Fprintf(b, "?%T", t)
	}
}

// typeID is the run-time identity of a type.
func (l *Lowerer) typeID(t types.Type) int {
	k := l.key(t)
	id := l.typeIDs[k]
	if id == 0 {
		id = l.host.NextID()
		l.typeIDs[k] = id
	}
	return id
}
