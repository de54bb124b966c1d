// Package symbols gives cells their packages: for every importable package of
// the standard library, for cahier's own and for a choice of gonum it has the
// values that the interpreter calls (Load), the types that the checker reads
// (Importer), and the documentation (Doc). No Go toolchain and no source is
// needed when it runs.
//
// The tables are static data and the archives are embedded strings, so that
// importing this package costs no time at start-up; each function does its
// work for the package it is asked about. All functions may be called from
// any goroutine.
//
// What cells can import is set in gen/config.go; go generate makes the rest.
package symbols

import (
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"
	yaegiunsafe "github.com/traefik/yaegi/stdlib/unsafe"

	"cahier/interp/symbols/internal/own"
	"cahier/interp/symbols/internal/plugin"
	"cahier/interp/symbols/internal/sci"
	"cahier/interp/symbols/internal/std"
	"cahier/interp/symbols/internal/table"
	"cahier/interp/symbols/operations"
)

//go:generate go run ./gen

// Plugins lists the import paths of the packages that cahier build --with has
// compiled in, sorted.
func Plugins() []string {
	var paths []string
	for _, list := range [][]*table.Package{plugin.Packages, plugin.PlatformPackages} {
		for _, p := range list {
			paths = append(paths, p.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

// Exit is the value with which a cell panics that calls os.Exit, syscall.Exit
// or log.Fatal (which first writes its message, as in Go). The methods of a
// *log.Logger are the real ones and end the process.
type Exit = table.Exit

// lists are sorted by path, each of its own.
var lists = [...][]*table.Package{
	std.Packages, std.PlatformPackages,
	sci.Packages, sci.PlatformPackages,
	own.Packages, own.PlatformPackages,
	plugin.Packages, plugin.PlatformPackages,
}

func find(path string) *table.Package {
	for _, list := range lists {
		i := sort.Search(len(list), func(i int) bool { return list[i].Path >= path })
		if i < len(list) && list[i].Path == path {
			return list[i]
		}
	}
	return nil
}

// Load makes the values of a package's exported names: functions, typed
// constants and variables (settable) as such, untyped constants as
// constant.Values, types as nil pointers to them, and for an interface type T
// its wrapper under "_T". Generic names are absent (see Generic). The map is
// the caller's. ok is false when cells cannot import the package.
func Load(path string) (values map[string]reflect.Value, ok bool) {
	if path == "unsafe" {
		return loadUnsafe(), true
	}
	p := find(path)
	if p == nil {
		return nil, false
	}
	values = p.Reflect()
	for name, v := range operations.Functions(path) {
		values[name] = v
	}
	return values, true
}

// Exports is Load in the form that the interpreter's Use takes. It is nil
// when cells cannot import the package.
//
// To Use a package again would undo what was set in its table since, such as
// a redirected os.Stdout: Use each one once. Of MapTypes and the fmt table the
// former must come first.
func Exports(path string) interp.Exports {
	values, ok := Load(path)
	if !ok {
		return nil
	}
	x := interp.Exports{path + "/" + Name(path): values}
	if path == "unsafe" {
		const hook = "github.com/traefik/yaegi/yaegi" // pointer conversions
		x[hook] = yaegiunsafe.Symbols[hook]
	}
	return x
}

func loadUnsafe() map[string]reflect.Value {
	const key = "unsafe/unsafe"
	m := make(map[string]reflect.Value, len(yaegiunsafe.Symbols[key]))
	for name, v := range yaegiunsafe.Symbols[key] {
		m[name] = v
	}
	m["String"] = reflect.ValueOf(func(p *byte, n int) string { return unsafe.String(p, n) })
	m["StringData"] = reflect.ValueOf(func(s string) *byte { return unsafe.StringData(s) })
	return m
}

// Name is the name that the package at path declares, or "" when cells cannot
// import it.
func Name(path string) string {
	if path == "unsafe" {
		return "unsafe"
	}
	if p := find(path); p != nil {
		return p.Name
	}
	return ""
}

// Generic lists the exported names of a package that no table can hold:
// generic functions and types, and interfaces that are only constraints. It is
// sorted and must not be changed.
func Generic(path string) []string {
	if path == "unsafe" {
		return []string{"Slice", "SliceData"}
	}
	if p := find(path); p != nil {
		return p.Generic
	}
	return nil
}

// Closure lists path and all packages whose interface types its API mentions,
// directly or through one another, path first. The interpreter must know them
// all before a cell's own types can be passed as those interfaces, imported by
// the cell or not. It is nil when cells cannot import path.
func Closure(path string) []string {
	if Name(path) == "" {
		return nil
	}
	list := []string{path}
	for i := 0; i < len(list); i++ {
		p := find(list[i])
		if p == nil {
			continue
		}
		for _, need := range p.Needs {
			if !slices.Contains(list, need) && Name(need) != "" {
				list = append(list, need)
			}
		}
	}
	return list
}

// Packages lists the import paths of all packages that cells can import,
// sorted. The slice must not be changed.
var Packages = sync.OnceValue(func() []string {
	all := []string{"unsafe"}
	for _, list := range lists {
		for _, p := range list {
			all = append(all, p.Path)
		}
	}
	slices.Sort(all)
	return all
})

// Candidates lists the import paths of the packages of that name, the most
// likely meaning first: cahier's own, then the standard library by the depth
// of its path, then others.
func Candidates(name string) []string {
	return slices.Clone(byName()[name])
}

var byName = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for _, path := range Packages() {
		name := Name(path)
		m[name] = append(m[name], path)
	}
	for _, paths := range m {
		slices.SortStableFunc(paths, func(a, b string) int {
			if d := origin(a) - origin(b); d != 0 {
				return d
			}
			return preference(a) - preference(b)
		})
	}
	return m
})

func origin(path string) int {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case first == "cahier":
		return 0
	case !strings.Contains(first, "."):
		return 1
	}
	return 2
}

// preference orders packages of one name: text/template before html/template
// and math/rand before its v2 and crypto/rand, as their authors numbered them
// and as people mean them.
func preference(path string) int {
	switch path {
	case "math/rand", "text/template":
		return 0
	case "math/rand/v2":
		return 1
	}
	return 2 + strings.Count(path, "/")
}
