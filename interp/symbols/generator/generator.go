// Package generator makes the symbol tables, the export data and the
// documentation of packages that cells can import: of those that config.go
// lists by [Generate], and of a plugin's by [Plugin]. It needs the Go toolchain
// and its sources. The same input gives the same output, wherever it is
// installed.
package generator

import (
	"bytes"
	"fmt"
	"go/format"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"

	"cahier/interp/symbols/internal/pack"
)

const internalPath = "cahier/interp/symbols/internal/"

// Generate writes the files of the groups of those names, of all if there is
// none, into the folder of package symbols. With keepGoing cahier's own
// packages that do not compile are left out.
func Generate(dir string, names []string, keepGoing bool) error {
	selected := groups
	if len(names) > 0 {
		selected = nil
		for _, name := range names {
			i := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
			if i < 0 {
				return fmt.Errorf("there is no group %q", name)
			}
			selected = append(selected, groups[i])
		}
	}
	files, err := generate(selected, keepGoing)
	if err != nil {
		return err
	}
	return write(dir, selected, files)
}

// generate makes all files of the groups, by their slash-separated path.
func generate(groups []group, keepGoing bool) (map[string][]byte, error) {
	return generateFor(groups, platforms, list{keepGoing: keepGoing})
}

// generateFor is generate for a choice of platforms, the first of which is the
// one whose export data the others' differ from.
func generateFor(groups []group, platforms []platform, how list) (map[string][]byte, error) {
	var patterns []string
	for _, g := range groups {
		patterns = append(patterns, g.patterns...)
	}
	worlds := make([]*world, len(platforms))
	errs := make([]error, len(platforms))
	var wg sync.WaitGroup
	for i, p := range platforms {
		wg.Go(func() { worlds[i], errs[i] = load(p, patterns, how) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	files := map[string][]byte{}
	for _, g := range groups {
		if err := g.generate(worlds, files); err != nil {
			return nil, fmt.Errorf("group %s: %w", g.name, err)
		}
	}
	return files, nil
}

// members lists the group's packages on a platform.
func (g *group) members(w *world) []string {
	var list []string
	for _, path := range w.roots {
		module := w.meta[path].Module
		in := module != nil && slices.Contains(g.modules, module.Path) || slices.Contains(g.patterns, path) || slices.Contains(g.patterns, "std") && w.meta[path].Standard
		if in && !isInternal(path) && !leftOut[path] && w.meta[path].Name != "main" {
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return list
}

func (g *group) generate(worlds []*world, files map[string][]byte) error {
	if !g.optional && len(g.modules) == 0 {
		for _, path := range g.patterns {
			if path != "std" && !slices.Contains(worlds[0].roots, path) {
				return fmt.Errorf("package %s is not found: is its module in go.mod?", path)
			}
		}
	}
	if err := g.exportData(worlds, files); err != nil {
		return err
	}
	docs := map[string][]byte{}
	for _, w := range worlds {
		for _, path := range g.members(w) {
			if docs[path] == nil {
				docs[path] = encodeDocs(docsOf(w.files[path]))
			}
		}
	}
	archive, err := pack.Write(docs)
	if err != nil {
		return err
	}
	files[g.dir()+"docs.bin"] = archive
	return g.tables(worlds, files)
}

func (g *group) dir() string { return "internal/" + g.name + "/" }

// tables writes the Go package of the group: a file for each package, or
// several for different platforms, and the index.
func (g *group) tables(worlds []*world, files map[string][]byte) error {
	dir := g.dir()
	byPath := map[string][]*tablePkg{} // path -> table by platform, nil where it does not exist
	for i, w := range worlds {
		for _, path := range g.members(w) {
			if path == "unsafe" {
				continue // not a package with values; package symbols has its table
			}
			t, err := makeTable(w.pkgs[path])
			if err != nil {
				return err
			}
			if byPath[path] == nil {
				byPath[path] = make([]*tablePkg, len(worlds))
			}
			byPath[path][i] = t
		}
	}
	var common []string
	special := make([][]string, len(worlds)) // by platform
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		variants := map[string][]int{} // key -> platforms
		for i, t := range byPath[path] {
			if t == nil {
				variants["absent"] = append(variants["absent"], i)
			} else {
				variants[t.key()] = append(variants[t.key()], i)
			}
		}
		if len(variants) == 1 {
			common = append(common, path)
			if err := put(files, dir+fileName(path)+".go", "", byPath[path][0].source(g.name)); err != nil {
				return err
			}
			continue
		}
		for _, list := range variants {
			t := byPath[path][list[0]]
			if t == nil {
				continue
			}
			var tags []string
			for _, i := range list {
				special[i] = append(special[i], path)
				tags = append(tags, worlds[i].platform.tag())
			}
			name := dir + fileName(path) + "-" + worlds[list[0]].platform.dashed() + ".go"
			if err := put(files, name, strings.Join(tags, " || "), t.source(g.name)); err != nil {
				return err
			}
		}
	}

	src := indexHead(g.name) + fmt.Sprintf(`
// GoVersion is the version of Go that this was generated with.
const GoVersion = %q

//go:embed export.bin
var Export string // archive of export data

//go:embed docs.bin
var Docs string // archive of documentation

// Packages are the tables of packages that are the same on all platforms,
// sorted by path.
%s`, runtime.Version(), tableList("Packages", common))
	src = strings.Replace(src, "package", fmt.Sprintf("// Package %s holds the symbol tables of %s.\npackage", g.name, g.doc), 1)
	if err := put(files, dir+"index.go", "", src); err != nil {
		return err
	}

	var tags []string
	for i, w := range worlds {
		p := w.platform
		data := ""
		if files[dir+"export-"+p.dashed()+".bin"] != nil {
			data = "//go:embed export-" + p.dashed() + ".bin"
		}
		src := indexHead(g.name) + platformIndex(data, special[i])
		if err := put(files, dir+"platform-"+p.dashed()+".go", p.tag(), src); err != nil {
			return err
		}
		tags = append(tags, p.tag())
	}
	src = indexHead(g.name) + platformIndex("", nil)
	return put(files, dir+"platform-other.go", "!("+strings.Join(tags, " || ")+")", src)
}

func indexHead(group string) string {
	return fmt.Sprintf("package %s\n\nimport (\n_ \"embed\"\n\n%q\n)\n\n", group, internalPath+"table")
}

func tableList(variable string, paths []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "var %s = []*table.Package{\n", variable)
	for _, path := range paths {
		fmt.Fprintf(&b, "&%s,\n", tableVar(path))
	}
	b.WriteString("}\n")
	return b.String()
}

// platformIndex is the part of the index that differs by platform. embed is
// the directive of the export data, if there is any.
func platformIndex(embed string, paths []string) string {
	return fmt.Sprintf(`
%s
var PlatformExport string // archive of export data that differs from Export

// PlatformPackages are the tables of packages that differ by platform, sorted
// by path.
%s`, embed, tableList("PlatformPackages", paths))
}

// put adds a generated Go file with a build constraint, if there is one.
func put(files map[string][]byte, name, constraint, src string) error {
	if constraint != "" {
		constraint = "//go:build " + constraint + "\n\n"
	}
	const lint = "//lint:file-ignore SA1019 tables have the deprecated names too\n\n"
	out, err := format.Source([]byte(header + constraint + lint + src))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	files[name] = out
	return nil
}

func (p platform) tag() string { return "(" + p.goos + " && " + p.goarch + ")" }

func (p platform) dashed() string { return p.goos + "-" + p.goarch }

// fileName is the name of a table's file. It has no "_", which would make the
// end of some paths a build constraint.
func fileName(path string) string { return strings.NewReplacer("/", "-", "_", "-").Replace(path) }

// exportData writes the archives of export data: all packages as they are on
// the first platform, and for each other platform those that differ.
func (g *group) exportData(worlds []*world, files map[string][]byte) error {
	var base map[string][]byte
	for i, w := range worlds {
		data := map[string][]byte{}
		for _, path := range g.members(w) {
			if path == "unsafe" {
				continue
			}
			var buf bytes.Buffer
			// Without a FileSet there are no positions: a third less data,
			// and nothing to show at them.
			if err := gcexportdata.Write(&buf, (*token.FileSet)(nil), w.pkgs[path]); err != nil {
				return fmt.Errorf("export data of %s for %v: %w", path, w.platform, err)
			}
			if i == 0 || !bytes.Equal(base[path], buf.Bytes()) {
				data[path] = buf.Bytes()
			}
		}
		name := g.dir() + "export.bin"
		if i == 0 {
			base = data
		} else if name = g.dir() + "export-" + w.platform.dashed() + ".bin"; len(data) == 0 {
			continue
		}
		archive, err := pack.Write(data)
		if err != nil {
			return err
		}
		files[name] = archive
	}
	return nil
}

// write puts the files in place: generated files that are no longer made are
// removed, and files that are as they should be are not touched.
func write(dir string, groups []group, files map[string][]byte) error {
	old, err := generated(dir, groups)
	if err != nil {
		return err
	}
	for _, name := range old {
		if files[name] == nil {
			if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				return err
			}
		}
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if now, err := os.ReadFile(file); err == nil && bytes.Equal(now, data) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generated lists the generated files below dir by slash-separated path.
func generated(dir string, groups []group) ([]string, error) {
	var list []string
	for _, g := range groups {
		entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(g.dir())))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		for _, e := range entries {
			name := g.dir() + e.Name()
			if strings.HasSuffix(name, ".go") {
				src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
				if err != nil {
					return nil, err
				}
				if !bytes.HasPrefix(src, []byte(header)) {
					continue
				}
			} else if !strings.HasSuffix(name, ".bin") {
				continue
			}
			list = append(list, name)
		}
	}
	return list, nil
}
