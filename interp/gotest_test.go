package interp

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// envProgram names a file that the test binary runs as one cell, envReport one
// that it writes the cell's error to.
const (
	envProgram = "CAHIER_TEST_PROGRAM"
	envReport  = "CAHIER_TEST_REPORT"
)

var update = flag.Bool("update", false, "write what was seen to testdata and docs")

func TestMain(m *testing.M) {
	if file := os.Getenv(envProgram); file != "" {
		os.Exit(runProgram(file, os.Getenv(envReport)))
	}
	os.Exit(m.Run())
}

type printing struct{ recorder }

func (p *printing) Stream(name string, b []byte) { _, _ = os.Stdout.Write(b) }

// runProgram runs a Go program as one cell. The report says how it ended:
// nothing for well, otherwise the error's name and traceback.
func runProgram(file, report string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	code := string(text)
	if i := packageClause(code); i >= 0 {
		code = code[:i] + "//" + code[i:]
	}
	s, err := New()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), programLimit)
	defer cancel()
	r := s.Execute(ctx, Cell{Code: code, Number: 1}, &printing{})
	if r.Err == nil || r.Err.Name == "Exit" && r.Err.Value == "exit status 0" {
		return 0
	}
	name := r.Err.Name
	if name == "Interrupted" {
		name = "Slow"
	}
	text = []byte(name + "\n" + strings.Join(r.Err.Traceback, "\n"))
	if name == "NotSupported" {
		text = []byte(name + "\n" + r.Err.Value)
	}
	if err := os.WriteFile(report, text, 0o666); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return 1
}

// programLimit is how long a program may run.
const programLimit = 40 * time.Second

// ending is how a program of the distribution ended. The zero ending is that
// of Go itself.
type ending struct {
	kind   string // refused, panic, output, slow, ...
	reason string // in one line
}

const (
	expectations = "testdata/go-tests.txt"
	goTestsPage  = "../docs/go-tests.md"
)

// TestGoDistribution runs the test programs of the Go distribution, each as
// one cell, and compares how they end with testdata/go-tests.txt, which names
// those that do not end as in Go, and why. It is asked for by CAHIER_GO_TESTS,
// a folder of programs such as the distribution's test, for it takes minutes.
//
// With -update it writes that file, in which reasons are kept as they are, and
// docs/go-tests.md; and it runs the slow ones too.
func TestGoDistribution(t *testing.T) {
	root := os.Getenv("CAHIER_GO_TESTS")
	if root == "" {
		t.Skip("CAHIER_GO_TESTS does not name the test folder of a Go distribution")
	}
	if _, err := os.Stat(filepath.Join(root, "fixedbugs")); err != nil {
		t.Skip("this Go distribution comes without its test programs: ", err)
	}
	want := readExpectations(t)
	got := map[string]ending{}
	total := 0
	var mu sync.Mutex
	gate := make(chan bool, runtime.NumCPU())
	for _, dir := range []string{".", "ken", "chan", "interface", "typeparam", "fixedbugs"} {
		files, _ := filepath.Glob(filepath.Join(root, dir, "*.go"))
		group := dir
		if dir == "." {
			group = "test"
		}
		t.Run(group, func(t *testing.T) {
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				first, _, _ := bytes.Cut(text, []byte("\n"))
				if strings.TrimSpace(string(first)) != "// run" || bytes.Contains(text, []byte(`import "C"`)) {
					continue
				}
				name := filepath.ToSlash(filepath.Join(dir, filepath.Base(file)))
				t.Run(filepath.Base(file), func(t *testing.T) {
					t.Parallel()
					mu.Lock()
					total++
					w := want[name]
					mu.Unlock()
					if w.kind == "slow" && !*update {
						t.Skip("slow: ", w.reason)
					}
					gate <- true
					o := runOne(t, file)
					<-gate
					mu.Lock()
					defer mu.Unlock()
					if o.kind != "" {
						got[name] = o
					}
					switch {
					case *update || o.kind == w.kind:
						if o.kind != "" {
							t.Log(o.kind, ": ", o.reason)
						}
					case o.kind == "":
						t.Errorf("ends as in Go now, was %s (%s): run with -update", w.kind, w.reason)
					case w.kind == "":
						t.Errorf("ended well before; now %s: %s", o.kind, o.reason)
					default:
						t.Errorf("%s before (%s), now %s: %s", w.kind, w.reason, o.kind, o.reason)
					}
				})
			}
		})
	}
	counts := map[string]int{"right": total - len(got)}
	for _, o := range got {
		counts[o.kind]++
	}
	t.Logf("%d programs: %v", total, counts)
	if *update {
		for name, o := range got {
			if w := want[name]; w.kind == o.kind && o.kind != "refused" {
				got[name] = w
			}
		}
		if total < 900 {
			t.Log("a part of the programs only: nothing is written")
			return
		}
		writeExpectations(t, got, total)
	}
}

