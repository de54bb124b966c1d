package rt

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"io"
	"log"
	"math"
	"os"
	"reflect"
	"strconv"
	"sync"
	"unicode/utf8"
)

// Input answers a read of standard input: a line without its newline, or an
// error.
type Input func(ctx context.Context, prompt string, password bool) (string, error)

// writer writes to the cell of the goroutine that writes.
type writer struct {
	r    *Runtime
	name string
}

func (w writer) Write(p []byte) (int, error) {
	if run := w.r.Current(); run != nil && run.Out != nil {
		run.Out.Stream(w.name, p)
		return len(p), nil
	}
	if w.name == "stderr" {
		return os.Stderr.Write(p)
	}
	return os.Stdout.Write(p)
}

// WriteString saves a copy where callers look for it.
func (w writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Stdout and Stderr write to the cell that the calling goroutine belongs to.
func (r *Runtime) Stdout() io.Writer { return writer{r, "stdout"} }

// Stderr is like Stdout.
func (r *Runtime) Stderr() io.Writer { return writer{r, "stderr"} }

// stdin reads lines that the front end is asked for.
type stdin struct {
	r *Runtime

	mu   sync.Mutex // guards rest
	rest []byte
}

// ErrNoInput is what reading standard input gives where nobody can answer.
var ErrNoInput = errors.New("standard input is not available: the front end does not answer input requests")

func (s *stdin) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if len(s.rest) == 0 {
		if s.r.ReadLine == nil {
			return 0, ErrNoInput
		}
		line, err := s.r.ReadLine("", false)
		if err != nil {
			return 0, err
		}
		s.rest = append([]byte(line), '\n')
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Values are what lowered code calls, as package rt, and the functions that
// replace those of the standard library, by import path and name.
func (r *Runtime) Values() map[string]map[string]reflect.Value {
	g := r.Types
	v := reflect.ValueOf
	logger := log.New(r.Stderr(), "", log.LstdFlags)
	stdinMu := &sync.Mutex{}
	scan := func(f func(io.Reader) (int, error)) (int, error) {
		stdinMu.Lock()
		defer stdinMu.Unlock()
		return f(r.Stdin)
	}
	exit := func(code int) { panic(Exit(code)) }
	fatal := func(s string) {
		_ = logger.Output(3, s)
		exit(1)
	}
	return map[string]map[string]reflect.Value{
		"cahier/rt": {
			"Poll": v(r.Poll), "Recv": v(r.Recv), "Send": v(r.Send), "Select": v(r.Select),
			"NewDefers": v(r.NewDefers), "Defer": v(r.Defer), "RunBody": v(r.RunBody),
			"Go": v(r.Go), "Cell": v(r.Cell),
			"Show":     v(func(args ...any) { r.Show(args) }),
			"Register": v(g.Register), "Method": v(g.Method), "InterfaceMethod": v(g.InterfaceMethod),
			"Dispatch": v(g.Dispatch), "Unwrap": v(g.Unwrap), "Adapt": v(g.Adapt), "BadAssert": v(g.BadAssert),
			"AssertInterface": v(func(x any, id int) (any, bool) {
				if g.Implements(x, id) {
					return x, true
				}
				return nil, false
			}),
			"Template": v(g.template),
			"Stdin":    v(r.Stdin), "Stdout": v(writer{r, "stdout"}), "Stderr": v(writer{r, "stderr"}),
			"Recover": v(r.Recover), "Panic": v(panicValue), "Equal": v(g.Equal), "Raw": v(g.Raw),
			"Any": v(func(x any) any { return x }), "Bool": v(func(b bool) bool { return b }), "Nop": v(func() {}), "BadIndex": v(BadIndex), "BadUnsignedIndex": v(BadUnsignedIndex), "Rune": v(func(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }),
			"ShiftCount": v(shiftCount), "ClearMap": v(func(m any) { reflect.ValueOf(m).Clear() }),
			"NotNil": v(func(x any) { notNil(x) }),
			"RangeExited": v(func() {
				panic(goError("range function continued iteration after function for loop body returned false"))
			}),
			"Print": v(func(args ...any) { r.print(args, false) }), "Println": v(func(args ...any) { r.print(args, true) }),
		},
		"fmt": {
			"Print":   v(func(a ...any) (int, error) { return fmt.Fprint(r.Stdout(), g.Args(a)...) }),
			"Println": v(func(a ...any) (int, error) { return fmt.Fprintln(r.Stdout(), g.Args(a)...) }),
			"Printf": v(func(f string, a ...any) (int, error) {
				f, a = g.Format(f, a)
				return fmt.Fprintf(r.Stdout(), f, a...)
			}),
			"Sprint":   v(func(a ...any) string { return fmt.Sprint(g.Args(a)...) }),
			"Sprintln": v(func(a ...any) string { return fmt.Sprintln(g.Args(a)...) }),
			"Sprintf": v(func(f string, a ...any) string {
				f, a = g.Format(f, a)
				return fmt.Sprintf(f, a...)
			}),
			"Fprint":   v(func(w io.Writer, a ...any) (int, error) { return fmt.Fprint(r.Writer(w), g.Args(a)...) }),
			"Fprintln": v(func(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(r.Writer(w), g.Args(a)...) }),
			"Fprintf": v(func(w io.Writer, f string, a ...any) (int, error) {
				f, a = g.Format(f, a)
				return fmt.Fprintf(r.Writer(w), f, a...)
			}),
			"Append":   v(func(b []byte, a ...any) []byte { return fmt.Append(b, g.Args(a)...) }),
			"Appendln": v(func(b []byte, a ...any) []byte { return fmt.Appendln(b, g.Args(a)...) }),
			"Appendf": v(func(b []byte, f string, a ...any) []byte {
				f, a = g.Format(f, a)
				return fmt.Appendf(b, f, a...)
			}),
			"Errorf": v(func(f string, a ...any) error {
				f, a = g.Format(f, a)
				return fmt.Errorf(f, a...)
			}),
			"Scan": v(func(a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscan(in, g.targets(a)...) })
			}),
			"Scanln": v(func(a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscanln(in, g.targets(a)...) })
			}),
			"Scanf": v(func(f string, a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscanf(in, f, g.targets(a)...) })
			}),
			"Sscan":   v(func(s string, a ...any) (int, error) { return fmt.Sscan(s, g.targets(a)...) }),
			"Sscanln": v(func(s string, a ...any) (int, error) { return fmt.Sscanln(s, g.targets(a)...) }),
			"Sscanf":  v(func(s, f string, a ...any) (int, error) { return fmt.Sscanf(s, f, g.targets(a)...) }),
			"Fscan":   v(func(w io.Reader, a ...any) (int, error) { return fmt.Fscan(w, g.targets(a)...) }),
			"Fscanln": v(func(w io.Reader, a ...any) (int, error) { return fmt.Fscanln(w, g.targets(a)...) }),
			"Fscanf":  v(func(w io.Reader, f string, a ...any) (int, error) { return fmt.Fscanf(w, f, g.targets(a)...) }),
		},
		"errors": {"As": v(g.ErrorsAs)},
		"time":   {"Sleep": v(r.Sleep)},
		"os":     {"Exit": v(exit)},
		"log": {
			"Print": v(func(a ...any) { logger.Print(g.Args(a)...) }), "Println": v(func(a ...any) { logger.Println(g.Args(a)...) }),
			"Printf": v(func(f string, a ...any) {
				f, a = g.Format(f, a)
				logger.Printf(f, a...)
			}),
			"Fatal": v(func(a ...any) { fatal(fmt.Sprint(g.Args(a)...)) }), "Fatalln": v(func(a ...any) { fatal(fmt.Sprintln(g.Args(a)...)) }),
			"Fatalf": v(func(f string, a ...any) {
				f, a = g.Format(f, a)
				fatal(fmt.Sprintf(f, a...))
			}),
			"Panic": v(func(a ...any) { logger.Panic(g.Args(a)...) }), "Panicln": v(func(a ...any) { logger.Panicln(g.Args(a)...) }),
			"Panicf": v(func(f string, a ...any) {
				f, a = g.Format(f, a)
				logger.Panicf(f, a...)
			}),
			"Default": v(func() *log.Logger { return logger }), "SetFlags": v(logger.SetFlags), "SetPrefix": v(logger.SetPrefix),
			"SetOutput": v(func(w io.Writer) { logger.SetOutput(r.Writer(w)) }), "Flags": v(logger.Flags), "Prefix": v(logger.Prefix),
			"Writer": v(logger.Writer), "Output": v(logger.Output),
		},
	}
}

