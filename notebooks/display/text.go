package display

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Limits of the text form of a value. Values below them look exactly as fmt's
// %+v prints them; larger ones are shortened and say so.
const (
	textLimit    = 20_000 // bytes of one text/plain
	nodeLimit    = 1_000  // elements, fields and keys in all
	elementLimit = 100    // elements of one slice, array or map
	headElements = 20     // shown of a longer one
	tailElements = 5
	depthLimit   = 12
)

// Format returns v as text, as fmt's %+v does, but bounded: of a long slice or
// map it gives the head, the tail and the number of elements left out. Pointers
// are followed, also within a value; functions and channels are given by their
// type, since an address tells nothing.
func Format(v any) string { return safely(func() string { return format(v) }) }

func format(v any) string {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.String && !printsItself(rv) {
		return shorten(rv.String(), textLimit)
	}
	budget := nodeLimit
	if v == nil || fits(rv, &budget, 0) {
		return shorten(fmt.Sprintf("%+v", v), textLimit)
	}
	p := printer{left: textLimit}
	p.value(rv, 0)
	return shorten(p.b.String(), textLimit)
}

// shorten cuts s to about limit bytes at a rune's start and says how much is
// missing.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s... (%d bytes more)", s[:cut], len(s)-cut)
}

// printsItself reports whether fmt asks v's own methods for its text.
func printsItself(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case fmt.Formatter, fmt.Stringer, error:
		return true
	}
	return false
}

// fits reports whether fmt may print v whole. It takes what v holds from
// *budget and stops when that is used up, so that it is quick also on huge and
// on cyclic values.
func fits(v reflect.Value, budget *int, depth int) bool {
	*budget--
	if *budget < 0 || depth > depthLimit {
		return false
	}
	if !v.IsValid() || printsItself(v) {
		return true
	}
	switch v.Kind() {
	case reflect.String:
		*budget -= v.Len() / 64
		return *budget >= 0
	case reflect.Slice, reflect.Array:
		if v.Len() > elementLimit {
			return false
		}
		for i := range v.Len() {
			if !fits(v.Index(i), budget, depth+1) {
				return false
			}
		}
	case reflect.Map:
		if v.Len() > elementLimit {
			return false
		}
		for it := v.MapRange(); it.Next(); {
			if !fits(it.Key(), budget, depth+1) || !fits(it.Value(), budget, depth+1) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !fits(v.Field(i), budget, depth+1) {
				return false
			}
		}
	case reflect.Interface:
		return fits(v.Elem(), budget, depth+1)
	case reflect.Pointer: // fmt follows a pointer only at the top
		return v.IsNil() || depth == 0 && composite(v.Elem()) && fits(v.Elem(), budget, depth+1)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return v.IsNil()
	}
	return true
}

// composite reports whether fmt follows a pointer to v.
func composite(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return true
	}
	return false
}

// printer writes values that are too large for fmt, in fmt's style.
type printer struct {
	b    strings.Builder
	left int              // bytes that may still be written
	path []unsafe.Pointer // pointers that lead to where it is
}

func (p *printer) string(s string) {
	p.left -= len(s)
	p.b.WriteString(s)
}

func (p *printer) value(v reflect.Value, depth int) {
	if p.left <= 0 || depth > depthLimit {
		p.string("...")
		return
	}
	budget := nodeLimit
	if fits(v, &budget, depth) {
		p.string(fmt.Sprintf("%+v", v))
		return
	}
	switch v.Kind() {
	case reflect.String:
		p.string(shorten(v.String(), p.left))
	case reflect.Slice, reflect.Array:
		p.string("[")
		p.some(v.Len(), func(i int) { p.value(v.Index(i), depth+1) })
		p.string("]")
	case reflect.Map:
		keys := v.MapKeys()
		sortKeys(keys)
		p.string("map[")
		p.some(len(keys), func(i int) {
			p.value(keys[i], depth+1)
			p.string(":")
			p.value(v.MapIndex(keys[i]), depth+1)
		})
		p.string("]")
	case reflect.Struct:
		p.string("{")
		for i := range v.NumField() {
			if i > 0 {
				p.string(" ")
			}
			p.string(v.Type().Field(i).Name + ":")
			p.value(v.Field(i), depth+1)
		}
		p.string("}")
	case reflect.Interface:
		p.value(v.Elem(), depth+1)
	case reflect.Pointer:
		p.string("&")
		if slices.Contains(p.path, v.UnsafePointer()) {
			p.string("…") // the value is within itself
			return
		}
		p.path = append(p.path, v.UnsafePointer())
		p.value(v.Elem(), depth+1)
		p.path = p.path[:len(p.path)-1]
	case reflect.Func, reflect.UnsafePointer:
		p.string(v.Type().String())
	case reflect.Chan:
		p.string(v.Type().String())
		if v.Cap() > 0 {
			p.string(fmt.Sprintf(" (%d of %d queued)", v.Len(), v.Cap()))
		}
	default:
		p.string(fmt.Sprintf("%+v", v))
	}
}

// some prints n elements, or head and tail of more than elementLimit.
func (p *printer) some(n int, element func(int)) {
	for i := 0; i < n; i++ {
		if i > 0 {
			p.string(" ")
		}
		if n > elementLimit && i == headElements {
			p.string(fmt.Sprintf("... (%d more) ... ", n-headElements-tailElements))
			i = n - tailElements
		}
		element(i)
	}
}

// sortKeys orders map keys of the basic kinds, as fmt does; others stay in
// the map's order.
func sortKeys(keys []reflect.Value) {
	if len(keys) == 0 {
		return
	}
	switch k := keys[0]; {
	case k.Kind() == reflect.String:
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	case k.CanInt():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) })
	case k.CanUint():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Uint(), b.Uint()) })
	case k.CanFloat():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Float(), b.Float()) })
	}
}
