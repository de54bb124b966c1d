package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// cahierIn runs a command line in this process and returns its output and its
// errors.
func cahierIn(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(args, streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

// offline keeps the go command from the network, and gives temporary files a
// folder that must be empty in the end.
func offline(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here to build with")
	}
	t.Setenv("GOPROXY", "off")
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Cleanup(func() {
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("the build left %v behind (%v)", left, err)
		}
	})
}

// TestBuildWithPlugin goes the whole way: a cahier with the example plugin
// compiled in, and a notebook that uses it.
func TestBuildWithPlugin(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	offline(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "with-plugin")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	code, out, errOut := cahierIn(t, "build", "--with", "example=./examples/plugin", "-o", program)
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	for _, want := range []string{"module example: ", "package example/savgol: cells know it as savgol", "made " + program, "1 of them from plugins",
		"example.savgol", "(plugin example/savgol) the filter of Savitzky and Golay"} {
		if !strings.Contains(out, want) {
			t.Errorf("build prints no %q in\n%s", want, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".cahier-build-*")); err != nil || len(left) > 0 {
		t.Errorf("beside the program there are %v (%v)", left, err)
	}

	list, err := exec.Command(program, "ops", "example.savgol").CombinedOutput()
	if err != nil || !strings.Contains(string(list), `from plugin example/savgol; call it by ops.Call("example.savgol", attrs, tensors...)`) {
		t.Errorf("ops example.savgol: %v\n%s", err, list)
	}

	cells := []string{
		`x := ops.From([]float64{2, 2, 5, 2, 1, 0, 1, 4, 9})
fmt.Printf("function %.2f\n", savgol.Filter(x, savgol.Options{Window: 5, Order: 2}).Float64s())`,
		`fmt.Printf("by name %.2f\n", ops.Call("example.savgol", ops.Attrs{"window": 5, "order": 2}, x).Float64s())`,
		`g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return savgol.Filter(p[0], savgol.Options{Window: 3, Order: 1}).Sum() }, []*ops.Tensor{ops.Ones(4)})
fmt.Printf("gradient %.2f\n", g[0].Float64s())`,
		"import sg \"example/savgol\"\nfmt.Println(\"imported\", sg.Options{Window: 3}.Window)",
		"%ops example.savgol",
		"%doc savgol.Filter",
		`fmt.Println(ops.Try(func() { savgol.Filter(x, savgol.Options{Window: 4}) }))`,
	}
	notebook := filepath.Join(dir, "plugin.ipynb")
	writeCells(t, notebook, cells)
	run := exec.Command(program, "run", notebook)
	text, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("the notebook fails: %v\n%s", err, text)
	}
	for _, want := range []string{
		"function [1.66 3.17 3.54 2.86 0.66 0.17 1.00 4.00 9.00]",
		"by name [1.66 3.17 3.54 2.86 0.66 0.17 1.00 4.00 9.00]",
		"gradient [1.17 0.83 0.83 1.17]",
		"imported 3",
		"from plugin example/savgol",
		"Filter fits a polynomial to the window around each sample",
		"example.savgol: window is 4: want an odd number of samples",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the notebook shows no %q in\n%s", want, text)
		}
	}
}

