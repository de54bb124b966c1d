package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestCellsOracle asks the Go toolchain what the programs behind the snippets
// print. All are built at once, in a module of their own; that takes half a
// minute and more, and so is asked for by CAHIER_ORACLE=1. With
// CAHIER_ORACLE=update it writes the expectations rather than compare them.
func TestCellsOracle(t *testing.T) {
	mode := os.Getenv("CAHIER_ORACLE")
	if mode == "" {
		t.Skip("CAHIER_ORACLE is not set: to build a program for each snippet takes half a minute")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go toolchain")
	}
	o := newOracle(t, goTool)
	var list []snippet
	for _, s := range snippets(t) {
		switch s.meta["oracle"] {
		case "cells":
			p, err := goProgram(s.cells, -1, s.meta["panics"] == "go on")
			if err != nil {
				t.Errorf("%s: %v", s.name, err)
				continue
			}
			s.program = p
			for i, c := range s.cells {
				if c.bad {
					p, err := goProgram(s.cells, i, false)
					if err != nil {
						t.Errorf("%s: %v", s.name, err)
						continue
					}
					o.write(filepath.Join("bad", fmt.Sprintf("%s-%d", s.name, i)), p)
				}
			}
		case "error":
			o.write(filepath.Join("bad", s.name), s.program)
			list = append(list, s)
			continue
		}
		if s.program == "" {
			t.Errorf("%s: no program", s.name)
			continue
		}
		o.write(filepath.Join("good", s.name), s.program)
		list = append(list, s)
	}
	o.build()
	var wg sync.WaitGroup
	gate := make(chan bool, runtime.NumCPU())
	results := make([]outcome, len(list))
	for i, s := range list {
		if s.meta["oracle"] == "error" {
			continue
		}
		wg.Add(1)
		gate <- true
		go func() {
			defer func() { <-gate; wg.Done() }()
			results[i] = o.run(s.name)
		}()
	}
	wg.Wait()
	for i, s := range list {
		t.Run(s.name, func(t *testing.T) {
			var errs []string
			for i, c := range s.cells {
				if c.bad {
					errs = append(errs, o.refusal(t, fmt.Sprintf("%s-%d", s.name, i)))
				}
			}
			if s.meta["oracle"] == "error" {
				if msg := o.refusal(t, s.name); !strings.Contains(msg, s.err) {
					t.Errorf("the compiler says:\n%s\nthe snippet:\n%s", msg, s.err)
				}
				return
			}
			r := results[i]
			if r.err != nil {
				t.Fatalf("%v\n%s%s", r.err, r.stderr, s.program)
			}
			if mode == "update" {
				s.update(t, r, errs)
				return
			}
			sorted := s.meta["compare"] == "lines"
			if g, w := normal(r.stdout, sorted), normal(s.stdout, sorted); g != w {
				t.Errorf("Go prints:\n%s\nthe snippet says:\n%s", g, w)
			}
			if g, w := normal(r.stderr, sorted), normal(s.stderr, sorted); g != w && s.sections["stderr"] {
				t.Errorf("Go prints to standard error:\n%s\nthe snippet says:\n%s", g, w)
			}
			if g, w := strings.Join(errs, "\n"), strings.Join(s.errors, "\n"); g != w {
				t.Errorf("the compiler says:\n%s\nthe snippet says:\n%s", g, w)
			}
		})
	}
}

// An oracle is a module with a package for each program.
type oracle struct {
	t      *testing.T
	goTool string
	dir    string
	errors map[string]string // of packages that do not build, by name
}

// outcome is what a program printed.
type outcome struct {
	stdout, stderr string
	err            error
}

// newOracle makes the module. It requires what this one does, and this one, so
// that programs may use its packages.
func newOracle(t *testing.T, goTool string) *oracle {
	o := &oracle{t: t, goTool: goTool, dir: t.TempDir(), errors: map[string]string{}}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module cahier\n", "module oracle\n", 1)
	if text == string(mod) {
		t.Fatal("go.mod does not name the module cahier")
	}
	text += fmt.Sprintf("\nrequire cahier v0.0.0\n\nreplace cahier v0.0.0 => %q\n", root)
	o.file("go.mod", text)
	o.file("go.sum", string(sum))
	return o
}

