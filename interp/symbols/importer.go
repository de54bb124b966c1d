package symbols

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/gcexportdata"

	"cahier/interp/symbols/internal/own"
	"cahier/interp/symbols/internal/pack"
	"cahier/interp/symbols/internal/plugin"
	"cahier/interp/symbols/internal/sci"
	"cahier/interp/symbols/internal/std"
)

// exportArchives are the archives of export data; what differs on this
// platform comes first.
var exportArchives = sync.OnceValue(func() []*pack.Archive {
	return open(std.PlatformExport, std.Export, sci.PlatformExport, sci.Export, own.PlatformExport, own.Export, plugin.PlatformExport, plugin.Export)
})

// open opens embedded archives. It panics when one is broken, which only a
// broken build can be the cause of.
func open(archives ...string) []*pack.Archive {
	var list []*pack.Archive
	for _, data := range archives {
		if data == "" {
			continue
		}
		a, err := pack.Open(data)
		if err != nil {
			panic(fmt.Sprintf("symbols: embedded data is damaged: %v", err))
		}
		list = append(list, a)
	}
	return list
}

// read finds an entry in the first archive that has it.
func read(archives []*pack.Archive, path string) ([]byte, error) {
	for _, a := range archives {
		if data, ok, err := a.Read(path); ok {
			return data, err
		}
	}
	return nil, nil
}

// Importer returns an importer of the packages that cells can import. Each
// call makes a new universe of types: packages from different importers do not
// go together. Packages are read when they are first imported (a tenth of a
// millisecond to a few); objects in them have no positions.
//
// The importer may be used from several goroutines. A package that it has
// returned does not change any more.
func Importer() types.Importer {
	return &universe{fset: token.NewFileSet(), packages: map[string]*types.Package{"unsafe": types.Unsafe}}
}

// A universe is all types that belong together.
type universe struct {
	mu       sync.Mutex // guards all below
	fset     *token.FileSet
	packages map[string]*types.Package // complete ones, and those that they mention
}

// Import implements types.Importer.
func (u *universe) Import(path string) (*types.Package, error) {
	if Name(path) == "" {
		return nil, notImportable(path)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if p := u.packages[path]; p != nil && p.Complete() {
		return p, nil
	}
	data, err := read(exportArchives(), path)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, fmt.Errorf("package %s has no export data on this platform", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), u.fset, u.packages, path)
}

// notImportable says why, as far as it is known.
func notImportable(path string) error {
	switch path {
	case "C":
		return fmt.Errorf("cells cannot use cgo")
	case "plugin", "runtime/cgo", "runtime/race":
		return fmt.Errorf("package %s cannot be used in cells", path)
	}
	return fmt.Errorf("package %s is not among those that cells can import: the standard library, cahier's own, parts of gonum, and plugins that cahier build --with has compiled in", path)
}
