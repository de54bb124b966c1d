package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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

// envProgram names a file that the test binary runs as one cell.
const envProgram = "CAHIER_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if file := os.Getenv(envProgram); file != "" {
		os.Exit(runProgram(file))
	}
	os.Exit(m.Run())
}

type printing struct{ recorder }

func (p *printing) Stream(name string, b []byte) {
	if name == "stderr" {
		_, _ = os.Stderr.Write(b)
	} else {
		_, _ = os.Stdout.Write(b)
	}
}

// runProgram runs a Go program as one cell: 0 if it ended well, 1 if it
// failed, 3 if it was refused.
func runProgram(file string) int {
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
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r := s.Execute(ctx, Cell{Code: code, Number: 1}, &printing{})
	if r.Err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, r.Err.Name+"\n"+strings.Join(r.Err.Traceback, "\n"))
	switch {
	case r.Err.Name == "NotSupported":
		return 3
	case r.Err.Name == "Exit" && r.Err.Value == "exit status 0":
		return 0
	case r.Err.Name == "Interrupted":
		return 4
	}
	return 1
}

// TestGoDistribution runs the test programs of the Go distribution, each as
// one cell, and counts. It is asked for by CAHIER_GO_TESTS, a folder of
// programs such as the distribution's test, for it takes minutes.
func TestGoDistribution(t *testing.T) {
	root := os.Getenv("CAHIER_GO_TESTS")
	if root == "" {
		t.Skip("CAHIER_GO_TESTS does not name the test folder of a Go distribution")
	}
	var files []string
	for _, dir := range []string{".", "ken", "chan", "interface", "typeparam", "fixedbugs"} {
		list, _ := filepath.Glob(filepath.Join(root, dir, "*.go"))
		files = append(files, list...)
	}
	counts := map[string]int{}
	names := map[string][]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	gate := make(chan bool, runtime.NumCPU())
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := bytes.Cut(text, []byte("\n"))
		if strings.TrimSpace(string(first)) != "// run" || bytes.Contains(text, []byte(`import "C"`)) {
			continue
		}
		wg.Add(1)
		gate <- true
		go func() {
			defer func() { <-gate; wg.Done() }()
			outcome, detail := runOne(file)
			name, _ := filepath.Rel(root, file)
			mu.Lock()
			defer mu.Unlock()
			counts[outcome]++
			names[outcome] = append(names[outcome], name+"\t"+detail)
		}()
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	for _, o := range []string{"wrong", "panic", "hang", "died", "refused", "error"} {
		sort.Strings(names[o])
		for _, n := range names[o] {
			t.Logf("%s\t%s", o, n)
		}
	}
	t.Logf("%d of %d right: %v", counts["right"], total, counts)
}

func runOne(file string) (outcome, detail string) {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), envProgram+"="+file, "GOMEMLIMIT=1GiB")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	want, _ := os.ReadFile(strings.TrimSuffix(file, ".go") + ".out")
	lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
	detail = strings.Join(lines[:min(len(lines), 4)], " | ")
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "hang", detail
	case err == nil:
		got := out.String()
		if len(want) > 0 && strings.TrimSpace(got+errs.String()) != strings.TrimSpace(string(want)) && strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
			return "wrong", "got " + fmt.Sprintf("%.100q", got)
		}
		if len(want) == 0 && (strings.Contains(got, "BUG") || strings.Contains(got, "FAIL")) {
			return "wrong", fmt.Sprintf("%.100q", got)
		}
		return "right", ""
	case errors.As(err, &exit):
		switch exit.ExitCode() {
		case 3:
			return "refused", detail
		case 4:
			return "hang", detail
		case 1:
			if strings.HasPrefix(detail, "Panic") || strings.HasPrefix(detail, "Exit") {
				return "panic", detail
			}
			return "error", detail
		}
		return "died", detail
	}
	return "died", detail + err.Error()
}
