// Package prelude holds plain Go spellings of the standard library's generic
// functions and types, for an engine whose symbol tables cannot carry generics.
//
// Each folder stands for one standard package and is an ordinary Go package:
// its tests compare it with the real one, call by call. [Source] gives the text
// for instantiation; the front end type-checks a cell against the real package
// and copies from here only what the cell instantiates.
//
// The text keeps to Go that instantiates simply: no range over functions or
// integers, no generic helper types, iterators spelled as function types.
// Comparison functions are called as often, and in the same order of arguments,
// as the documentation of the standard library promises; panics carry its words.
package prelude

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
)

//go:embed */*.go
var files embed.FS

// dirs maps an import path to its folder.
var dirs = map[string]string{
	"slices":      "slices",
	"maps":        "maps",
	"cmp":         "cmp",
	"iter":        "iter",
	"sync":        "sync",
	"sync/atomic": "atomic",
	"errors":      "errors",
	"reflect":     "reflect",
}

// Packages lists the import paths that [Source] knows, sorted.
func Packages() []string {
	var out []string
	for p := range dirs {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// Source returns the Go files that stand in for the generic part of the
// package, by file name. ok is false for a package that has none here.
func Source(importPath string) (src map[string]string, ok bool) {
	dir, ok := dirs[importPath]
	if !ok {
		return nil, false
	}
	names, err := fs.Glob(files, dir+"/*.go")
	if err != nil {
		panic(fmt.Sprintf("prelude: %s: %v", importPath, err)) // the pattern is a constant
	}
	src = map[string]string{}
	for _, n := range names {
		if ok, _ := path.Match("*_test.go", path.Base(n)); ok {
			continue
		}
		b, err := files.ReadFile(n)
		if err != nil {
			panic(fmt.Sprintf("prelude: %s: %v", importPath, err)) // embedded
		}
		src[path.Base(n)] = string(b)
	}
	return src, true
}
