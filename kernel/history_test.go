package kernel

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func testHistory(path string) (*history, *bytes.Buffer) {
	var log bytes.Buffer
	return newHistory(path, slog.New(slog.NewTextHandler(&log, nil))), &log
}

// tail returns the last n cells as text.
func (h *history) tail(t testing.TB, n int) (lines []string) {
	t.Helper()
	cells, err := h.cells(nil, func(cell) (bool, bool) { n--; return true, n == 0 })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		lines = append(lines, fmt.Sprintf("%d/%d %s", c.session, c.line, c.input))
	}
	return lines
}

func (h *history) span(t testing.TB, session int) (lines []string) {
	t.Helper()
	cells, err := h.cells(&session, func(cell) (bool, bool) { return true, false })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		lines = append(lines, fmt.Sprintf("%d/%d %s", c.session, c.line, c.input))
	}
	return lines
}

func want(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestHistorySurvivesTheKernel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "er", "history")
	first, log := testHistory(path)
	first.add(1, "a", nil)
	first.add(2, "b", nil)
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	second, _ := testHistory(path)
	want(t, "tail of a kernel that has run nothing", second.tail(t, 10), "1/1 a", "1/2 b")
	want(t, "present session", second.span(t, 0))
	want(t, "last session", second.span(t, -1), "1/1 a", "1/2 b")
	second.add(1, "c", nil)
	want(t, "tail", second.tail(t, 2), "1/2 b", "2/1 c")
	want(t, "present session", second.span(t, 0), "2/1 c")
	want(t, "last session", second.span(t, -1), "1/1 a", "1/2 b")
	want(t, "session by number", second.span(t, 1), "1/1 a", "1/2 b")
	want(t, "session that was not yet", second.span(t, 7))
	want(t, "session before the first", second.span(t, -7))
	if err := second.close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v (%v): others can read the file", info.Mode(), err)
	}
	if log.Len() != 0 {
		t.Errorf("logged: %s", log)
	}
}

// Kernels that run at the same time share the file; no cell is lost.
func TestHistoryIsShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	const kernels, cells = 4, 25
	var wg sync.WaitGroup
	for i := range kernels {
		wg.Go(func() {
			h, _ := testHistory(path)
			for j := range cells {
				h.add(j+1, fmt.Sprintf("kernel %d cell %d", i, j+1), nil)
				if j%5 == 0 {
					for h.write() != nil { // in use
					}
				}
			}
			for h.close() != nil {
			}
		})
	}
	wg.Wait()
	h, _ := testHistory(path)
	all := h.tail(t, 1000)
	if len(all) != kernels*cells {
		t.Errorf("%d cells, want %d", len(all), kernels*cells)
	}
	for s := 1; s <= kernels; s++ {
		if got := h.span(t, s); len(got) != cells {
			t.Errorf("session %d has %d cells, want %d", s, len(got), cells)
		}
	}
}

// While another process holds the file, cells wait and questions are answered with
// an error; afterwards everything is written.
func TestHistoryInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	h, log := testHistory(path)
	h.add(1, "a", nil)
	if _, err := h.cells(nil, nil); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("error %v, want one that says that the file is in use", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, "tail", h.tail(t, 5), "1/1 a")
	if log.Len() != 0 {
		t.Errorf("logged: %s", log)
	}
}

// Whatever is in the place of the file, the kernel goes on in memory and says so
// once.
func TestHistoryFileCannotBeUsed(t *testing.T) {
	write := func(t *testing.T, b []byte) string {
		path := filepath.Join(t.TempDir(), "history")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole := func(t *testing.T) []byte {
		path := filepath.Join(t.TempDir(), "history")
		h, _ := testHistory(path)
		for i := range 2000 {
			h.add(i+1, strings.Repeat("x", 500), nil)
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, path := range map[string]func(t *testing.T) string{
		"garbage":     func(t *testing.T) string { return write(t, bytes.Repeat([]byte("garbage "), 10_000)) },
		"short":       func(t *testing.T) string { return write(t, []byte("x")) },
		"a directory": func(t *testing.T) string { return t.TempDir() },
		"below a file": func(t *testing.T) string {
			return filepath.Join(write(t, nil), "history")
		},
		"cut": func(t *testing.T) string {
			b := whole(t)
			return write(t, b[:len(b)/4])
		},
		"overwritten in the middle": func(t *testing.T) string {
			b := whole(t)
			for i := 4 * 4096; i < len(b); i++ {
				b[i] = 0xEE
			}
			return write(t, b)
		},
		"pages of zeros": func(t *testing.T) string {
			b := whole(t)
			clear(b[2*4096:])
			return write(t, b)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, log := testHistory(path(t))
			h.add(1, "a", nil)
			h.add(2, "b", nil)
			want(t, "tail", h.tail(t, 5), "1/1 a", "1/2 b")
			h.add(3, "c", nil)
			want(t, "present session", h.span(t, 0), "1/1 a", "1/2 b", "1/3 c")
			want(t, "another session", h.span(t, 5))
			if err := h.close(); err != nil {
				t.Error(err)
			}
			if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "cannot be used") {
				t.Errorf("%d lines logged, want one that says that the file cannot be used:\n%s", n, log)
			}
		})
	}
}

func TestHistoryInMemoryIsBounded(t *testing.T) {
	h, _ := testHistory("")
	const n = 3 * historyMemory
	for i := range n {
		h.add(i+1, "x", nil)
	}
	if got := len(h.waiting); got < historyMemory || got > historyMemory+historyMemory/10+1 {
		t.Errorf("%d cells are kept, want about %d", got, historyMemory)
	}
	want(t, "tail", h.tail(t, 1), fmt.Sprintf("1/%d x", n))
}

func TestHistoryKeepsOutputs(t *testing.T) {
	h, _ := testHistory(filepath.Join(t.TempDir(), "history"))
	short, long := "42", strings.Repeat("x", historyMaxText+1)
	h.add(1, "a", &short)
	h.add(2, "b", &long)
	h.add(3, strings.Repeat("y", historyMaxCell+1), nil) // nobody typed that
	cells, err := h.cells(nil, func(cell) (bool, bool) { return true, false })
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) != 2 || cells[0].output == nil || *cells[0].output != "42" || cells[1].output != nil {
		t.Errorf("cells %+v, want two, the short output and not the long one", cells)
	}
}

func TestHistoryIsWrittenInTheBackground(t *testing.T) {
	h, _ := testHistory(filepath.Join(t.TempDir(), "history"))
	ctx := t.Context()
	go h.run(ctx)
	h.add(1, "a", nil)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		h.mu.Lock()
		n := len(h.waiting)
		h.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the cell was not written within 10 s")
		}
	}
	want(t, "tail", h.tail(t, 1), "1/1 a")
}

// The second judge of glob is regexp.
func FuzzGlob(f *testing.F) {
	for _, s := range [][2]string{{"", ""}, {"*", "x\ny"}, {"6*", "6*7"}, {"a?c", "aéc"}, {"*a*b*", "xxaxxbxx"}, {"**?", "a"}, {"a*a", "a"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		var b strings.Builder
		b.WriteString(`(?s)\A`)
		for _, r := range pattern {
			switch r {
			case '*':
				b.WriteString(".*")
			case '?':
				b.WriteString(".")
			default:
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
		re, err := regexp.Compile(b.String() + `\z`)
		if err != nil {
			t.Skip("regexp does not take this pattern")
		}
		if got := glob(pattern, text); got != re.MatchString(string([]rune(text))) {
			t.Errorf("glob(%q, %q) is %t", pattern, text, got)
		}
	})
}
