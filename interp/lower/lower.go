// Package lower rewrites checked cells into the part of Go that the
// interpreting engine runs rightly.
//
// What the engine sees has no methods, no interfaces but compiled ones and
// any, no generics and no constants with names:
//
//   - methods are functions with the receiver first; calls through interfaces
//     look the method up by the value's dynamic type (package rt)
//   - struct types carry a tag that makes their reflect type their own; other
//     named types are their underlying types, and travel in interfaces in a
//     box, a struct of their own
//   - compiled code that looks into values by reflection gets them as values of
//     twins, types made at run time with names and methods (package rt)
//   - generic functions and types become copies, one for each instance
//   - functions of a session are called through variables, so that a later
//     cell can replace them
//   - loops and functions poll for interruption, blocking channel operations
//     wait for it as well
//
// A construct that cannot be lowered rightly is refused with a [Refusal].
package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"cahier/interp/check"
)

// StopName is the engine's variable that makes cells poll; see Prelude.
const StopName = "stop·"

// PosName is the engine's variable that holds the position of the statement
// at work, where one may panic.
const PosName = "pos·"

// TopName is the one that holds the position of the cell's own statement.
const TopName = "top·"

// Prelude declares what all lowered code needs. pos is as for New.
func Prelude(pos token.Pos) *ast.File {
	id := func(s string) *ast.Ident { return &ast.Ident{Name: s, NamePos: pos} }
	return &ast.File{Package: pos, Name: id("main"), Decls: []ast.Decl{&ast.GenDecl{Tok: token.VAR, TokPos: pos,
		Specs: []ast.Spec{
			&ast.ValueSpec{Names: []*ast.Ident{id(StopName)}, Type: id("bool")},
			&ast.ValueSpec{Names: []*ast.Ident{id(PosName)}, Type: id("int")},
			&ast.ValueSpec{Names: []*ast.Ident{id(TopName)}, Type: id("int")},
		}}}}
}

// RTPath is the import path under which package rt is known to the engine.
const RTPath = "cahier/rt"

// Refusal says that a construct is not supported by the interpreter.
type Refusal struct {
	Pos  token.Pos
	What string // the construct
	Why  string
	Way  string // the way round; may be empty
}

func (r *Refusal) Error() string {
	s := r.What + " is not supported by the interpreter: " + r.Why
	if r.Way != "" {
		s += "; " + r.Way
	}
	return s
}

// Lowerer keeps what earlier cells have emitted. It is used by one goroutine
// at a time.
type Lowerer struct {
	host Host
	objs map[types.Object]*check.Decl

	packages map[string]string // path to name in the engine
	structs  map[string]string // type key to name
	boxes    map[string]string
	helpers  map[string]string // emitted helper functions by key
	insts    map[string]string // instances of generic functions
	stores   map[int]bool      // identities whose variable exists
	declared map[int]bool      // those of them that the program at hand declares
	typeIDs  map[string]int    // type key to identity
	local    map[types.Object]int
	funcs    map[string]*check.Decl     // emitted functions by name
	reach    map[string]map[string]bool // see reaches
	regs     map[int]*registered
	count    int
	prelude  *prelude

	undo []func()
	prog *Program
	pos  token.Pos // of generated code
	at   token.Pos // what is being lowered
	work []func()  // bodies still to emit
}

// Host is what lowering asks of the session.
type Host interface {
	// UsePackage makes a compiled package known to the engine under name.
	UsePackage(path, name string, pos token.Pos) error
	// Symbol reports the value of a compiled package's name.
	Symbol(path, name string) (reflect.Value, bool)
	// DeclareType tells the run-time registry about a type.
	DeclareType(id int, t types.Type)
	// DeclareInterface tells it about an interface type.
	DeclareInterface(id int, t types.Type)
	// NextID is a fresh identity.
	NextID() int
}

// Program is a lowered cell.
type Program struct {
	File  *ast.File
	Decls []ast.Decl
	Init  []ast.Stmt // run when it is loaded
	Cell  []ast.Stmt // the cell's function
	Shows bool       // it ends in a call of Show
}

// registered is a type that the run-time registry knows.
type registered struct {
	typ     types.Type
	box     bool
	methods map[string]int // emitted: name (with * for the pointer's) to identity
}

