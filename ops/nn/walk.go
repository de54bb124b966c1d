package nn

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"cahier/ops"
)

// slot is a place in a model that holds a tensor.
type slot struct {
	name   string
	value  *ops.Tensor
	buffer bool
	put    func(*ops.Tensor) // nil if the place is in a copy
}

// lister is a layer that names its tensors itself.
type lister interface {
	tensors(add func(name string, place **ops.Tensor))
}

// walker visits the layers and tensors of a model in the order of fields.
type walker struct {
	fn    string // the exported function that walks, for errors
	slot  func(slot)
	layer func(name string, n node, copied bool)

	seen  map[visit]bool
	holds map[reflect.Type]bool
}

// visit is a struct that was looked at, so that shared ones and circles are
// walked once.
type visit struct {
	at unsafe.Pointer
	t  reflect.Type
}

// place is where the walk stands.
type place struct {
	name   string
	kind   string // what a tensor here is: parameter, buffer or not said
	copied bool   // in a copy of what the model holds: not to be written
}

func (p place) within(name string) place {
	if p.name != "" && name != "" {
		name = p.name + "." + name
	} else {
		name = p.name + name
	}
	return place{name, p.kind, p.copied}
}

var (
	tensorType = reflect.TypeFor[*ops.Tensor]()
	nodeType   = reflect.TypeFor[node]()
	commonType = reflect.TypeFor[common]()
	opsPath    = tensorType.Elem().PkgPath()
)

// walk visits a model. It panics with an [ops.ArgError] if the model is nil
// or holds a tensor that does not say what it is.
func (w *walker) walk(model any) {
	v := reflect.ValueOf(model)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		panic(&ops.ArgError{OpName: w.fn, Arg: "model", Rule: "is nil, want a layer or a pointer to a struct with layers"})
	}
	w.seen, w.holds = map[visit]bool{}, map[reflect.Type]bool{}
	w.visit(place{}, v)
}

