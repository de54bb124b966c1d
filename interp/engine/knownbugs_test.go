package engine

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/traefik/yaegi/interp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "ask the Go toolchain what the programs print")

// TestKnownBugs: the bugs of the interpreter that lowering goes around are still
// there. Each archive has a program, what Go prints, and how lowering does
// without; when the interpreter prints the same, that can go.
func TestKnownBugs(t *testing.T) {
	files, err := filepath.Glob("testdata/known-bugs/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range a.Files {
				parts[f.Name] = string(f.Data)
			}
			if *update {
				main := filepath.Join(t.TempDir(), "main.go")
				if err := os.WriteFile(main, []byte(parts["main.go"]), 0o666); err != nil {
					t.Fatal(err)
				}
				out, err := exec.Command("go", "run", main).Output()
				if err != nil {
					t.Fatal(err)
				}
				a.Files = []txtar.File{{Name: "main.go", Data: []byte(parts["main.go"])}, {Name: "go", Data: out}}
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if parts["go"] == "" {
				t.Fatal("what Go prints is missing: run with -update")
			}
			if got := raw(parts["main.go"]); got == parts["go"] {
				t.Errorf("the interpreter is right now. How lowering goes around it: %s", a.Comment)
			}
		})
	}
}

// raw is what the interpreter alone prints for a program, or how it fails.
func raw(program string) (out string) {
	var b bytes.Buffer
	defer func() {
		if r := recover(); r != nil {
			out = fmt.Sprint("panic: ", r)
		}
	}()
	i := interp.New(interp.Options{Stdout: &b, Stderr: &bytes.Buffer{}})
	v := reflect.ValueOf
	args := []string{"old"}
	err := i.Use(interp.Exports{
		"fmt/fmt": {
			"Println": v(func(a ...any) { fmt.Fprintln(&b, a...) }), "Sprint": v(fmt.Sprint), "Stringer": v((*fmt.Stringer)(nil)),
		},
		"encoding/json/json": {"Marshal": v(json.Marshal)},
		"os/os":              {"Args": v(&args).Elem()},
	})
	if err != nil {
		return err.Error()
	}
	done := make(chan string, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Sprint("panic: ", r)
			}
		}()
		if _, err := i.Eval(program); err != nil {
			done <- err.Error()
			return
		}
		done <- b.String()
	}()
	select {
	case out := <-done:
		return out
	case <-time.After(20 * time.Second):
		return "not at its end"
	}
}