// New makes a Lowerer. Positions of generated code are pos, which must lie in
// a file whose name ends in /go.
func New(host Host, importer types.Importer, pos token.Pos, fset *token.FileSet) *Lowerer {
	l := &Lowerer{host: host, pos: pos,
		objs: map[types.Object]*check.Decl{}, packages: map[string]string{}, structs: map[string]string{},
		boxes: map[string]string{}, helpers: map[string]string{}, insts: map[string]string{}, stores: map[int]bool{},
		typeIDs: map[string]int{}, local: map[types.Object]int{}, funcs: map[string]*check.Decl{}, reach: map[string]map[string]bool{}, regs: map[int]*registered{}}
	l.prelude = newPrelude(l, fset, importer)
	return l
}

// set changes m for the program at hand; Rollback takes it back.
func set[K comparable, V any](l *Lowerer, m map[K]V, k K, v V) {
	old, had := m[k]
	m[k] = v
	l.undo = append(l.undo, func() {
		if had {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
}

// Rollback forgets what the last Lower emitted, which was not loaded.
func (l *Lowerer) Rollback() {
	for i := len(l.undo) - 1; i >= 0; i-- {
		l.undo[i]()
	}
	l.undo = nil
}

// Lower rewrites u. On an error nothing is kept.
func (l *Lowerer) Lower(u *check.Unit) (prog *Program, err error) {
	l.undo = nil
	l.work = nil
	l.prog, l.declared = &Program{}, map[int]bool{}
	l.at = token.NoPos
	defer func() {
		if r := recover(); r != nil {
			l.Rollback()
			ref, ok := r.(*Refusal)
			if !ok { // a gap of this package must not end the session
				ref = &Refusal{What: "something in this cell", Why: fmt.Sprintf("lowering it failed (%v)", r)}
			}
			prog, err = nil, ref
		}
	}()
	for obj, d := range u.Objects() {
		l.objs[obj] = d
	}
	l.remapRegistered(u)
	for _, list := range [][]*check.Decl{u.Redo, u.Decls} {
		for _, d := range list {
			if !u.Emit[d] {
				continue
			}
			l.decl(d)
		}
	}
	l.drain()
	l.refreshMethods(u)
	f := l.newFn(u.Info, nil)
	l.prog.Cell = f.cell(u)
	l.drain()
	l.finish(u)
	return l.prog, nil
}

func (l *Lowerer) drain() {
	for len(l.work) > 0 {
		w := l.work[0]
		l.work = l.work[1:]
		w()
	}
}

// finish assembles the file.
func (l *Lowerer) finish(u *check.Unit) {
	body := append(l.prog.Init, &ast.ExprStmt{X: l.rt("Cell", &ast.FuncLit{Type: &ast.FuncType{Func: l.pos, Params: &ast.FieldList{}}, Body: block(l.prog.Cell)})})
	initFn := &ast.FuncDecl{Name: l.ident("init"), Type: &ast.FuncType{Func: l.pos, Params: &ast.FieldList{}}, Body: block(body)}
	l.prog.File = &ast.File{Package: l.pos, Name: l.ident("main"), Decls: append(l.prog.Decls, initFn)}
}

// decl emits one declaration that is not generic; generic ones are emitted by
// instance.
func (l *Lowerer) decl(d *check.Decl) {
	if d.Node != nil {
		l.at = d.Node.Pos()
	}
	switch d.Kind {
	case check.Var:
		if d.Obj.Name() != "_" {
			l.store(d.ID, "V", d.Obj.Type())
		}
	case check.Func:
		sig := d.Obj.Type().(*types.Signature)
		if sig.TypeParams().Len() > 0 {
			return
		}
		l.store(d.ID, "F", sig)
		name := l.fresh("f")
		fd := d.Node.(*ast.FuncDecl)
		if fd.Body == nil {
			l.refuse(fd.Pos(), "a function without a body", "there is no assembly in cells", "")
		}
		f := l.newFn(d.Info, nil)
		f.self, f.selfName = d, name
		set(l, l.funcs, name, d)
		l.prog.Decls = append(l.prog.Decls, f.funcDecl(name, fd, sig, nil))
		l.prog.Init = append(l.prog.Init, assign(l.ident(storeName("F", d.ID)), l.ident(name)))
	case check.Method:
		sig := d.Obj.Type().(*types.Signature)
		if sig.RecvTypeParams().Len() > 0 {
			return
		}
		l.store(d.ID, "F", methodSig(sig))
		name := l.fresh("f")
		fd := d.Node.(*ast.FuncDecl)
		f := l.newFn(d.Info, nil)
		f.self, f.selfName = d, name
		set(l, l.funcs, name, d)
		l.prog.Decls = append(l.prog.Decls, f.funcDecl(name, fd, sig, sig.Recv()))
		l.prog.Init = append(l.prog.Init, assign(l.ident(storeName("F", d.ID)), l.ident(name)))
	}
}

// methodSig is a method's signature with the receiver as first parameter.
func methodSig(sig *types.Signature) *types.Signature {
	params := []*types.Var{types.NewParam(token.NoPos, nil, "", sig.Recv().Type())}
	for i := range sig.Params().Len() {
		params = append(params, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

func storeName(prefix string, id int) string { return fmt.Sprintf("%s·%d", prefix, id) }

// VarName is the engine's name of a session variable.
func VarName(d *check.Decl) string { return storeName("V", d.ID) }

// store declares the variable of an identity, once.
func (l *Lowerer) store(id int, prefix string, t types.Type) {
	if l.stores[id] {
		return
	}
	set(l, l.stores, id, true)
	l.declared[id] = true
	l.prog.Decls = append(l.prog.Decls, &ast.GenDecl{Tok: token.VAR, TokPos: l.pos, Specs: []ast.Spec{
		&ast.ValueSpec{Names: []*ast.Ident{l.ident(storeName(prefix, id))}, Type: l.typ(t)}}})
}

// Function is the declaration of an emitted function, or nil for a helper.
func (l *Lowerer) Function(name string) *check.Decl { return l.funcs[name] }

// fresh makes a name that nothing has.
func (l *Lowerer) fresh(prefix string) string {
	l.count++
	return fmt.Sprintf("%s·%d", prefix, l.count)
}

func (l *Lowerer) refuse(pos token.Pos, what, why, way string) {
	if !pos.IsValid() {
		pos = l.at
	}
	panic(&Refusal{Pos: pos, What: what, Why: why, Way: way})
}

// pkg is the identifier of a compiled package.
func (l *Lowerer) pkg(path string) *ast.Ident {
	name := l.packages[path]
	if name == "" {
		name = fmt.Sprintf("p·%d", len(l.packages))
		if err := l.host.UsePackage(path, name, l.pos); err != nil {
			l.refuse(token.NoPos, "package "+path, err.Error(), "")
		}
		l.packages[path] = name
	}
	return l.ident(name)
}

// ident makes a generated identifier.
func (l *Lowerer) ident(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: l.pos} }

// rt is a call of package rt.
func (l *Lowerer) rt(name string, args ...ast.Expr) *ast.CallExpr {
	return &ast.CallExpr{Fun: l.rtName(name), Args: args}
}

func (l *Lowerer) rtName(name string) ast.Expr {
	return &ast.SelectorExpr{X: l.pkg(RTPath), Sel: l.ident(name)}
}

// poll is the statement that lets an interrupt through.
func (l *Lowerer) poll() ast.Stmt {
	return &ast.IfStmt{If: l.pos, Cond: l.ident(StopName), Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("Poll")}})}
}

// enter is poll at the beginning of a function.
func (l *Lowerer) enter() ast.Stmt {
	return &ast.IfStmt{If: l.pos, Cond: l.ident(StopName), Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("Enter")}})}
}

func block(list []ast.Stmt) *ast.BlockStmt { return &ast.BlockStmt{List: list} }

func assign(l, r ast.Expr) ast.Stmt {
	return &ast.AssignStmt{Lhs: []ast.Expr{l}, Tok: token.ASSIGN, Rhs: []ast.Expr{r}}
}

func define(l string, pos token.Pos, r ast.Expr) ast.Stmt {
	return &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: l, NamePos: pos}}, Tok: token.DEFINE, Rhs: []ast.Expr{r}}
}
