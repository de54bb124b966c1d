// Package assist helps while a cell is being written: it completes names and
// describes them. It works on what a session has declared, on the cell as far
// as it is written, and on the packages that cells can import. Text that does
// not parse is repaired as far as needed, and what does not type-check is
// passed over.
package assist

import (
	"go/types"
	"sync"
	"unicode/utf8"
)

// Session is what assist must know of the session that a cell belongs to. Its
// methods may be called from any goroutine.
type Session interface {
	types.Importer
	// Imports maps the names of packages that earlier cells imported to
	// their paths.
	Imports() map[string]string
	// ResolvePackage says which path name means when it is used without an
	// import; where that is not clear the path is empty and candidates has
	// what it could be.
	ResolvePackage(name string) (path string, candidates []string)
	// Declarations lists what earlier cells declared at top level.
	Declarations() []Declaration
}

// Declaration is a live declaration of an earlier cell.
type Declaration struct {
	Object types.Object // with its type; its package has the path that all cells have
	Cell   string       // where it was made, such as "cell 3"
	Source string       // the text of the declaration; may be empty
	Doc    string       // its comment
	// Methods are those of a type, by name.
	Methods map[string]Declaration
}

// Value is the current value of a variable of the session.
type Value struct {
	Text  string // printed, perhaps shortened
	Shape string // shape or length; may be empty
}

// Magic describes a magic command.
type Magic struct {
	Name string // without its signs
	Line bool   // it can be used as %name
	Cell bool   // it can be used as %%name
	Args Args
	Doc  string
}

// Args says what stands behind the name of a magic, and below it in a cell
// magic.
type Args uint8

// The kinds of Args.
const (
	None  Args = iota
	Go         // Go code
	Path       // names of files
	Names      // names of the session
)

// Assistant completes and inspects. Its methods may be called from any
// goroutine; they work one at a time.
type Assistant struct {
	Session Session
	// Value looks up a variable of the session; nil when there is no way to.
	Value func(name string) (Value, bool)
	// Keys lists the keys of a variable of the session that is a map of
	// strings; nil when there is no way to.
	Keys func(name string) []string
	// Packages lists the import paths of all packages that cells can import.
	Packages func() []string
	// PackageName is the name that the package at path declares.
	PackageName func(path string) string
	// Doc is the documentation of a package's name ("F", "T.M", "" for the
	// package).
	Doc func(path, name string) string
	// Magics lists the magic commands; nil when there are none.
	Magics func() []Magic

	mu    sync.Mutex    // held for one request: guards decls, and bounds the memory
	decls []Declaration // of the request at hand
}

// Completion lists what may replace the code points from Start to End.
type Completion struct {
	Start, End int
	Matches    []Match
}

// Match is one completion.
type Match struct {
	Text      string
	Type      string // function, variable, type, constant, package, field, method, keyword, magic, path
	Signature string
}

// Inspection is a description of a name in two forms.
type Inspection struct {
	Found           bool
	Plain, Markdown string
}

// offset is the byte offset of a cursor that counts code points. Cursors
// beyond the ends mean the ends.
func offset(code string, cursor int) int {
	if cursor <= 0 {
		return 0
	}
	for i := range code {
		if cursor == 0 {
			return i
		}
		cursor--
	}
	return len(code)
}

// cursor is the reverse of offset.
func cursor(code string, offset int) int { return utf8.RuneCountInString(code[:offset]) }
