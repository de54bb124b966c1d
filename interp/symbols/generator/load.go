package generator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A platform is an operating system and an architecture.
type platform struct{ goos, goarch string }

func (p platform) String() string { return p.goos + "_" + p.goarch }

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	Imports    []string
	ImportMap  map[string]string
	Standard   bool
	DepOnly    bool
	Module     *struct {
		Path, GoVersion string
		Main            bool
	}
	Error *struct{ Err string }
}

// A world is all packages of interest with their dependencies, type-checked
// from source for one platform. Function bodies are left out.
type world struct {
	platform platform
	fset     *token.FileSet
	meta     map[string]*listed
	pkgs     map[string]*types.Package
	files    map[string][]*ast.File
	roots    []string // what was asked for, in the order of go list
}

// list says how packages are found.
type list struct {
	dir       string   // where the go command runs; "" is the current folder
	flags     []string // for go list
	env       []string // beside the process's
	keepGoing bool     // packages of our own that do not compile are left out
}

// goList lists the packages of the patterns and their dependencies,
// dependencies first.
func goList(p platform, patterns []string, how list) ([]*listed, error) {
	args := append([]string{"list", "-e", "-deps",
		"-json=ImportPath,Name,Dir,GoFiles,Imports,ImportMap,Standard,DepOnly,Module,Error"}, how.flags...)
	cmd := exec.Command("go", append(args, patterns...)...)
	cmd.Dir = how.dir
	cmd.Env = append(os.Environ(), "GOOS="+p.goos, "GOARCH="+p.goarch, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=")
	cmd.Env = append(cmd.Env, how.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %v: %w\n%s", p, err, stderr.Bytes())
	}
	var list []*listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		l := new(listed)
		if err := dec.Decode(l); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list for %v: %w", p, err)
		}
		list = append(list, l)
	}
}

// load type-checks the packages of the patterns for a platform. Packages that
// do not exist there are left out; with keepGoing also packages of our own
// that do not compile.
func load(p platform, patterns []string, how list) (*world, error) {
	list, err := goList(p, patterns, how)
	if err != nil {
		return nil, err
	}
	w := &world{
		platform: p,
		fset:     token.NewFileSet(),
		meta:     map[string]*listed{},
		pkgs:     map[string]*types.Package{"unsafe": types.Unsafe},
		files:    map[string][]*ast.File{},
	}
	for _, l := range list {
		if len(l.GoFiles) == 0 {
			if l.Error != nil && how.dir != "" {
				return nil, fmt.Errorf("%s", l.Error.Err)
			}
			continue
		}
		err := w.check(l)
		if how.keepGoing && l.Module != nil && l.Module.Main {
			if err == nil {
				// What was checked has no function bodies.
				err = exec.Command("go", "build", l.ImportPath).Run()
			}
			if err != nil {
				fmt.Fprintf(os.Stderr, "gen: %s is left out: %v\n", l.ImportPath, err)
				delete(w.pkgs, l.ImportPath)
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s for %v: %w", l.ImportPath, p, err)
		}
		if !l.DepOnly {
			w.roots = append(w.roots, l.ImportPath)
		}
	}
	return w, nil
}

// check parses and type-checks one package whose dependencies are there.
func (w *world) check(l *listed) error {
	w.meta[l.ImportPath] = l
	for _, name := range l.GoFiles {
		src, err := os.ReadFile(filepath.Join(l.Dir, name))
		if err != nil {
			return err
		}
		// The file is named by its import path: the result must not depend
		// on where Go is installed.
		mode := parser.ParseComments | parser.SkipObjectResolution
		f, err := parser.ParseFile(w.fset, l.ImportPath+"/"+name, src, mode)
		if err != nil {
			return err
		}
		w.files[l.ImportPath] = append(w.files[l.ImportPath], f)
	}
	if l.ImportPath == "unsafe" {
		return nil
	}
	var errs []error
	conf := types.Config{
		IgnoreFuncBodies: true,
		Importer:         importerOf{w, l},
		Sizes:            types.SizesFor("gc", w.platform.goarch),
		Error:            func(err error) { errs = append(errs, err) },
	}
	if l.Module != nil && l.Module.GoVersion != "" {
		conf.GoVersion = "go" + l.Module.GoVersion
	}
	pkg, _ := conf.Check(l.ImportPath, w.fset, w.files[l.ImportPath], nil)
	for _, err := range errs {
		// With bodies left out, imports that only bodies use look unused.
		var te types.Error
		if errors.As(err, &te) && te.Soft {
			continue
		}
		return err
	}
	w.pkgs[l.ImportPath] = pkg
	return nil
}

type importerOf struct {
	w *world
	l *listed
}

func (i importerOf) Import(path string) (*types.Package, error) {
	if mapped, ok := i.l.ImportMap[path]; ok {
		path = mapped // vendored in the standard library
	}
	if p := i.w.pkgs[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not loaded", path)
}
