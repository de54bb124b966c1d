// Package check type-checks cells with go/types against everything that a
// session has declared so far. A cell is checked as a package of its own that
// sees the live declarations of earlier cells; nothing of it is kept unless
// the whole of it is right, and [Unit.Commit] says so.
//
// Redefinition: a name that a cell declares replaces the older one. What
// depends on a changed declaration is checked again with it; a function that
// no longer compiles is set aside and says why when it is used.
package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"sync"

	"cahier/interp/cell"
)

// Path is the package path and name of every cell's package. All have the
// same, so that unexported names are common to them.
const Path = "main"

// Packages finds packages for cells.
type Packages interface {
	types.Importer
	// Candidates lists the import paths of packages with this name.
	Candidates(name string) []string
}

// Session is the typed state of a notebook. Its methods may be called from
// any goroutine; a Unit is checked and committed by one at a time.
type Session struct {
	fset     *token.FileSet
	packages Packages
	prefer   map[string]string // name to path, among several candidates

	mu      sync.Mutex // guards what follows
	decls   map[string]*Decl
	imports map[string]string // name to path
	dots    []string          // paths of dot imports
	lastID  int
}

// Kind says what a Decl declares.
type Kind uint8

// The kinds of Decl.
const (
	Var Kind = iota
	Const
	Func
	Type
	Method
)

func (k Kind) String() string {
	return [...]string{"variable", "constant", "function", "type", "method"}[k]
}

// Decl is one live declaration. It is immutable once committed, except as a
// later Commit replaces Obj, Info and Methods by checked-again ones.
type Decl struct {
	Name   string
	Kind   Kind
	ID     int          // of its identity in the engine; the same as long as old code can use the new one
	Obj    types.Object // *types.Var, *types.Const, *types.Func or *types.TypeName
	Node   ast.Node     // *ast.FuncDecl, *ast.TypeSpec, *ast.GenDecl of constants, nil for variables
	Info   *types.Info  // about Node
	File   *cell.File
	Broken string // why it no longer compiles; then it is no longer visible
	Recv   *Decl  // of a method
	Hidden bool   // a variable of the front end

	Methods map[string]*Decl // of a type

	lost map[string]*Decl // methods of a type that do not compile any more, and may again

	uses    map[string]bool // names outside Node that it mentions
	imports map[string]string
	dots    []string
}

// New makes an empty session. prefer names the package that a name means
// where several packages share it.
func New(fset *token.FileSet, packages Packages, prefer map[string]string) *Session {
	return &Session{fset: fset, packages: packages, prefer: prefer,
		decls: map[string]*Decl{}, imports: map[string]string{}}
}

// FileSet is the one to which all positions belong.
func (s *Session) FileSet() *token.FileSet { return s.fset }

// Importer is where the session's packages come from.
func (s *Session) Importer() types.Importer { return s.packages }

// Lookup returns the live declaration of name, or nil.
func (s *Session) Lookup(name string) *Decl {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.decls[name]
}

// Decls lists the live declarations, methods not among them, by name.
func (s *Session) Decls() []*Decl {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Decl, 0, len(s.decls))
	for _, d := range s.decls {
		if !d.Hidden {
			list = append(list, d)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Imports maps the names of imported packages to their paths. The map is the
// caller's.
func (s *Session) Imports() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := make(map[string]string, len(s.imports))
	for k, v := range s.imports {
		m[k] = v
	}
	return m
}

// ResolvePackage says which import path name means when it is used without an
// import: the imported one, the preferred one or the only one. Several
// candidates and none are told apart by the list.
func (s *Session) ResolvePackage(name string) (path string, candidates []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resolve(name, s.imports)
}

func (s *Session) resolve(name string, imports map[string]string) (string, []string) {
	if p := imports[name]; p != "" {
		return p, nil
	}
	if p := s.prefer[name]; p != "" {
		return p, nil
	}
	c := s.packages.Candidates(name)
	if len(c) == 1 {
		return c[0], nil
	}
	return "", c
}

// Reset forgets every declaration and import.
func (s *Session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decls = map[string]*Decl{}
	s.imports = map[string]string{}
	s.dots = nil
}

// Forget drops the declarations of names.
func (s *Session) Forget(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		delete(s.decls, n)
	}
}

// id hands out engine identities.
func (s *Session) id() int {
	s.lastID++
	return s.lastID
}

// NextID hands out an identity that no declaration has.
func (s *Session) NextID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id()
}
