package display

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cahier/ops"
)

// lineLimit is the length up to which a value is best shown on one line.
const lineLimit = 80

// value shows what has no word of its own about it: rows as tables, the rest
// as text.
func value(v any) Data {
	if t, ok := v.(time.Time); ok {
		return Text(t.Round(0).String()) // without the monotonic clock
	}
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || printsItself(rv) {
		return Text(Format(v))
	}
	switch rv.Kind() {
	case reflect.Slice, reflect.Array:
		if rv.Len() == 0 {
			break
		}
		if rv.Type().Elem().Kind() == reflect.Uint8 && rv.Kind() == reflect.Slice {
			return Text(bytesDump(rv.Bytes()))
		}
		if l, ok := floatRows(rv); ok {
			return lazyTable(l)
		}
		if !tabular(rv) {
			break
		}
		if t, err := tableOf(rv, TableOptions{}); err == "" {
			return t.data()
		}
	case reflect.Map:
		if rv.Len() == 0 {
			break
		}
		t, err := tableOf(byKey(rv), TableOptions{})
		if err != "" {
			break
		}
		d := t.data()
		if text := Format(v); len(text) <= lineLimit {
			d.MIME[textPlain] = text
		}
		return d
	case reflect.Struct:
		return fields(v, rv)
	case reflect.Pointer:
		if !rv.IsNil() && rv.Elem().Kind() == reflect.Struct && !printsItself(rv.Elem()) {
			return fields(v, rv.Elem())
		}
	}
	return Text(Format(v))
}

// fields shows a struct: as text if it is short, else also as a table.
func fields(v any, rv reflect.Value) Data {
	text := Format(v)
	if len(text) > lineLimit && len(fieldsOf(rv.Type())) > 1 {
		if t, err := tableOf(rv, TableOptions{Caption: rv.Type().String()}); err == "" {
			d := t.data()
			d.MIME[textPlain] = text
			return d
		}
	}
	return Text(text)
}

// byKey is the map m with a row for each key, also if its values are slices.
func byKey(m reflect.Value) reflect.Value {
	if m.Type().Elem().Kind() != reflect.Slice {
		return m
	}
	rows := reflect.MakeMapWithSize(reflect.MapOf(m.Type().Key(), anyType), m.Len())
	for it := m.MapRange(); it.Next(); {
		rows.SetMapIndex(it.Key(), it.Value())
	}
	return rows
}

// tabular reports whether the elements of a slice are rows: structs or maps
// that do not show themselves in another way.
func tabular(v reflect.Value) bool {
	t := v.Type().Elem()
	if t.Kind() == reflect.Interface {
		first := v.Index(0).Elem()
		if !first.IsValid() {
			return false
		}
		t = first.Type()
	}
	if plainText(t) {
		return false
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		return !plainText(t) && len(fieldsOf(t)) > 0
	case reflect.Map:
		return !plainText(t)
	}
	return false
}

// plainText reports whether values of a type say themselves how they are
// shown, so that their fields are not for the reader.
func plainText(t reflect.Type) bool {
	for _, i := range []reflect.Type{reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[fmt.Formatter](), reflect.TypeFor[error](), reflect.TypeFor[Bundler]()} {
		if t.Implements(i) {
			return true
		}
	}
	return t == timeType || t == reflect.TypeFor[ops.Tensor]()
}

// floatRows takes a [][]float64, or one of another float type, whose rows are
// equally long.
func floatRows(v reflect.Value) (lazy, bool) {
	t := v.Type().Elem()
	if k := t.Kind(); k != reflect.Slice && k != reflect.Array {
		return lazy{}, false
	}
	if k := t.Elem().Kind(); k != reflect.Float64 && k != reflect.Float32 || plainText(t) || plainText(t.Elem()) {
		return lazy{}, false
	}
	n := v.Index(0).Len()
	for i := range v.Len() {
		if v.Index(i).Len() != n {
			return lazy{}, false
		}
	}
	return lazy{v.Len(), n, func(i, j int) float64 { return v.Index(i).Index(j).Float() }}, n > 0
}

// bytesDump shows bytes as Go prints them and as text, or of many a dump of the
// first.
func bytesDump(b []byte) string {
	if len(b) <= 32 {
		text := fmt.Sprint(b)
		if len(b) > 0 && readable(b) {
			text += "  " + strconv.Quote(string(b))
		}
		return text
	}
	const shown = 256
	head := b[:min(len(b), shown)]
	text := counted(len(b), "byte") + "\n" + strings.TrimSuffix(hex.Dump(head), "\n")
	if len(b) > shown {
		text += "\n… " + counted(len(b)-shown, "byte") + " more"
	}
	return text
}

func readable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' {
			return false
		}
	}
	return true
}

// safely calls f, which may call methods of the value, and says so if one
// panics.
func safely(f func() string) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = panicText(r)
		}
	}()
	return f()
}

// panicText says what a method of a value panicked with; printing that may
// panic too.
func panicText(r any) (s string) {
	defer func() {
		if recover() != nil {
			s = "(a method panics, and so does its panic's text)"
		}
	}()
	return "(panic: " + shorten(fmt.Sprint(r), 400) + ")"
}