// writeCells writes a notebook of code cells.
func writeCells(t *testing.T, name string, cells []string) {
	t.Helper()
	var list []string
	for i, c := range cells {
		list = append(list, fmt.Sprintf(`{"cell_type":"code","id":"c%d","metadata":{},"execution_count":null,"outputs":[],"source":%q}`, i, c))
	}
	text := `{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[` + strings.Join(list, ",") + `]}`
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestExamplePlugin runs the example's own tests, which are another module's.
func TestExamplePlugin(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a test of another module")
	}
	offline(t)
	c := exec.Command("go", "test", "./...")
	c.Dir = filepath.Join("examples", "plugin")
	c.Env = append(os.Environ(), "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestBuildRefusals: what cannot be built says why, and an earlier program
// stays as it was.
func TestBuildRefusals(t *testing.T) {
	offline(t)
	dir := t.TempDir()
	files := func(name string, files map[string]string) string {
		t.Helper()
		for file, text := range files {
			path := filepath.Join(dir, name, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return filepath.Join(dir, name)
	}
	const mod = "module example.org/p\n\ngo 1.26.0\n\nrequire cahier v0.0.0\n\nreplace example.org/q => ../q\n"
	twice := files("twice", map[string]string{"go.mod": mod, "p.go": `package p

import "cahier/ops"

func init() {
	op := ops.Op{Name: "p.same", Doc: "x", Inputs: []string{"x"},
		Infer:   func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) { return in, nil }}
	ops.Register(op)
	ops.Register(op)
}
`})
	command := files("command", map[string]string{"go.mod": mod, "p.go": "package main\n\nfunc main() {}\n"})
	broken := files("broken", map[string]string{"go.mod": mod, "p.go": "package p\n\nvar X int = \"no\"\n"})
	missing := files("missing", map[string]string{"go.mod": mod, "p.go": "package p\n\nimport _ \"example.org/nowhere\"\n"})
	unnamed := files("unnamed", map[string]string{"go.mod": "go 1.26.0\n"})
	itself := files("itself", map[string]string{"go.mod": "module cahier\n"})
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte("as it was"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		args  []string
		code  int
		want  string
		short bool // needs no compiler
	}{
		{"nothing", nil, exitUsage, "want --with MODULE@VERSION or --with MODULE=FOLDER", true},
		{"no go.mod", []string{"--with", dir}, exitUsage, "there is no go.mod in", true},
		{"other name", []string{"--with", "other=" + twice}, exitUsage, "is named example.org/p", true},
		{"no name", []string{"--with", unnamed}, exitUsage, "names no module", true},
		{"itself", []string{"--with", itself}, exitUsage, "that is cahier itself", true},
		{"itself by version", []string{"--with", "cahier@v1.0.0"}, exitUsage, "that is cahier itself", true},
		{"twice the same", []string{"--with", twice, "--with", "example.org/p@v1.0.0"}, exitUsage, "names module example.org/p twice", true},
		{"no version", []string{"--with", "example.org/p@"}, exitUsage, "want a version behind @", true},
		{"a flag", []string{"--with", "-x@v1"}, exitUsage, "want MODULE@VERSION or MODULE=FOLDER", true},
		{"no sources", []string{"--with", twice, "--cahier", dir}, exitUsage, "cahier's sources are not there", true},
		{"a folder", []string{"--with", twice, "-o", dir}, exitUsage, "is a folder, want the name of a program", true},
		{"no such version", []string{"--with", "example.org/p@v1.0.0"}, exitFailure, "module example.org/p@v1.0.0: go get: ", true},
		{"only a command", []string{"--with", command}, exitFailure, "no package that cells could import", false},
		{"does not compile", []string{"--with", broken}, exitFailure, "cannot use \"no\"", false},
		{"a package that is nowhere", []string{"--with", missing}, exitFailure, "example.org/nowhere", false},
		{"registers twice", []string{"--with", twice}, exitFailure, "ops.Register: Name is \"p.same\": is registered already", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !test.short && testing.Short() {
				t.Skip("type-checks the standard library")
			}
			args := append([]string{"build", "-o", program}, test.args...)
			code, out, errOut := cahierIn(t, args...)
			if code != test.code || !strings.Contains(errOut, test.want) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, test.code, test.want, out, errOut)
			}
			if now, err := os.ReadFile(program); err != nil || string(now) != "as it was" {
				t.Errorf("the earlier program was touched (%v)", err)
			}
		})
	}
	t.Run("no toolchain", func(t *testing.T) {
		t.Setenv("PATH", dir)
		code, _, errOut := cahierIn(t, "build", "--with", twice)
		if code != exitFailure || !strings.Contains(errOut, "needs the Go toolchain, and there is no go command on the PATH") {
			t.Errorf("exit code %d\n%s", code, errOut)
		}
	})
}

// TestBuildPinsVersions serves a module from a folder as a proxy does, with a
// module cache of its own.
func TestBuildPinsVersions(t *testing.T) {
	offline(t)
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	proxy := t.TempDir()
	at := filepath.Join(proxy, "example.org", "p", "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	const mod = "module example.org/p\n\ngo 1.26.0\n"
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, text := range map[string]string{"go.mod": mod, "p.go": "package p\n"} {
		w, err := z.Create("example.org/p@v0.2.0/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"list": "v0.1.0\nv0.2.0\n", "v0.2.0.mod": mod, "v0.2.0.info": `{"Version":"v0.2.0"}`, "v0.2.0.zip": archive.String()} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	slash := func(dir string) string { return "file://" + filepath.ToSlash(dir) }
	t.Setenv("GOPROXY", slash(proxy)+","+slash(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download")))
	t.Setenv("GONOSUMDB", "example.org")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw")
	source, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	b := &builder{streams: streams{out: &out}, ctx: context.Background(), source: source, tmp: t.TempDir(), plugins: []*plugin{{module: "example.org/p", version: "latest"}}}
	if err := b.requirePlugins(); err != nil {
		t.Fatal(err)
	}
	if out.String() != "module example.org/p: v0.2.0\n" {
		t.Errorf("prints %q", out.String())
	}
	made, err := os.ReadFile(filepath.Join(b.tmp, "go.mod"))
	if err != nil || !strings.Contains(string(made), "example.org/p v0.2.0") {
		t.Errorf("the go.mod does not pin the version (%v):\n%s", err, made)
	}
	sums, err := os.ReadFile(filepath.Join(b.tmp, "go.sum"))
	if err != nil || !strings.Contains(string(sums), "example.org/p v0.2.0 h1:") {
		t.Errorf("the go.sum does not pin the content (%v)", err)
	}
	if own, err := os.ReadFile("go.mod"); err != nil || strings.Contains(string(own), "example.org") {
		t.Errorf("cahier's own go.mod was changed (%v)", err)
	}
}

// TestBuildFromModuleCache copies sources that must not be overlaid.
func TestBuildFromModuleCache(t *testing.T) {
	offline(t)
	cache := t.TempDir()
	t.Setenv("GOMODCACHE", cache)
	inside := filepath.Join(cache, "cahier@v1.0.0")
	if err := os.MkdirAll(filepath.Join(inside, "ops"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inside, "ops", "op.go"), []byte("package ops\n"), 0o444); err != nil {
		t.Fatal(err)
	}
	b := &builder{streams: streams{out: &bytes.Buffer{}}, ctx: context.Background(), source: inside, tmp: t.TempDir()}
	if err := b.writableSource(); err != nil {
		t.Fatal(err)
	}
	if b.source != filepath.Join(b.tmp, "cahier") {
		t.Errorf("the sources are still in %s", b.source)
	}
	if data, err := os.ReadFile(filepath.Join(b.source, "ops", "op.go")); err != nil || string(data) != "package ops\n" {
		t.Errorf("the copy holds %q (%v)", data, err)
	}
	b.source = t.TempDir()
	before := b.source
	if err := b.writableSource(); err != nil || b.source != before {
		t.Errorf("sources outside of the module cache were copied to %s (%v)", b.source, err)
	}
}

func TestOpsCommand(t *testing.T) {
	code, out, _ := cahierIn(t, "ops")
	if code != 0 || !strings.Contains(out, "\nconv2d ") || strings.Contains(out, "(plugin") {
		t.Errorf("ops: exit code %d\n%s", code, out)
	}
	for _, name := range []string{"matmul", "MatMul", "ops.MatMul"} {
		code, out, _ = cahierIn(t, "ops", name)
		if code != 0 || !strings.Contains(out, "matmul(a, b)\nthe function is ops.MatMul\n") || !strings.Contains(out, "Gradient: ") {
			t.Errorf("ops %s: exit code %d\n%s", name, code, out)
		}
	}
	code, _, errOut := cahierIn(t, "ops", "matmu")
	if code != exitUsage || !strings.Contains(errOut, "did you mean matmul?") {
		t.Errorf("ops matmu: exit code %d, %s", code, errOut)
	}
}
