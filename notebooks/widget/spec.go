package widget

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// kind is the type of an attribute's values.
type kind uint8

// The kinds, with the Go type of their values in a state. nil is null.
const (
	kindString   kind = iota // string
	kindBool                 // bool
	kindInt                  // int
	kindFloat                // float64
	kindStrings              // []string
	kindInts                 // []int
	kindFloats               // []float64
	kindInts2                // []int of two
	kindFloats2              // []float64 of two
	kindRef                  // Widget
	kindRefs                 // []Widget
	kindBytes                // []byte
	kindDate                 // time.Time
	kindDatetime             // time.Time
	kindNaive                // time.Time
	kindTime                 // time.Time
	kindIntAny               // int; 0 is "any"
	kindFloatAny             // float64; 0 is "any"
	kindPair                 // pair
	kindJSON                 // whatever JSON can say, with []byte anywhere in it
)

var kindNames = [...]string{"a string", "true or false", "an integer", "a number", "a list of strings", "a list of integers", "a list of numbers",
	"two integers", "two numbers", "a widget", "a list of widgets", "bytes", "a date", "a moment", "a date and time of day", "a time of day",
	"an integer, or 0 for any", "a number, or 0 for any", "a widget and the name of an attribute", "what JSON can say"}

func (k kind) String() string { return kindNames[k] }

// pair names an attribute of a widget, for links.
type pair struct {
	widget Widget
	name   string
}

// attr describes an attribute of a model's state.
type attr struct {
	name string
	kind kind
	null bool     // null is a value, too
	def  string   // the default, as JSON; empty for a reference to a new instance
	enum []string // the values that a string may have; nil: all
	make string   // the model of the new instance
}

// spec describes a model of the front end.
type spec struct {
	name, module, version            string // of the model
	view, viewModule, viewModVersion string // no view: empty
	attrs                            []attr
	open                             bool // attributes that are not listed may be set
}

func (s *spec) attr(name string) (*attr, bool) {
	for i := range s.attrs {
		if s.attrs[i].name == name {
			return &s.attrs[i], true
		}
	}
	return &attr{name: name, kind: kindJSON, null: true, def: "null"}, s.open
}

// class is the model's name as constructors have it.
func (s *spec) class() string { return strings.TrimSuffix(s.name, "Model") }

// zero is the default value. References to new instances are made when they
// are asked for.
func (a *attr) zero() any {
	if a.kind == kindBytes {
		return []byte{}
	}
	if a.def == "" || a.def == "null" {
		return nil
	}
	var v any
	d := json.NewDecoder(strings.NewReader(a.def))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		panic(err) // generated, and tested
	}
	if a.kind == kindPair {
		return nil
	}
	out, err := a.convert(v, nil)
	if err != nil {
		panic(err) // generated, and tested
	}
	return out
}

// convert makes a value of the attribute's type from one of a caller, or of a
// message, whose references find resolves.
func (a *attr) convert(v any, find func(id string) Widget) (any, error) {
	wrong := func() (any, error) {
		return nil, fmt.Errorf("%s is %s, want %s", a.name, describe(v), a.kind)
	}
	if v == nil {
		if !a.null && a.kind != kindRef && a.kind != kindJSON {
			return wrong()
		}
		return nil, nil
	}
	switch a.kind {
	case kindString:
		s, ok := v.(string)
		if !ok {
			return wrong()
		}
		if a.enum != nil && !slices.Contains(a.enum, s) {
			if s == "" && a.null {
				return nil, nil
			}
			return nil, fmt.Errorf("%s is %q, want one of %s", a.name, s, strings.Join(quoted(a.enum), ", "))
		}
		return s, nil
	case kindBool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case kindInt:
		if n, ok := integer(v); ok {
			return n, nil
		}
	case kindFloat:
		if f, ok := number(v); ok {
			return f, nil
		}
	case kindIntAny:
		if v == "any" {
			return 0, nil
		}
		if n, ok := integer(v); ok && n >= 0 {
			return n, nil
		}
	case kindFloatAny:
		if v == "any" {
			return 0.0, nil
		}
		if f, ok := number(v); ok && f >= 0 {
			return f, nil
		}
	case kindStrings:
		if list, ok := elements(v, func(x any) (string, bool) { s, ok := x.(string); return s, ok }); ok {
			return list, nil
		}
	case kindInts, kindInts2:
		if list, ok := elements(v, integer); ok && (a.kind == kindInts || len(list) == 2) {
			return list, nil
		}
	case kindFloats, kindFloats2:
		if list, ok := elements(v, number); ok && (a.kind == kindFloats || len(list) == 2) {
			return list, nil
		}
	case kindRef:
		if w, ok := reference(v, find); ok {
			return w, nil
		}
	case kindRefs:
		if list, ok := elements(v, func(x any) (Widget, bool) { return reference(x, find) }); ok {
			return list, nil
		}
	case kindBytes:
		if b, ok := v.([]byte); ok {
			return b, nil
		}
	case kindDate, kindDatetime, kindNaive, kindTime:
		if t, ok := moment(a.kind, v); ok {
			if t.IsZero() && a.null {
				return nil, nil
			}
			return t, nil
		}
	case kindPair:
		if p, ok := v.(pair); ok {
			return p, nil
		}
	case kindJSON:
		return plain(v)
	}
	return wrong()
}

