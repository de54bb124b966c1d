// Package engine is the seam between lowered cells and what runs them.
package engine

import (
	"go/ast"
	"go/token"
	"reflect"
)

// An Engine runs lowered Go. Load and Use are called by one goroutine at a
// time.
type Engine interface {
	// FileSet is the one that positions of loaded files belong to.
	FileSet() *token.FileSet
	// Use makes a package's values known under its import path.
	Use(path, name string, values map[string]reflect.Value) error
	// Load compiles f, whose declarations stay, and runs its init function.
	Load(f *ast.File) error
	// Value is the variable that a loaded file declared under name.
	Value(name string) (reflect.Value, bool)
	// Renew gives the variable that a loaded file declared under name a new
	// place, so that pointers to it keep the old one. It reports whether it
	// did.
	Renew(name string) bool
	// SetPosition says where loaded code notes the position of the statement
	// at work, and of that of the cell itself.
	SetPosition(pos, top *int)
	// Trace takes away the frames that a panic on goroutine g left, innermost
	// first.
	Trace(g uintptr) []Frame
}

// Frame is a function that a panic unwound.
type Frame struct {
	Func     string    // the engine's name of it
	Pos, Top token.Pos // of the innermost frame: the positions noted last
}

// CompileError says that the engine refused lowered code: a fault of the front
// end or a limit of the engine.
type CompileError struct {
	Msg   string
	Panic bool // the engine's compiler panicked
}

func (e *CompileError) Error() string { return e.Msg }
