package rt

import (
	"fmt"
	"io"
	"log"
	"math"
	"reflect"
	"sync"
	"unicode/utf8"
)

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
	scans := func(f reflect.Value) reflect.Value { return g.Across(f, "") }
	exit := func(code int) { panic(Exit(code)) }
	fatal := func(s string) {
		_ = logger.Output(3, s)
		exit(1)
	}
	values := map[string]map[string]reflect.Value{
		"cahier/rt": {
			"Poll": v(r.Poll), "Recv": v(r.Recv), "Send": v(r.Send), "Select": v(r.Select),
			"NewDefers": v(r.NewDefers), "Defer": v(r.Defer), "DeferCompiled": v(r.DeferCompiled), "DeferRecover": v(r.DeferRecover), "RunBody": v(r.RunBody), "Enter": v(r.Enter),
			"Go": v(r.Go), "Cell": v(r.Cell),
			"Show": v(func(args ...any) {
				r.Stopped()
				r.Show(args)
			}),
			"Register": v(g.Register), "Method": v(g.Method), "InterfaceMethod": v(g.InterfaceMethod),
			"Dispatch": v(g.Dispatch), "Unwrap": v(g.Unwrap), "Adapt": v(g.Adapt), "BadAssert": v(g.BadAssert),
			"AssertInterface": v(func(x any, id int) (any, bool) {
				if g.Implements(x, id) {
					return x, true
				}
				return nil, false
			}),
			"MethodAcross": v(g.MethodAcross), "Kind": v(g.Kind), "Kinds": v(g.Kinds),
			"Twinned": v(func(f func() any) func() any { return func() any { return g.twins.cross().twinOf(f()) } }),
			"Reinterpret": v(func(p, as any) any {
				return reflect.NewAt(reflect.TypeOf(as).Elem(), reflect.ValueOf(p).UnsafePointer()).Interface()
			}),
			"Stdin": v(r.Stdin), "Stdout": v(writer{r, "stdout"}), "Stderr": v(writer{r, "stderr"}),
			"Renew": v(func(name string) {
				if r.Renew != nil {
					r.Renew(name)
				}
			}),
			"Recover": v(r.Recover), "Panic": v(panicValue), "Equal": v(g.Equal),
			"Any": v(func(x any) any { return x }), "Bool": v(func(b bool) bool { return b }), "Nop": v(func() {}), "BadIndex": v(BadIndex), "BadUnsignedIndex": v(BadUnsignedIndex), "BadSlice": v(BadSlice), "Rune": v(func(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }),
			"ShiftCount": v(shiftCount), "ClearMap": v(func(m any) { reflect.ValueOf(m).Clear() }),
			"Complex64": v(func(re, im float32) complex64 { return complex(re, im) }), "Complex128": v(func(re, im float64) complex128 { return complex(re, im) }),
			"DerefString": v(func(p *string) string { return *p }), "DerefBool": v(func(p *bool) bool { return *p }),
			"NilPointer": v(func() { panic(NilDereference) }),
			"Second":     v(func(x any, n int) int { return n }), "IsNil": v(isNil),
			"NotNil":      v(func(x any) { notNil(x) }),
			"RangeExited": v(rangeExited),
			"Print":       v(func(args ...any) { r.print(args, false) }), "Println": v(func(args ...any) { r.print(args, true) }),
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
			"Scan": scans(v(func(a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscan(in, a...) })
			})),
			"Scanln": scans(v(func(a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscanln(in, a...) })
			})),
			"Scanf": scans(v(func(f string, a ...any) (int, error) {
				return scan(func(in io.Reader) (int, error) { return fmt.Fscanf(in, f, a...) })
			})),
			"Sscan": scans(v(fmt.Sscan)), "Sscanln": scans(v(fmt.Sscanln)), "Sscanf": scans(v(fmt.Sscanf)),
			"Fscan": scans(v(fmt.Fscan)), "Fscanln": scans(v(fmt.Fscanln)), "Fscanf": scans(v(fmt.Fscanf)),
		},
		"errors":  {"As": v(g.ErrorsAs), "Is": v(g.ErrorsIs)},
		"time":    {"Sleep": v(r.Sleep)},
		"os":      {"Exit": v(exit)},
		"syscall": {"Exit": v(exit)},
		"runtime": {"Breakpoint": v(func() { panic(NotSupported("runtime.Breakpoint, which ends the process that runs cells,")) })},
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
	r.addWaits(values)
	return values
}

// Exit is what a cell panics with that calls os.Exit or log.Fatal.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func panicValue(v any) any {
	if v == nil {
		return &panicNil
	}
	return v
}

var panicNil = runtimePanicNil()

// isNil compares a value of a type other than an interface with nil.
func isNil(x any) bool { return reflect.ValueOf(x).IsNil() }

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
