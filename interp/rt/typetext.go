package rt

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// TypeText is a type in the words of package reflect.
func TypeText(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name() // uint8 rather than byte
	case *types.Pointer:
		return "*" + TypeText(t.Elem())
	case *types.Slice:
		return "[]" + TypeText(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), TypeText(t.Elem()))
	case *types.Map:
		return "map[" + TypeText(t.Key()) + "]" + TypeText(t.Elem())
	case *types.Chan:
		elem := TypeText(t.Elem())
		switch t.Dir() {
		case types.RecvOnly:
			return "<-chan " + elem
		case types.SendOnly:
			return "chan<- " + elem
		}
		if strings.HasPrefix(elem, "<-") {
			elem = "(" + elem + ")"
		}
		return "chan " + elem
	case *types.Signature:
		return "func" + signatureText(t)
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			s := TypeText(t.Field(i).Type())
			if !t.Field(i).Embedded() {
				s = t.Field(i).Name() + " " + s
			}
			if tag := t.Tag(i); tag != "" {
				s += " " + strconv.Quote(tag)
			}
			fields = append(fields, s)
		}
		return braces("struct", fields)
	case *types.Interface:
		var methods []string
		for i := range t.NumMethods() {
			m := t.Method(i)
			methods = append(methods, m.Name()+signatureText(m.Type().(*types.Signature)))
		}
		return braces("interface", methods)
	}
	return types.TypeString(t, qualify)
}

func braces(word string, list []string) string {
	if len(list) == 0 {
		return word + " {}"
	}
	return word + " { " + strings.Join(list, "; ") + " }"
}

func signatureText(sig *types.Signature) string {
	var params, results []string
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		if sig.Variadic() && i == sig.Params().Len()-1 {
			params = append(params, "..."+TypeText(variadicElem(t)))
		} else {
			params = append(params, TypeText(t))
		}
	}
	for i := range sig.Results().Len() {
		results = append(results, TypeText(sig.Results().At(i).Type()))
	}
	s := "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return s
	case 1:
		return s + " " + results[0]
	}
	return s + " (" + strings.Join(results, ", ") + ")"
}

// variadicElem is the type of each argument of a variadic parameter; t is a
// slice, or the string of append.
func variadicElem(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Byte]
}