func readExpectations(t *testing.T) map[string]ending {
	text, err := os.ReadFile(expectations)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	m := map[string]ending{}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(strings.TrimSpace(line), "\t", 3)
		if len(f) == 3 && !strings.HasPrefix(line, "#") {
			m[f[0]] = ending{f[1], f[2]}
		}
	}
	return m
}

// kinds are the outcomes in words.
var kinds = []struct{ kind, text string }{
	{"refused", "refused with a reason, before or while it runs"},
	{"slow", fmt.Sprintf("not at its end after %d s; not run again", programLimit/time.Second)},
	{"panic", "panics, where Go does not"},
	{"exit", "exits with a failure, where Go does not"},
	{"error", "another error"},
	{"output", "other output than Go's"},
	{"died", "ends the process of the cells"},
}

func writeExpectations(t *testing.T, got map[string]ending, total int) {
	var names []string
	for n := range got {
		names = append(names, n)
	}
	sort.Strings(names)
	var list, page strings.Builder
	fmt.Fprintf(&list, "# Programs of the Go distribution's test folder that do not end as in Go, with the outcome and why.\n# Written by TestGoDistribution -update; reasons may be edited. %s\n", runtime.Version())
	for _, n := range names {
		fmt.Fprintf(&list, "%s\t%s\t%s\n", n, got[n].kind, got[n].reason)
	}
	fmt.Fprintf(&page, "# Go's own test programs\n\nThe programs of the Go distribution's test folder (%s) that are to be run, in its folders `.`, `ken`, `chan`, `interface`,\n`typeparam` and `fixedbugs`, each as one cell, judged by Go's own rule: an exit without failure, and exactly the output that is\nexpected. Written by `CAHIER_GO_TESTS=$(go env GOROOT)/test go test -run GoDistribution ./interp -update`.\n\n%d of %d end as in Go (%.1f %%). The others:\n", runtime.Version(), total-len(got), total, 100*float64(total-len(got))/float64(total))
	for _, k := range kinds {
		n := 0
		for _, o := range got {
			if o.kind == k.kind {
				n++
			}
		}
		if n == 0 {
			continue
		}
		fmt.Fprintf(&page, "\n## %d: %s\n\n| program | why |\n|---|---|\n", n, k.text)
		for _, name := range names {
			if o := got[name]; o.kind == k.kind {
				fmt.Fprintf(&page, "| %s | %s |\n", name, strings.ReplaceAll(o.reason, "|", "\\|"))
			}
		}
	}
	for file, text := range map[string]string{expectations: list.String(), goTestsPage: page.String()} {
		if err := os.WriteFile(file+".new", []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
}

func runOne(t *testing.T, file string) ending {
	ctx, cancel := context.WithTimeout(context.Background(), 2*programLimit)
	defer cancel()
	report := filepath.Join(t.TempDir(), "report")
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), envProgram+"="+file, envReport+"="+report, "GOMEMLIMIT=1GiB")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	text, rerr := os.ReadFile(report)
	want, _ := os.ReadFile(strings.TrimSuffix(file, ".go") + ".out")
	switch {
	case ctx.Err() != nil:
		return ending{"hang", "it could not be interrupted: " + oneLine(out.String())}
	case rerr == nil:
		name, trace, _ := strings.Cut(string(text), "\n")
		kind := map[string]string{"NotSupported": "refused", "Panic": "panic", "Exit": "exit", "Slow": "slow"}[name]
		if kind == "" {
			kind = "error"
		}
		if kind == "refused" {
			return ending{kind, oneLine(trace)}
		}
		return ending{kind, oneLine(trace + "\n" + out.String())}
	case err != nil:
		return ending{"died", oneLine(out.String())}
	case out.String() != string(want):
		return ending{"output", oneLine(fmt.Sprintf("got %.100q, want %.100q", out.String(), want))}
	}
	return ending{}
}

// oneLine is the beginning of s in one line.
func oneLine(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && len(lines) < 4 {
			lines = append(lines, line)
		}
	}
	s = strings.ReplaceAll(strings.Join(lines, " / "), "\t", " ")
	return fmt.Sprintf("%.300s", s)
}
