package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"
)

// pages are those whose blocks are run.
var pages = []string{"README.md", "docs/plugins.md"}

// block is a fenced block of a page.
type block struct {
	page     string
	language string
	text     string
	line     int // of its fence
}

// notRun are the commands of the README that a test cannot run.
var notRun = map[string]string{
	"go test ./...": "it is what runs this test",
	"go install .":  "it writes outside the test's folder",
	"jupyter lab":   "it needs Jupyter and does not end; make outside runs it",
}

func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	var open *block
	for i, line := range strings.Split(string(text), "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &block{page: page, language: fence, line: i + 1}
		case isFence:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	if open != nil {
		t.Fatalf("%s:%d: the block is not closed", page, open.line)
	}
	return blocks
}

// build makes the program that the README talks about.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "cahier")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// TestReadmeCells runs the go blocks of each page as cells of one kernel. A
// block of text behind a cell is all that it shows; one named error is the
// beginning of the error that it ends with.
func TestReadmeCells(t *testing.T) {
	program := build(t)
	for _, page := range pages {
		t.Run(page, func(t *testing.T) { runCells(t, program, blocksOf(t, page)) })
	}
}

func runCells(t *testing.T, program string, blocks []block) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	k, err := client.Start(ctx, client.Spec{
		Argv:          []string{program, "kernel", "--connection-file", "{connection_file}"},
		InterruptMode: "message",
		Env:           map[string]string{historyVariable: "off"},
	}, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()

	cells := 0
	for i, b := range blocks {
		if b.language != "go" {
			continue
		}
		cells++
		var shown, failed string
		reply, err := k.Execute(ctx, strings.TrimSuffix(b.text, "\n"), client.ExecuteOptions{Output: func(m *wire.Message) {
			switch c := m.Content.(type) {
			case *wire.Stream:
				if c.Name == "stdout" {
					shown += c.Text
				}
			case *wire.ExecuteResult:
				text, _ := c.Data["text/plain"].(string)
				shown += text + "\n"
			case *wire.Error:
				failed = c.EName + ": " + c.EValue
			}
		}})
		if err != nil {
			t.Fatalf("%s:%d: %v", b.page, b.line, err)
		}
		want := block{}
		if i+1 < len(blocks) && slices.Contains([]string{"text", "error"}, blocks[i+1].language) {
			want = blocks[i+1]
		}
		switch {
		case want.language == "error" && !strings.HasPrefix(failed, strings.TrimSpace(want.text)):
			t.Errorf("%s:%d: the cell ends with the error\n%s\nwant\n%s", b.page, b.line, failed, want.text)
		case want.language != "error" && reply.Status != "ok":
			t.Errorf("%s:%d: the cell fails: %s", b.page, b.line, failed)
		case want.language == "text" && shown != want.text:
			t.Errorf("%s:%d: the cell shows\n%s\nwant\n%s", b.page, b.line, shown, want.text)
		}
	}
	if cells < 2 {
		t.Errorf("the page has %d cells; there should be some that show what this is", cells)
	}
	if err := k.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// TestReadmeCommands runs the commands of the pages, with this program on the
// path and folders of the test's own.
func TestReadmeCommands(t *testing.T) {
	program := build(t)
	home := t.TempDir()
	env := append(os.Environ(),
		"PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"JUPYTER_DATA_DIR="+filepath.Join(home, "data"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(home, "runtime"),
		"XDG_DATA_HOME="+filepath.Join(home, "share"))
	ran := 0
	var blocks []block
	for _, page := range pages {
		blocks = append(blocks, blocksOf(t, page)...)
	}
	for _, b := range blocks {
		if b.language != "sh" {
			continue
		}
		for _, command := range strings.Split(strings.TrimSpace(b.text), "\n") {
			if _, ok := notRun[command]; ok {
				continue
			}
			words := strings.Fields(command)
			for i, w := range words {
				if i > 0 && words[i-1] == "-o" {
					words[i] = filepath.Join(home, w)
				}
			}
			if words[0] == "cahier" {
				words[0] = program
			}
			c := exec.Command(words[0], words[1:]...)
			c.Env = env
			var out bytes.Buffer
			c.Stdout, c.Stderr = &out, &out
			if err := c.Run(); err != nil {
				t.Errorf("%s:%d: %s: %v\n%s", b.page, b.line, command, err, out.String())
			}
			ran++
		}
	}
	if ran < 3 {
		t.Errorf("only %d commands were run", ran)
	}
}

// TestReadmeLinks makes sure that what the README points at is there.
func TestReadmeLinks(t *testing.T) {
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "BENCHMARKS.md", "docs/dependencies.md", "docs/rejected.md", "docs/plugins.md", "examples/plugin/README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}