func describe(v any) string {
	if v == nil {
		return "null"
	}
	s := fmt.Sprintf("%v", v)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%s (%T)", s, v)
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return out
}

// integer takes any Go integer, and a number without a fraction.
func integer(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case float64:
		return int(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	case json.Number:
		if i, err := n.Int64(); err == nil {
			return int(i), true
		}
		f, err := n.Float64()
		return int(f), err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return int(r.Int()), true
	case r.CanUint() && r.Uint() <= math.MaxInt:
		return int(r.Uint()), true
	}
	return 0, false
}

// number takes any Go number that JSON can say, and those of JSON.
func number(v any) (float64, bool) {
	f, ok := 0.0, true
	switch n := v.(type) {
	case float64:
		f = n
	case json.Number:
		var err error
		f, err = n.Float64()
		ok = err == nil
	default:
		r := reflect.ValueOf(v)
		switch {
		case r.CanFloat():
			f = r.Float()
		case r.CanInt():
			f = float64(r.Int())
		case r.CanUint():
			f = float64(r.Uint())
		default:
			ok = false
		}
	}
	return f, ok && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// elements converts a list.
func elements[T any](v any, one func(any) (T, bool)) ([]T, bool) {
	if list, ok := v.([]T); ok {
		// Floats may be what JSON cannot say.
		for _, x := range list {
			if _, ok := one(x); !ok {
				return nil, false
			}
		}
		return append([]T{}, list...), true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return nil, false
	}
	out := make([]T, r.Len())
	for i := range out {
		x, ok := one(r.Index(i).Interface())
		if !ok {
			return nil, false
		}
		out[i] = x
	}
	return out, true
}

const refPrefix = "IPY_MODEL_"

func reference(v any, find func(string) Widget) (Widget, bool) {
	switch w := v.(type) {
	case Widget:
		return w, !isNil(w)
	case string:
		if id, ok := strings.CutPrefix(w, refPrefix); ok && find != nil {
			found := find(id)
			return found, found != nil
		}
	}
	return nil, false
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return v == nil || r.Kind() == reflect.Pointer && r.IsNil()
}

// plain checks that JSON can say a value, and copies it so that nobody else
// changes it: maps, lists, strings, numbers as json.Number, bytes as they are.
func plain(v any) (any, error) {
	switch x := v.(type) {
	case nil, string, bool, json.Number, []byte:
		return v, nil
	case json.RawMessage:
		return decode(x)
	case Widget:
		return v, nil
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			p, err := plain(e)
			if err != nil {
				return nil, err
			}
			out[k] = p
		}
		return out, nil
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			p, err := plain(e)
			if err != nil {
				return nil, err
			}
			out[i] = p
		}
		return out, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return decode(text)
}

func decode(text []byte) (any, error) {
	var v any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err
}

// wire is what a value looks like in a message. Bytes stay bytes, for
// [splitBuffers].
func (a *attr) wire(v any) any {
	switch x := v.(type) {
	case Widget:
		return refPrefix + x.base().id
	case []Widget:
		out := make([]any, len(x))
		for i, w := range x {
			out[i] = refPrefix + w.base().id
		}
		return out
	case pair:
		return []any{refPrefix + x.widget.base().id, x.name}
	case time.Time:
		return wireTime(a.kind, x)
	case int:
		if a.kind == kindIntAny && x == 0 {
			return "any"
		}
	case float64:
		if a.kind == kindFloatAny && x == 0 {
			return "any"
		}
	}
	if v == nil && a.kind == kindPair {
		return []any{}
	}
	return v
}

// same reports whether two values of an attribute are equal.
func same(a, b any) bool {
	if x, ok := a.(time.Time); ok {
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	}
	return reflect.DeepEqual(a, b)
}