func (w *walker) visit(p place, v reflect.Value) {
	if !w.mayHold(v.Type()) {
		return
	}
	if v.Type() == tensorType {
		var put func(*ops.Tensor)
		if v.CanSet() && !p.copied {
			put = func(t *ops.Tensor) { v.Set(reflect.ValueOf(t)) }
		}
		w.tensor(p, v.Interface().(*ops.Tensor), put)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p.copied = false
			w.visit(p, v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() {
			p.copied = true
			w.visit(p, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.visit(p.within(strconv.Itoa(i)), v.Index(i))
		}
	case reflect.Map:
		w.entries(p, v)
	case reflect.Struct:
		w.structure(p, v)
	}
}

func (w *walker) tensor(p place, t *ops.Tensor, put func(*ops.Tensor)) {
	if t == nil {
		return
	}
	if p.kind == "" {
		name := p.name
		if name == "" {
			name = "model"
		}
		panic(&ops.ArgError{OpName: w.fn, Arg: name, Rule: "is a tensor that does not say what it is to the model",
			Help: "tag the field `nn:\"parameter\"` if it is trained, `nn:\"buffer\"` if it is saved but not trained, `nn:\"-\"` if it is neither"})
	}
	if p.kind == "parameter" && !t.DType().IsFloat() {
		panic(&ops.DTypeError{OpName: w.fn, Arg: p.name, Got: t.DType(), Want: []ops.DType{ops.Float32, ops.Float64}, Rule: "a parameter has a gradient", Help: "tag the field `nn:\"buffer\"`"})
	}
	w.add(slot{name: p.name, value: t, buffer: p.kind == "buffer", put: put})
}

func (w *walker) add(s slot) {
	if w.slot != nil {
		w.slot(s)
	}
}

// entries visits a map in the order of its keys' text.
func (w *walker) entries(p place, v reflect.Value) {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
	for _, k := range keys {
		at := p.within(fmt.Sprint(k))
		at.copied = true
		if v.Type().Elem() == tensorType {
			w.tensor(at, v.MapIndex(k).Interface().(*ops.Tensor), func(t *ops.Tensor) { v.SetMapIndex(k, reflect.ValueOf(t)) })
			continue
		}
		w.visit(at, v.MapIndex(k))
	}
}

func (w *walker) structure(p place, v reflect.Value) {
	t := v.Type()
	// A cell's type behind an interface stands in a wrapper of the interpreter.
	if t.NumField() > 0 && t.Field(0).Name == "IValue" && t.Field(0).Type.Kind() == reflect.Interface {
		w.visit(p, v.Field(0))
		return
	}
	if !v.CanAddr() { // unexported fields can be read at an address only
		c := reflect.New(t).Elem()
		c.Set(v)
		v = c
		p.copied = true
	}
	at := visit{v.Addr().UnsafePointer(), t}
	if w.seen[at] {
		return
	}
	w.seen[at] = true
	self := v.Addr().Interface()
	if n, ok := self.(node); ok && w.layer != nil {
		w.layer(p.name, n, p.copied)
	}
	if l, ok := self.(lister); ok {
		l.tensors(func(name string, at **ops.Tensor) {
			if *at != nil {
				w.add(slot{name: p.within(name).name, value: *at, put: func(t *ops.Tensor) { *at = t }})
			}
		})
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		kind, name := fieldTag(w.fn, t, f)
		if kind == "-" || f.Type == commonType || !w.mayHold(f.Type) || t.PkgPath() == opsPath && !f.IsExported() {
			continue
		}
		fv := v.Field(i)
		if !f.IsExported() {
			fv = reflect.NewAt(f.Type, fv.Addr().UnsafePointer()).Elem()
		}
		in := p.within(name)
		if kind != "" {
			in.kind = kind
		}
		w.visit(in, fv)
	}
}

// fieldTag returns what the tag of a field says: what tensors in it are, and
// its name, by default the field's own.
func fieldTag(fn string, t reflect.Type, f reflect.StructField) (kind, name string) {
	name = f.Name
	if t.Name() == "" {
		name = strings.TrimPrefix(name, "P_") // an unexported field in a cell
	}
	tag, ok := f.Tag.Lookup("nn")
	if !ok {
		return "", name
	}
	kind, rename, renamed := strings.Cut(tag, ",")
	if renamed {
		name = rename
	}
	if !slices.Contains([]string{"", "parameter", "buffer", "-"}, kind) {
		panic(&ops.ArgError{OpName: fn, Arg: "the tag of field " + name, Got: fmt.Sprintf("nn:%q", tag), Rule: `want "parameter", "buffer" or "-"`})
	}
	return kind, name
}

// mayHold reports whether a value of the type can lead to a tensor or to a
// layer. It keeps walks out of what has nothing to do with models.
func (w *walker) mayHold(t reflect.Type) bool {
	if known, ok := w.holds[t]; ok {
		return known
	}
	var doubtful []reflect.Type
	holds := w.leads(t, &doubtful)
	for _, d := range doubtful {
		if holds { // d may lead to a type that was not known yet
			delete(w.holds, d)
		}
	}
	w.holds[t] = holds
	return holds
}

// leads is mayHold for a type that is not known. A type that leads back to
// itself counts as not holding where it does; all that were found not to hold
// while such a circle was open are doubtful.
func (w *walker) leads(t reflect.Type, doubtful *[]reflect.Type) bool {
	if known, ok := w.holds[t]; ok {
		return known
	}
	w.holds[t] = false
	holds := false
	switch {
	case t == tensorType, t.Implements(nodeType), reflect.PointerTo(t).Implements(nodeType):
		holds = true
	case t.Kind() == reflect.Interface:
		holds = t.NumMethod() == 0
		for i := range t.NumMethod() {
			holds = holds || mentionsTensor(t.Method(i).Type)
		}
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			holds = holds || (f.IsExported() || t.PkgPath() != opsPath) && w.leads(f.Type, doubtful)
		}
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Array, t.Kind() == reflect.Map:
		holds = w.leads(t.Elem(), doubtful)
	}
	if holds {
		w.holds[t] = true
	} else {
		*doubtful = append(*doubtful, t)
	}
	return holds
}

// mentionsTensor reports whether a function takes or gives tensors.
func mentionsTensor(f reflect.Type) bool {
	for i := range f.NumIn() {
		if t := f.In(i); t == tensorType || t.Kind() == reflect.Slice && t.Elem() == tensorType {
			return true
		}
	}
	for i := range f.NumOut() {
		if t := f.Out(i); t == tensorType || t.Kind() == reflect.Slice && t.Elem() == tensorType {
			return true
		}
	}
	return false
}
