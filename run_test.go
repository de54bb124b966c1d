package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cahier/notebooks"
)

// document writes a notebook with these code cells and returns its name.
func document(t *testing.T, cells ...string) string {
	t.Helper()
	n := notebooks.New()
	for _, source := range cells {
		if text, ok := strings.CutPrefix(source, "md:"); ok {
			n.NewCell(notebooks.Markdown, text)
		} else {
			n.NewCell(notebooks.Code, source)
		}
	}
	name := filepath.Join(t.TempDir(), "n.ipynb")
	if err := n.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestRun(t *testing.T) {
	name := document(t,
		"md:# Title\n\ntext\n\n```\n# no heading\n```\n## Part ##",
		"x := 20\nfmt.Println(\"hello\", x)",
		"x + 1",
		`display.Show(display.HTML("<b>bold</b>"))`,
		`os.WriteFile("here.txt", []byte("written by a cell"), 0o644)`,
		"   ",
	)
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(filepath.Dir(name), "out.ipynb")
	code, stdout, stderr := cahier(t, "", "run", name, "-o", out)
	if code != 0 {
		t.Fatalf("code %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{"hello 20\n", "\n21\n", "\nbold\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the output:\n%s", want, stdout)
		}
	}
	for _, want := range []string{"n.ipynb\n", "\nTitle\n", "\nPart\n", "[1/4] x := 20 …\n", "[2/4] x + 1\n", "✓ 0.", "\ndone in "} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in the progress:\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "no heading") {
		t.Errorf("code is taken for a heading:\n%s", stderr)
	}
	if after, err := os.ReadFile(name); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the notebook was touched: %v", err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(name), "here.txt")); err != nil {
		t.Errorf("cells do not run in the notebook's folder: %v", err)
	}
	n, err := notebooks.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	valid(t, out)
	if data := n.Cells[2].Outputs[0].Data(); n.Cells[2].Outputs[0].Type() != "execute_result" || data["text/plain"] != "21" || *n.Cells[2].ExecutionCount != 2 {
		t.Errorf("the result is %v", n.Cells[2].Outputs)
	}
	if languageOf(n) != "go" || n.Metadata["language_info"].(map[string]any)["name"] != "go" {
		t.Errorf("metadata %v", n.Metadata)
	}
}

func TestRunStopsAtAFailure(t *testing.T) {
	name := document(t, `fmt.Println("before")`, "a := []int{1}\ni := 5\na[i]", `fmt.Println("after")`)
	code, stdout, stderr := cahier(t, "", "run", name, "--inplace", "--quiet")
	if code != exitFailure || stdout != "" {
		t.Errorf("code %d, output %q", code, stdout)
	}
	for _, want := range []string{"cell 2 failed:\n", "1 │ a := []int{1}\n", "3 │ a[i]\n", "index out of range"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "\x1b[") {
		t.Errorf("colours where there is no terminal:\n%q", stderr)
	}
	n, err := notebooks.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, ok := n.Cells[1].Outputs[len(n.Cells[1].Outputs)-1].Error(); !ok || len(n.Cells[0].Outputs) != 1 || len(n.Cells[2].Outputs) != 0 {
		t.Errorf("outputs %v, %v, %v", n.Cells[0].Outputs, n.Cells[1].Outputs, n.Cells[2].Outputs)
	}

	code, stdout, stderr = cahier(t, "", "run", name, "--allow-errors")
	if code != 0 || !strings.Contains(stdout, "after") || !strings.Contains(stderr, "cell 2 failed") {
		t.Errorf("--allow-errors: code %d\n%s%s", code, stdout, stderr)
	}
}

func TestRunSurvivesTheWorker(t *testing.T) {
	name := document(t, "x := 1", "os.Exit(3)")
	code, _, stderr := cahier(t, "", "run", name)
	if code != exitFailure || !strings.Contains(stderr, "cell 2 failed") {
		t.Errorf("code %d\n%s", code, stderr)
	}
}

func TestRunAsks(t *testing.T) {
	name := document(t, "var who string\nfmt.Scanln(&who)\nfmt.Println(\"hello\", who)")
	code, stdout, stderr := cahier(t, "Ada\n", "run", name)
	if code != 0 || !strings.Contains(stdout, "hello Ada") {
		t.Errorf("code %d\n%s%s", code, stdout, stderr)
	}
}

func TestRunTimeout(t *testing.T) {
	name := document(t, "for {\n}", "1")
	code, _, stderr := cahier(t, "", "run", name, "--timeout", "300ms")
	if code != exitFailure || !strings.Contains(stderr, "cahier: cell 1 took longer than 300ms and was interrupted\n") {
		t.Errorf("code %d\n%s", code, stderr)
	}
}

func TestRunToStandardOutput(t *testing.T) {
	name := document(t, "1 + 2")
	code, stdout, stderr := cahier(t, "", "run", name, "-o", "-")
	n, err := notebooks.Read(strings.NewReader(stdout))
	if code != 0 || err != nil || stderr != "" || len(n.Cells[0].Outputs) != 1 {
		t.Errorf("code %d, %v, %q\n%s", code, err, stderr, stdout)
	}
}

func TestRunDoesNotWriteWhatItMayNot(t *testing.T) {
	name := document(t, "1")
	code, _, stderr := cahier(t, "", "run", name, "-o", filepath.Join(filepath.Dir(name), "none", "out.ipynb"))
	if code != exitFailure || !strings.Contains(stderr, "is not written") {
		t.Errorf("code %d\n%s", code, stderr)
	}
}

// TestControlC runs the program as a process of its own and interrupts it.
func TestControlC(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt here")
	}
	name := document(t, "fmt.Println(\"looping\")\nfor {\n}", `fmt.Println("after")`)
	out := filepath.Join(t.TempDir(), "out.ipynb")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self(t), "run", name, "-o", out)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 8)
	if _, err := pipe.Read(first); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if cmd.ProcessState.ExitCode() != exitStopped || !strings.Contains(stderr.String(), "interrupting the cell") || !strings.Contains(stderr.String(), "cell 1 failed") {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	n, err := notebooks.ReadFile(out)
	if err != nil || len(n.Cells[0].Outputs) != 2 || len(n.Cells[1].Outputs) != 0 {
		t.Errorf("%v, %v", n, err)
	}
}

// TestClosedPipe lets the reader of standard output go away in the middle.
func TestClosedPipe(t *testing.T) {
	name := document(t, "for {\n\tfmt.Println(1)\n\ttime.Sleep(time.Millisecond)\n}")
	temp := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self(t), "run", name)
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := pipe.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	pipe.Close()
	err = cmd.Wait()
	if cmd.ProcessState.ExitCode() != exitFailure || !strings.Contains(stderr.String(), "standard output cannot be written") {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "kernel-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func BenchmarkRunOfAnEmptyNotebook(b *testing.B) {
	name := filepath.Join(b.TempDir(), "n.ipynb")
	n := notebooks.New()
	n.NewCell(notebooks.Code, "1")
	if err := n.WriteFile(name); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var out bytes.Buffer
		if code := execute([]string{"run", name, "-q"}, streams{strings.NewReader(""), &out, &out}); code != 0 {
			b.Fatal(out.String())
		}
	}
}