// Exit is what a cell panics with that calls os.Exit or log.Fatal.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Writer replaces the session's standard files by writers that know the cell.
func (r *Runtime) Writer(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		switch f {
		case r.OutFile:
			return r.Stdout()
		case r.ErrFile:
			return r.Stderr()
		}
	}
	return w
}

func panicValue(v any) any {
	if v == nil {
		return &panicNil
	}
	return v
}

var panicNil = runtimePanicNil()

func notNil(x any) {
	if x == nil {
		panic(NilDereference)
	}
}

func shiftCount(n int64) uint {
	if n < 0 {
		panic(goError("negative shift amount"))
	}
	return uint(min(uint64(n), math.MaxUint32))
}

// print is the predeclared print and println, to standard error.
func (r *Runtime) print(args []any, line bool) {
	s := ""
	for i, a := range args {
		if line && i > 0 {
			s += " "
		}
		switch x := r.Types.plainValue(a).(type) {
		case nil:
			s += "(0x0,0x0)"
		default:
			s += printText(reflect.ValueOf(x))
		}
	}
	if line {
		s += "\n"
	}
	_, _ = io.WriteString(r.Stderr(), s)
}

// printText is what the predeclared print makes of a value.
func printText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return printFloat(v.Float(), v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		re, im := printFloat(real(v.Complex()), v.Type().Bits()/2), printFloat(imag(v.Complex()), v.Type().Bits()/2)
		if im[0] != '+' && im[0] != '-' {
			im = "+" + im
		}
		return "(" + re + im + "i)"
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return fmt.Sprintf("%#x", v.Pointer())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return fmt.Sprint(basic(v))
	}
	return fmt.Sprintf("(%#x,%#x)", 0, 0)
}

