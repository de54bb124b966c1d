package interp

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A snippet is a file of testdata/cells: cells, and what they print.
type snippet struct {
	name    string
	meta    map[string]string
	cells   []string
	stdout  string
	result  string
	err     string
	program string
	refused bool
}

func readSnippet(t *testing.T, file string) snippet {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := snippet{name: strings.TrimSuffix(filepath.Base(file), ".cell"), meta: map[string]string{}}
	section := ""
	var body strings.Builder
	end := func() {
		switch section {
		case "cell":
			s.cells = append(s.cells, strings.TrimSuffix(body.String(), "\n"))
		case "stdout":
			s.stdout = body.String()
		case "result":
			s.result = strings.TrimSpace(body.String())
		case "error":
			s.err = strings.TrimSpace(body.String())
		case "program":
			s.program = body.String()
		case "refused":
			s.refused = true
			s.err = strings.TrimSpace(body.String())
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
	files, err := filepath.Glob(filepath.Join("testdata", "cells", "*.cell"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no snippets: %v", err)
	}
	for _, file := range files {
		s := readSnippet(t, file)
		t.Run(s.name, func(t *testing.T) {
			sess, err := New()
			if err != nil {
				t.Fatal(err)
			}
			defer sess.Close()
			var out recorder
			var failed *CellError
			var result string
			for i, code := range s.cells {
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
				r := sess.Execute(ctx, Cell{Code: code, Number: i + 1}, &out)
				cancel()
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
				t.Fatalf("%s", &trace)
			default:
				sorted := s.meta["compare"] == "lines"
				if got, want := normal(out.text(), sorted), normal(s.stdout, sorted); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
				if s.result != "" && result != s.result {
					t.Errorf("result %q, want %q", result, s.result)
				}
			}
		})
	}
}

// TestCellsOracle asks the Go toolchain what the programs behind the snippets
// print. It takes a build for each, and so is asked for by CAHIER_ORACLE=1.
func TestCellsOracle(t *testing.T) {
	if os.Getenv("CAHIER_ORACLE") == "" {
		t.Skip("CAHIER_ORACLE is not set: a build for each snippet takes minutes")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go toolchain")
	}
	files, _ := filepath.Glob(filepath.Join("testdata", "cells", "*.cell"))
	for _, file := range files {
		s := readSnippet(t, file)
		if s.program == "" || s.meta["oracle"] == "error" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			main := filepath.Join(t.TempDir(), "main.go")
			if err := os.WriteFile(main, []byte(s.program), 0o666); err != nil {
				t.Fatal(err)
			}
			got, err := exec.Command(goTool, "run", main).Output()
			if err != nil {
				t.Fatal(err)
			}
			sorted := s.meta["compare"] == "lines"
			if g, w := normal(string(got), sorted), normal(s.stdout, sorted); g != w {
				t.Errorf("Go prints:\n%s\nthe snippet says:\n%s", g, w)
			}
		})
	}
}
