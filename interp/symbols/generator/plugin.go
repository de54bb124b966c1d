package generator

import (
	"fmt"
	"slices"
)

// PluginOptions says where the modules of a plugin are found.
type PluginOptions struct {
	Dir     string   // folder of cahier's module, where the go command runs
	Flags   []string // for go list: which go.mod counts
	Env     []string // beside the process's
	Modules []string // paths of the modules
	GOOS    string   // the platform that is built for
	GOARCH  string
}

// PluginPackage is one package of a plugin that cells can import.
type PluginPackage struct{ Path, Name, Module string }

// Plugin makes the files of the symbol tables of all packages of modules that
// others may import: those that are neither commands nor internal. They are
// named by their slash-separated path below the folder of package symbols,
// whose files of the same name they replace. A module without such a package
// is an error.
func Plugin(o PluginOptions) (files map[string][]byte, packages []PluginPackage, err error) {
	g := group{name: "plugin", modules: o.Modules, doc: "plugins"}
	for _, m := range o.Modules {
		g.patterns = append(g.patterns, m+"/...")
	}
	w, err := load(platform{o.GOOS, o.GOARCH}, g.patterns, list{dir: o.Dir, flags: o.Flags, env: o.Env})
	if err != nil {
		return nil, nil, err
	}
	for _, path := range g.members(w) {
		packages = append(packages, PluginPackage{Path: path, Name: w.meta[path].Name, Module: w.meta[path].Module.Path})
	}
	for _, m := range o.Modules {
		if !slices.ContainsFunc(packages, func(p PluginPackage) bool { return p.Module == m }) {
			return nil, nil, fmt.Errorf("module %s has no package that cells could import: none that is neither a command nor internal", m)
		}
	}
	files = map[string][]byte{}
	if err := g.generate([]*world{w}, files); err != nil {
		return nil, nil, err
	}
	return files, packages, nil
}
