package rt

import (
	"reflect"
)

// Treatment says what happens to values of cells' types that go into functions
// and methods of a compiled package as an any.
type Treatment int

const (
	// Plain values stay as the engine has them: the package keeps and compares
	// them, but looks at nothing in them.
	Plain Treatment = iota
	// Bare values are taken out of their boxes: the package wants the very
	// slice or pointer.
	Bare
	// Twins are what the package gets that looks into values by reflection or
	// asks them for methods.
	Twins
	// Kinds says that the package wants numbers and texts and looks at nothing
	// but their kinds: where a cell's type is of such, it gets the value without
	// the type.
	Kinds
	// Own functions of this package stand for the package's.
	Own
)

// treatments has every package of the standard library that takes or gives an
// any, and of ours those that do not get them plain.
var treatments = map[string]Treatment{
	"archive/tar":      Plain, // FileInfo.Sys
	"container/heap":   Plain,
	"container/list":   Plain,
	"container/ring":   Plain,
	"context":          Plain,
	"crypto":           Plain, // keys, which are compiled types
	"crypto/ecdh":      Plain,
	"crypto/ecdsa":     Plain,
	"crypto/ed25519":   Plain,
	"crypto/rsa":       Plain,
	"crypto/tls":       Plain,
	"crypto/x509":      Plain,
	"crypto/x509/pkix": Plain,
	"debug/dwarf":      Plain,
	"debug/pe":         Plain,
	"go/doc":           Plain, // options, which are compiled types
	"go/parser":        Plain, // source text
	"io/fs":            Plain,
	"os":               Plain,
	"os/exec":          Plain,
	"runtime/pprof":    Plain, // pointers as keys
	"sync":             Plain,
	"sync/atomic":      Plain,
	"testing/fstest":   Plain,

	"runtime": Bare,
	"sort":    Bare,

	"database/sql":        Twins,
	"database/sql/driver": Twins,
	"encoding/asn1":       Twins,
	"encoding/binary":     Twins,
	"encoding/gob":        Twins,
	"encoding/json":       Twins,
	"encoding/xml":        Twins,
	"expvar":              Twins,
	"flag":                Twins,
	"go/ast":              Twins,
	"go/constant":         Twins,
	"go/format":           Twins,
	"go/printer":          Twins,
	"go/token":            Twins,
	"html/template":       Twins,
	"log":                 Twins,
	"log/slog":            Twins,
	"net/rpc":             Twins,
	"net/textproto":       Twins,
	"reflect":             Twins,
	"runtime/trace":       Twins,
	"testing":             Twins,
	"testing/quick":       Twins,
	"testing/slogtest":    Twins,
	"text/template":       Twins,
	"text/template/parse": Twins,

	"cahier/notebooks/display":  Twins,
	"cahier/notebooks/plot":     Kinds,
	"cahier/notebooks/progress": Twins,
	"cahier/ops":                Kinds,

	"errors": Own,
	"fmt":    Own,
	"unsafe": Own,
}

// TreatmentOf tells how the package at path gets values; known is false for one
// that is not listed, whose functions get them plain.
func TreatmentOf(path string) (t Treatment, known bool) {
	t, known = treatments[path]
	return t, known
}

// keeping are the functions that keep what they get, or give it back: copies
// would not do.
var keeping = map[string]string{
	"reflect.ValueOf":      "reflect.ValueOf, which could change it there",
	"reflect.Swapper":      "reflect.Swapper",
	"net/rpc.Register":     "net/rpc, which keeps it",
	"net/rpc.RegisterName": "net/rpc, which keeps it",
}

// Treat replaces the functions of a compiled package by such as treat values of
// cells' types as the package needs.
func (g *Registry) Treat(path string, values map[string]reflect.Value) {
	switch treatments[path] {
	case Twins:
		for name, v := range values {
			if v.IsValid() && v.Kind() == reflect.Func && !v.IsNil() {
				values[name] = g.Across(v, keeping[path+"."+name])
			}
		}
	case Bare:
		for name, v := range values {
			if v.IsValid() && v.Kind() == reflect.Func && !v.IsNil() && Crosses(v.Type()) {
				values[name] = g.bare(v)
			}
		}
	}
}

// bare is fn for values out of their boxes.
func (g *Registry) bare(fn reflect.Value) reflect.Value {
	ft := fn.Type()
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		for i := range args {
			if ft.In(i) == anyType && !args[i].IsNil() {
				args[i] = anyValue(g.plainValue(args[i].Interface()))
			}
		}
		if ft.IsVariadic() {
			return fn.CallSlice(args)
		}
		return fn.Call(args)
	})
}
