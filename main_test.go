package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The test binary is the program as well: the kernel and the worker that a run
// starts are copies of it.
const mainVariable = "CAHIER_TEST_IS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainVariable) != "" {
		main()
	}
	os.Setenv(mainVariable, "1")
	os.Setenv(historyVariable, "off")
	os.Exit(m.Run())
}

// cahier runs the command line in this process.
func cahier(t *testing.T, input string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = execute(args, streams{strings.NewReader(input), &out, &err})
	return code, out.String(), err.String()
}

// home gives the test a home and Jupyter folders of its own.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(dir, "jupyter"))
	for _, name := range []string{"JUPYTER_RUNTIME_DIR", "JUPYTER_PATH", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX"} {
		t.Setenv(name, "")
	}
	t.Setenv("PATH", filepath.Join(dir, "bin")) // no jupyter, no cahier
	return dir
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestUsageErrors(t *testing.T) {
	dir := home(t)
	text := write(t, filepath.Join(dir, "text.ipynb"), "package main")
	old := write(t, filepath.Join(dir, "old.ipynb"), `{"nbformat":3,"worksheets":[]}`)
	python := write(t, filepath.Join(dir, "python.ipynb"), `{"nbformat":4,"nbformat_minor":4,"metadata":{"kernelspec":{"name":"python3","display_name":"Python","language":"python"}},"cells":[]}`)
	empty := write(t, filepath.Join(dir, "empty.ipynb"), `{"nbformat":4,"nbformat_minor":4,"metadata":{},"cells":[]}`)
	file := write(t, filepath.Join(dir, "connection.json"), `{"ip":"127.0.0.1"}`)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"foo"}, `unknown command "foo"`},
		{[]string{"version", "x"}, `unknown command "x"`},
		{[]string{"run"}, "accepts 1 arg(s), received 0"},
		{[]string{"run", "--nonsense", empty}, "unknown flag: --nonsense"},
		{[]string{"run", "--timeout", "soon", empty}, "invalid argument"},
		{[]string{"run", "--timeout", "-1s", empty}, "want 0 or more"},
		{[]string{"run", "--memory-limit", "much", empty}, "memory limit"},
		{[]string{"run", "--inplace", "-o", "x", empty}, "none of the others can be"},
		{[]string{"run", filepath.Join(dir, "none.ipynb")}, "no such file"},
		{[]string{"run", dir}, "is a directory"},
		{[]string{"run", text}, "text.ipynb: not a notebook: line 1, column 1"},
		{[]string{"run", "--inplace", old}, "old.ipynb: notebook format 3, want 4"},
		{[]string{"run", python}, "is a notebook for python, and this kernel runs Go"},
		{[]string{"kernel"}, "no path is given"},
		{[]string{"kernel", "-f", filepath.Join(dir, "none.json")}, "there is no such file"},
		{[]string{"kernel", "-f", text}, "is not a JSON object"},
		{[]string{"kernel", "-f", file}, "shell_port is missing"},
		{[]string{"kernel", "-f", file, "--log-level", "loud"}, "want debug, info, warn or error"},
		{[]string{"install", "--name", "Go Kernel"}, "go run"},
		{[]string{"uninstall", "--name", "a/b"}, "want lower-case letters"},
		{[]string{"uninstall", "--sys-prefix"}, "no Python environment is active"},
		{[]string{"uninstall", "--user", "--prefix", "x"}, "none of the others can be"},
	} {
		code, out, err := cahier(t, "", c.args...)
		if code != exitUsage || out != "" || !strings.Contains(err, c.want) || strings.Count(err, "\n") != 1 {
			t.Errorf("%q: code %d, output %q, error %q; want code 2 and one line with %q", c.args, code, out, err, c.want)
		}
	}
	for name, want := range map[string]string{text: "package main", old: `{"nbformat":3,"worksheets":[]}`} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s was touched: %q, %v", name, got, err)
		}
	}
}

func TestHelp(t *testing.T) {
	code, out, err := cahier(t, "")
	if code != 0 || err != "" {
		t.Errorf("code %d, error %q", code, err)
	}
	for _, want := range []string{"install", "uninstall", "run", "doctor", "kernel", "version"} {
		if !strings.Contains(out, "\n  "+want+" ") {
			t.Errorf("the help does not list %s", want)
		}
	}
	if strings.Contains(out, "worker") {
		t.Error("the help lists worker, which is not for people")
	}
}

func TestVersion(t *testing.T) {
	code, out, _ := cahier(t, "", "version")
	if code != 0 || !strings.HasPrefix(out, "cahier ") || !strings.Contains(out, "Jupyter protocol 5.5") {
		t.Errorf("code %d, output %q", code, out)
	}
	code, out, _ = cahier(t, "", "version", "--json")
	var v versionInfo
	if err := json.Unmarshal([]byte(out), &v); code != 0 || err != nil || v != thisVersion() {
		t.Errorf("code %d, output %q, %v", code, out, err)
	}
}
