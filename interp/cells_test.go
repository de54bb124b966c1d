package interp

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A snippet is a file of testdata/cells or testdata/programs: cells, and what
// they print.
type snippet struct {
	file, name string
	meta       map[string]string
	cells      []step
	stdout     string
	stderr     string
	result     string
	err        string
	program    string
	refused    bool
	errors     []string // the compiler's, one for each bad cell
	sections   map[string]bool
}

// A step is one cell of a snippet.
type step struct {
	code string
	bad  bool // the compiler must refuse it, and the cells after it go on
}

func readSnippet(t testing.TB, file string) snippet {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := snippet{file: file, name: strings.TrimSuffix(filepath.Base(file), ".cell"), meta: map[string]string{}, sections: map[string]bool{}}
	section := ""
	var body strings.Builder
	end := func() {
		s.sections[section] = true
		switch section {
		case "cell", "bad":
			s.cells = append(s.cells, step{strings.TrimSuffix(body.String(), "\n"), section == "bad"})
		case "stdout":
			s.stdout = body.String()
		case "stderr":
			s.stderr = body.String()
		case "errors":
			s.errors = strings.Split(strings.TrimSpace(body.String()), "\n")
		case "result":
			s.result = strings.TrimSpace(body.String())
		case "error":
			s.err = strings.TrimSpace(body.String())
		case "program":
			s.program = body.String()
		case "refused":
			s.refused = true
			s.err = strings.TrimSpace(body.String())
		case "":
		default:
			t.Fatalf("%s: a section %q", file, section)
		}
		body.Reset()
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "%% "); ok {
			end()
			section = strings.TrimSpace(name)
			continue
		}
		if section == "" {
			if k, v, ok := strings.Cut(strings.TrimPrefix(line, "# "), ":"); ok {
				s.meta[k] = strings.TrimSpace(v)
			}
			continue
		}
		body.WriteString(line)
	}
	end()
	return s
}

// snippets reads all of them.
func snippets(t testing.TB) []snippet {
	t.Helper()
	var list []snippet
	for _, dir := range []string{"cells", "programs"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*.cell"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no snippets: %v", err)
		}
		for _, f := range files {
			list = append(list, readSnippet(t, f))
		}
	}
	return list
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// normal removes what does not count: colours, blanks at line ends, empty
// lines at the end.
func normal(s string, sorted bool) string {
	lines := strings.Split(ansi.ReplaceAllString(s, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if sorted {
		slices.Sort(lines)
	}
	return strings.Join(lines, "\n")
}

// TestCells runs the corpus: every snippet prints what Go prints, or is
// refused where the snippet says so.
func TestCells(t *testing.T) {
	for _, s := range snippets(t) {
		t.Run(s.name, func(t *testing.T) { runSnippet(t, s) })
	}
}

func runSnippet(t *testing.T, s snippet) {
	sess, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer sess.Close()
	var out recorder
	var failed *CellError
	var result string
	for i, c := range s.cells {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		r := sess.Execute(ctx, Cell{Code: c.code, Number: i + 1}, &out)
		cancel()
		if c.bad {
			if r.Err == nil || r.Err.Name != "CompileError" {
				t.Fatalf("cell %d is an error to the compiler, but not to the session: %+v; printed:\n%s", i+1, r.Err, out.text())
			}
			continue
		}
		if r.Err != nil && s.meta["panics"] == "go on" && r.Err.Name == "Panic" {
			// The generated program prints the same.
			out.Stream("stdout", []byte("panic: "+r.Err.Value+"\n"))
			continue
		}
		if r.Err != nil {
			failed = r.Err
			break
		}
		if r.Value != nil {
			result, _ = r.Value.MIME["text/plain"].(string)
		}
	}
	var trace bytes.Buffer
	if failed != nil {
		trace.WriteString(failed.Name + ": " + strings.Join(failed.Traceback, "\n"))
	}
	switch {
	case s.refused:
		if failed == nil {
			t.Fatalf("not refused; printed:\n%s", out.text())
		}
		if failed.Name != "NotSupported" || !strings.Contains(failed.Value, "not supported") {
			t.Fatalf("refused without saying so:\n%s", &trace)
		}
		if s.err != "" && !strings.Contains(failed.Value, s.err) {
			t.Fatalf("the refusal does not mention %q:\n%s", s.err, &trace)
		}
	case s.err != "":
		if failed == nil {
			t.Fatalf("Go refuses it (%s), the session did not; printed:\n%s", s.err, out.text())
		}
	case failed != nil:
		t.Fatalf("%s\nprinted before:\n%s", &trace, out.text())
	default:
		sorted := s.meta["compare"] == "lines"
		if got, want := normal(out.text(), sorted), normal(s.stdout, sorted); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if got, want := normal(out.stderr.String(), sorted), normal(s.stderr, sorted); got != want && s.sections["stderr"] {
			t.Errorf("standard error, got:\n%s\nwant:\n%s", got, want)
		}
		if s.result != "" && result != s.result {
			t.Errorf("result %q, want %q", result, s.result)
		}
	}
}