// printFloat writes the shortest form, as print does since Go 1.26.
func printFloat(x float64, bits int) string {
	switch {
	case x != x:
		return "NaN"
	case x > math.MaxFloat64:
		return "+Inf"
	case x < -math.MaxFloat64:
		return "-Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

// plainValue takes a value out of its box.
func (g *Registry) plainValue(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	if e, ptr := g.lookup(reflect.TypeOf(x)); e != nil && !ptr && e.Box {
		return reflect.ValueOf(x).Field(0).Interface()
	}
	return x
}

// targets prepares pointers for Scan.
func (g *Registry) targets(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = g.plainValue(a)
	}
	return out
}

// Equal compares interface values as == does.
func (g *Registry) Equal(a, b any) bool {
	a, b = g.Unwrap(a), g.Unwrap(b)
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if !reflect.TypeOf(a).Comparable() {
		panic(goError("comparing uncomparable type " + g.TypeName(a)))
	}
	return a == b
}

// ErrorsAs is errors.As that knows the types of cells.
func (g *Registry) ErrorsAs(err error, target any) bool {
	if err == nil {
		return false
	}
	if target == nil {
		panic("errors: target cannot be nil")
	}
	e, _ := g.lookup(reflect.TypeOf(target))
	raw := reflect.ValueOf(target)
	var want types.Type
	if e != nil && e.Box {
		raw = raw.Field(0)
		if p, ok := e.Go.Underlying().(*types.Pointer); ok {
			want = p.Elem()
		}
	} else if raw.Kind() == reflect.Pointer {
		if el, ptr := g.lookup(raw.Type().Elem()); el != nil {
			want = el.Go
			if ptr {
				want = types.NewPointer(want)
			}
		}
	}
	if want == nil {
		return errors.As(err, target)
	}
	if raw.Kind() != reflect.Pointer || raw.IsNil() {
		panic("errors: target must be a non-nil pointer")
	}
	iface, _ := want.Underlying().(*types.Interface)
	var walk func(err error) bool
	walk = func(err error) bool {
		for err != nil {
			u := g.Unwrap(err)
			if ue, ptr := g.lookup(reflect.TypeOf(u)); ue != nil {
				got := ue.Go
				if ptr {
					got = types.NewPointer(got)
				}
				switch {
				case iface != nil && types.Implements(got, iface):
					raw.Elem().Set(reflect.ValueOf(u))
					return true
				case types.Identical(got, want):
					v := reflect.ValueOf(u)
					if ue.Box {
						v = v.Field(0)
					}
					raw.Elem().Set(v)
					return true
				}
				if f, ok := g.method(reflect.TypeOf(u), "As"); ok && f.Type() == asType {
					if f.Call([]reflect.Value{anyValue(u), anyValue(target)})[0].Bool() {
						return true
					}
				}
			}
			switch x := err.(type) {
			case interface{ Unwrap() error }:
				err = x.Unwrap()
			case interface{ Unwrap() []error }:
				for _, e := range x.Unwrap() {
					if walk(e) {
						return true
					}
				}
				return false
			default:
				return false
			}
		}
		return false
	}
	return walk(err)
}

var asType = reflect.TypeFor[func(any, any) bool]()

// Raw takes values out of their boxes for a function that looks into them by
// reflection. It panics with a NotSupportedError where that function would
// miss methods or names.
func (g *Registry) Raw(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	seen := map[types.Type]bool{}
	out, changed := g.unbox(reflect.ValueOf(&x).Elem(), func(t types.Type) {
		if g.hasCut(t) {
			panic(NotSupported("passing " + types.TypeString(t, qualify) + ", which refers to itself by way of another type, to a function that looks into it by reflection"))
		}
		if m := marshals(t, seen); m != "" {
			panic(NotSupported("passing " + types.TypeString(t, qualify) + ", which has " + m + ", to a function that looks for it by reflection"))
		}
	})
	if changed {
		return out.Interface()
	}
	return x
}

// hasCut reports whether a struct type has fields of which the engine knows no
// type.
func (g *Registry) hasCut(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := structOf(t)
	if !ok {
		return false
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, e := range g.byID {
		if e.Reflect == nil || e.Box || !types.Identical(e.Go, t) || e.Reflect.Kind() != reflect.Struct {
			continue
		}
		for i := range min(st.NumFields(), e.Reflect.NumField()) {
			if e.Reflect.Field(i).Type.Kind() == reflect.Interface && !types.IsInterface(st.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// marshals names a method in t by which encoders know a type.
func marshals(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if !sessionType(t) {
			return ""
		}
		if !types.IsInterface(t) {
			ms := types.NewMethodSet(types.NewPointer(t))
			for i := range ms.Len() {
				switch n := ms.At(i).Obj().Name(); n {
				case "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalXML", "UnmarshalXML", "MarshalBinary", "UnmarshalBinary", "GobEncode", "GobDecode":
					return "the method " + n
				}
			}
		}
		return marshals(t.Underlying(), seen)
	case *types.Pointer:
		return marshals(t.Elem(), seen)
	case *types.Slice:
		return marshals(t.Elem(), seen)
	case *types.Array:
		return marshals(t.Elem(), seen)
	case *types.Map:
		if m := marshals(t.Key(), seen); m != "" {
			return m
		}
		return marshals(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if t.Field(i).Embedded() {
				return "an embedded field"
			}
			if m := marshals(t.Field(i).Type(), seen); m != "" {
				return m
			}
		}
	}
	return ""
}
