package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// plugin is one --with.
type plugin struct {
	module  string
	version string // what was asked for; empty with folder
	folder  string // absolute; empty with version
}

var modulePath = regexp.MustCompile(`^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$`)

// parsePlugins reads the values of --with.
func parsePlugins(with []string) ([]*plugin, error) {
	var list []*plugin
	for _, arg := range with {
		p, err := parsePlugin(arg)
		if err != nil {
			return nil, err
		}
		for _, other := range list {
			if other.module == p.module {
				return nil, unusable("--with names module %s twice", p.module)
			}
		}
		list = append(list, p)
	}
	return list, nil
}

func parsePlugin(arg string) (*plugin, error) {
	p := &plugin{}
	name, folder, isFolder := strings.Cut(arg, "=")
	if !isFolder && (strings.HasPrefix(arg, ".") || filepath.IsAbs(arg)) {
		name, folder, isFolder = "", arg, true
	}
	if !isFolder {
		var versioned bool
		p.module, p.version, versioned = strings.Cut(arg, "@")
		if versioned && p.version == "" {
			return nil, unusable("--with %q: want a version behind @, such as v1.2.3 or latest", arg)
		}
		if !versioned {
			p.version = "latest"
		}
		if strings.HasPrefix(p.version, "-") || !modulePath.MatchString(p.module) || strings.HasPrefix(p.module, "-") {
			return nil, unusable("--with %q: want MODULE@VERSION or MODULE=FOLDER", arg)
		}
		if p.module == "cahier" {
			return nil, unusable("--with %q: that is cahier itself; --cahier says which sources to build", arg)
		}
		return p, nil
	}
	var err error
	if p.folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	p.module, err = moduleOf(p.folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unusable("--with %q: there is no go.mod in %s; a plugin is a Go module", arg, folder)
	case err != nil:
		return nil, unusable("--with %q: %w", arg, err)
	case name != "" && name != p.module:
		return nil, unusable("--with %q: the module in %s is named %s", arg, folder, p.module)
	case p.module == "cahier":
		return nil, unusable("--with %q: that is cahier itself; --cahier says which sources to build", arg)
	}
	return p, nil
}

var moduleLine = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)"?`)

// moduleOf is the path of the module in a folder.
func moduleOf(folder string) (string, error) {
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return "", err
	}
	m := moduleLine.FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("the go.mod in %s names no module", folder)
	}
	return string(m[1]), nil
}

// findSource is the folder of cahier's module: the one that was asked for, the
// one that this program was compiled in, or the one around the current folder.
func findSource(asked string) (string, error) {
	isCahier := func(folder string) bool {
		name, err := moduleOf(folder)
		_, missing := os.Stat(filepath.Join(folder, "interp", "symbols", "internal", "plugin", "index.go"))
		return err == nil && name == "cahier" && missing == nil
	}
	if asked != "" {
		folder, err := filepath.Abs(asked)
		if err != nil {
			return "", err
		}
		if !isCahier(folder) {
			return "", unusable("--cahier %s: cahier's sources are not there, want the folder with its go.mod", asked)
		}
		return folder, nil
	}
	_, file, _, _ := runtime.Caller(0)
	if compiled := filepath.Dir(file); filepath.IsAbs(compiled) && isCahier(compiled) {
		return compiled, nil
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if isCahier(folder) {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", unusable("cahier's sources are neither where this program was compiled nor around the current folder: --cahier FOLDER says where they are")
		}
		folder = parent
	}
}

// writableSource copies the sources if they lie in the module cache, where no
// overlay is allowed.
func (b *builder) writableSource() error {
	cache, err := b.goCommand(".", "env", "GOMODCACHE")
	if err != nil {
		return err
	}
	cache = strings.TrimSpace(cache)
	rel, err := filepath.Rel(cache, b.source)
	if cache == "" || err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil
	}
	dst := filepath.Join(b.tmp, "cahier")
	b.step("copying %s, which is in the module cache", b.source)
	err = filepath.WalkDir(b.source, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(b.source, file)
		if err != nil {
			return err
		}
		to := filepath.Join(dst, rel)
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
	b.source = dst
	return err
}

// requirePlugins writes a go.mod and a go.sum like cahier's that also require
// the plugins, each in one version.
func (b *builder) requirePlugins() error {
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(b.source, name))
		if err != nil {
			return err
		}
		if name == "go.sum" {
			data = append(data, b.sums()...)
		}
		if err := os.WriteFile(filepath.Join(b.tmp, name), data, 0o644); err != nil {
			return err
		}
	}
	modfile := filepath.Join(b.tmp, "go.mod")
	for _, p := range b.plugins {
		if p.folder == "" {
			continue
		}
		// A pseudo-version that no published module has: it stands for the folder.
		if _, err := b.goCommand(b.source, "mod", "edit", "-require="+p.module+"@v0.0.0-00010101000000-000000000000", "-replace="+p.module+"="+p.folder, modfile); err != nil {
			return err
		}
	}
	for _, p := range b.plugins {
		if p.folder != "" {
			b.step("module %s: %s", p.module, p.folder)
			if err := b.warnReplaced(p); err != nil {
				return err
			}
			continue
		}
		if _, err := b.goCommand(b.source, "get", "-modfile="+modfile, p.module+"@"+p.version); err != nil {
			return fmt.Errorf("module %s@%s: %w", p.module, p.version, err)
		}
		pinned, err := b.goCommand(b.source, append(append([]string{"list"}, b.flags()...), "-m", "-f", "{{.Version}}", p.module)...)
		if err != nil {
			return err
		}
		b.step("module %s: %s", p.module, strings.TrimSpace(pinned))
	}
	return nil
}

// sums are the lines of the plugins' own go.sum files, so that what they
// require need not be asked for again.
func (b *builder) sums() []byte {
	var sums []byte
	for _, p := range b.plugins {
		if p.folder == "" {
			continue
		}
		if data, err := os.ReadFile(filepath.Join(p.folder, "go.sum")); err == nil { // there need not be one
			sums = append(append(sums, '\n'), data...)
		}
	}
	return sums
}

// warnReplaced names the replacements of a plugin's go.mod, which do not count
// in another module.
func (b *builder) warnReplaced(p *plugin) error {
	out, err := b.goCommand(p.folder, "mod", "edit", "-json")
	if err != nil {
		return err
	}
	var mod struct {
		Replace []struct{ Old, New struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(out), &mod); err != nil {
		return fmt.Errorf("go mod edit -json: %w", err)
	}
	for _, r := range mod.Replace {
		given := slices.ContainsFunc(b.plugins, func(o *plugin) bool { return o.module == r.Old.Path })
		if r.Old.Path != "cahier" && !given {
			b.step("  its replacement of %s by %s does not count here; --with %s=FOLDER compiles it in from a folder", r.Old.Path, r.New.Path, r.Old.Path)
		}
	}
	return nil
}

// writeOverlay writes the file that makes the go command see other files.
func writeOverlay(dir string, replace map[string]string) (string, error) {
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, data, 0o644)
}
