package symbols

import (
	"encoding"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log"
	"log/slog"
	"reflect"

	"github.com/traefik/yaegi/interp"

	"cahier/interp/symbols/internal/std"
)

// MapTypes is what the interpreter's Use takes to know which functions look
// for methods in their arguments of type any, and which interfaces have
// optional further methods. It must be Used before the table of fmt, since the
// interpreter copies from it then; without it fmt.Println would ignore the
// String and Error methods of a cell's types.
//
// i gives the interpreter's own wrapper of error values; it may be nil.
func MapTypes(i *interp.Interpreter) interp.Exports {
	m := map[reflect.Value][]reflect.Type{}
	for wrapper, wider := range std.Wider() {
		m[reflect.ValueOf(wrapper)] = wider
	}
	if i != nil {
		if w, ok := i.Symbols("")[""]["_error"]; ok {
			m[w] = std.WiderErrors()
		}
	}
	functions := func(types []reflect.Type, funcs ...any) {
		for _, f := range funcs {
			m[reflect.ValueOf(f)] = types
		}
	}
	functions(interfaces[fmt.Formatter, error, fmt.Stringer](),
		fmt.Append, fmt.Appendf, fmt.Appendln,
		fmt.Errorf,
		fmt.Fprint, fmt.Fprintf, fmt.Fprintln,
		fmt.Print, fmt.Printf, fmt.Println,
		fmt.Sprint, fmt.Sprintf, fmt.Sprintln,
		log.Panic, log.Panicf, log.Panicln,
		log.Print, log.Printf, log.Println)
	functions(interfaces[fmt.Formatter, error, fmt.Stringer](), std.Fatal()...)
	functions([]reflect.Type{reflect.TypeFor[fmt.Scanner]()},
		fmt.Fscan, fmt.Fscanf, fmt.Fscanln,
		fmt.Scan, fmt.Scanf, fmt.Scanln,
		fmt.Sscan, fmt.Sscanf, fmt.Sscanln)
	functions([]reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
		json.Marshal, json.MarshalIndent)
	functions([]reflect.Type{reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
		json.Unmarshal)
	functions([]reflect.Type{reflect.TypeFor[xml.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
		xml.Marshal, xml.MarshalIndent)
	functions([]reflect.Type{reflect.TypeFor[xml.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
		xml.Unmarshal)
	functions(interfaces[slog.LogValuer, error, fmt.Stringer](),
		slog.Any, slog.Group,
		slog.Debug, slog.DebugContext,
		slog.Error, slog.ErrorContext,
		slog.Info, slog.InfoContext,
		slog.Warn, slog.WarnContext)
	return interp.Exports{".": {"MapTypes": reflect.ValueOf(m)}}
}

// interfaces lists types in the order in which they are looked for.
func interfaces[A, B, C any]() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[A](), reflect.TypeFor[B](), reflect.TypeFor[C]()}
}
