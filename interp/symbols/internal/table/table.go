// Package table is the form in which generated code describes the exported
// names of a package. All of it is static data: a table costs nothing when
// the process starts, and becomes reflect values only when it is loaded.
package table

import (
	"go/constant"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// A Package lists the exported names of one package.
type Package struct {
	Path, Name string
	// Values holds functions, constants, types as nil pointers (*T)(nil), and
	// under "_"+T the wrapper of an interface type T, also as a nil pointer.
	Values []Symbol
	// Vars holds pointers to the package's variables.
	Vars []Symbol
	// Generic names what reflection cannot hold: generic functions and types,
	// and interfaces that are only constraints. Sorted.
	Generic []string
	// Needs lists the other packages whose interface types values of this
	// package's API mention. Sorted.
	Needs []string
	// OnLoad, if there is one, is called when the package is loaded. It does
	// its work once.
	OnLoad func()
}

// A Symbol is a name with its value.
type Symbol struct {
	Name  string
	Value any
}

// Untyped constants have no Go value of their own type; these types carry
// them until they become constant.Values.
type (
	Int    int64  // an untyped integer or rune constant
	Uint   uint64 // an untyped integer constant above math.MaxInt64
	BigInt string // an untyped integer constant above math.MaxUint64, a literal
	Float  string // an untyped float constant: a literal, or a fraction "a/b" of two integer literals
	String string // an untyped string constant
)

// Reflect makes the map that yaegi's Use takes for the package. The caller
// owns it.
func (p *Package) Reflect() map[string]reflect.Value {
	if p.OnLoad != nil {
		p.OnLoad()
	}
	m := make(map[string]reflect.Value, len(p.Values)+len(p.Vars))
	for _, s := range p.Values {
		m[s.Name] = value(s.Value)
	}
	for _, s := range p.Vars {
		m[s.Name] = reflect.ValueOf(s.Value).Elem()
	}
	return m
}

func value(v any) reflect.Value {
	switch c := v.(type) {
	case Int:
		return reflect.ValueOf(constant.MakeInt64(int64(c)))
	case Uint:
		return reflect.ValueOf(constant.MakeUint64(uint64(c)))
	case BigInt:
		return reflect.ValueOf(constant.MakeFromLiteral(string(c), token.INT, 0))
	case Float:
		num, den, frac := strings.Cut(string(c), "/")
		if !frac {
			return reflect.ValueOf(constant.MakeFromLiteral(num, token.FLOAT, 0))
		}
		return reflect.ValueOf(constant.BinaryOp(
			constant.ToFloat(constant.MakeFromLiteral(num, token.INT, 0)), token.QUO,
			constant.ToFloat(constant.MakeFromLiteral(den, token.INT, 0))))
	case String:
		return reflect.ValueOf(constant.MakeString(string(c)))
	}
	return reflect.ValueOf(v)
}

// Exit is the value with which a cell panics that calls os.Exit or log.Fatal.
type Exit struct{ Code int }

func (e Exit) Error() string { return "os.Exit(" + strconv.Itoa(e.Code) + ")" }