func (o *oracle) file(name, text string) {
	o.t.Helper()
	name = filepath.Join(o.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		o.t.Fatal(err)
	}
}

// write adds a program as package dir. A path may not hold every name that a
// file may.
func (o *oracle) write(dir, program string) {
	o.file(filepath.Join(dir, "main.go"), program)
}

// header begins the errors of one package.
var header = regexp.MustCompile(`^# oracle/(?:good|bad)/(\S+)`)

// position is where an error is.
var position = regexp.MustCompile(`^\S*main\.go:\d+(?::\d+)?: `)

// build builds every package. Those under bad must not build, and are no more
// than compiled.
func (o *oracle) build() {
	for _, args := range [][]string{
		{"build", "-mod=mod", "-ldflags=-s -w", "-o", "bin" + string(filepath.Separator), "./good/..."},
		{"build", "-mod=mod", "-gcflags=-e", "./bad/..."},
	} {
		cmd := exec.Command(o.goTool, args...)
		cmd.Dir = o.dir
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
		out, err := cmd.CombinedOutput()
		if err == nil {
			continue
		}
		name := ""
		for line := range strings.Lines(string(out)) {
			if m := header.FindStringSubmatch(line); m != nil {
				name = m[1]
			} else if name != "" {
				o.errors[name] += line
			} else {
				o.t.Errorf("go build: %s", line)
			}
		}
	}
}

func (o *oracle) run(name string) (r outcome) {
	if e := o.errors[name]; e != "" {
		r.err = fmt.Errorf("it does not build:\n%s", e)
		return r
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	bin := filepath.Join(o.dir, "bin", name)
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	cmd := exec.CommandContext(ctx, bin)
	cmd.Dir = o.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	r.err = cmd.Run()
	r.stdout, r.stderr = stdout.String(), stderr.String()
	return r
}

// refusal is what the compiler says first of a package that must not build.
func (o *oracle) refusal(t *testing.T, name string) string {
	e := o.errors[name]
	if e == "" {
		t.Errorf("%s: the compiler has nothing against it", name)
		return ""
	}
	for line := range strings.Lines(e) {
		// Cells may do what only a function may not.
		if msg := strings.TrimSpace(position.ReplaceAllString(line, "")); !strings.HasPrefix(msg, "declared and not used") && !strings.HasSuffix(msg, " and not used") {
			return msg
		}
	}
	t.Errorf("%s: the compiler minds only what cells may do:\n%s", name, e)
	return ""
}

// update writes what Go prints into the snippet.
func (s snippet) update(t *testing.T, r outcome, errs []string) {
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{"stdout": r.stdout}
	if s.sections["stderr"] {
		replace["stderr"] = r.stderr
	}
	if len(errs) > 0 {
		replace["errors"] = strings.Join(errs, "\n") + "\n"
	}
	var b strings.Builder
	skip := false
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "%% "); ok {
			new, known := replace[strings.TrimSpace(name)]
			skip = known
			if known {
				b.WriteString(line + new)
				if new != "" && !strings.HasSuffix(new, "\n") {
					b.WriteString("\n")
				}
				delete(replace, strings.TrimSpace(name))
				continue
			}
		}
		if !skip {
			b.WriteString(line)
		}
	}
	for _, name := range []string{"stdout", "stderr", "errors"} {
		if text, ok := replace[name]; ok && (text != "" || name == "stdout") {
			b.WriteString("%% " + name + "\n" + text)
			if text != "" && !strings.HasSuffix(text, "\n") {
				b.WriteString("\n")
			}
		}
	}
	if b.String() == string(text) {
		return
	}
	tmp := s.file + ".new"
	if err := os.WriteFile(tmp, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, s.file); err != nil {
		t.Fatal(err)
	}
}
