package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cahier/kernel/wire"
)

// spec writes a kernelspec that starts a program and returns its folder.
func spec(t *testing.T, dir, name string, change func(*kernelJSON)) string {
	t.Helper()
	k := kernelJSON{
		Argv:     []string{self(t), "kernel", "--connection-file", "{connection_file}"},
		Language: "go", InterruptMode: "message", DisplayName: "Go", ProtocolVersion: wire.Version,
		Metadata: map[string]any{"implementation": "cahier"},
	}
	if change != nil {
		change(&k)
	}
	doc, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "jupyter", "kernels", name)
	write(t, filepath.Join(folder, "kernel.json"), string(doc))
	return folder
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	dir := home(t)
	plain := write(t, filepath.Join(dir, "plain"), "no program")
	for _, c := range []struct {
		name   string
		change func(*kernelJSON)
		want   string
	}{
		{"gone", func(k *kernelJSON) { k.Argv[0] = filepath.Join(dir, "gone") }, "which does not exist"},
		{"relative", func(k *kernelJSON) { k.Argv[0] = "cahier" }, "not on the PATH"},
		{"folder", func(k *kernelJSON) { k.Argv[0] = dir }, "which is a folder"},
		{"plain", func(k *kernelJSON) { k.Argv[0] = plain }, "not executable"},
		{"temporary", nil, "go run has made"},
		{"noconnection", func(k *kernelJSON) { k.Argv = k.Argv[:3] }, "does not hand over {connection_file}"},
		{"signal", func(k *kernelJSON) { k.InterruptMode = "signal" }, `interrupt_mode "signal", want message`},
		{"language", func(k *kernelJSON) { k.Language = "golang" }, `language "golang", want go`},
	} {
		folder := spec(t, dir, c.name, c.change)
		var out bytes.Buffer
		d := &doctor{w: &out}
		found := d.kernelspecs(c.name)
		if d.problems == 0 || len(found) != 0 || !strings.Contains(out.String(), c.want) || !strings.Contains(out.String(), "fix: ") {
			t.Errorf("%s: %d problems, found %v:\n%s", c.name, d.problems, found, out.String())
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}

	broken := filepath.Join(dir, "jupyter", "kernels", "cahier", "kernel.json")
	for content, want := range map[string]string{"{": "is not a kernelspec", "{}": "it has no argv"} {
		write(t, broken, content)
		var out bytes.Buffer
		d := &doctor{w: &out}
		d.kernelspecs("")
		if d.problems == 0 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %d problems:\n%s", content, d.problems, out.String())
		}
	}
}

func TestDoctorListsOnlyOurs(t *testing.T) {
	dir := home(t)
	spec(t, dir, "python3", func(k *kernelJSON) { k.Argv = []string{"python", "-m", "ipykernel"}; k.Metadata = nil })
	var out bytes.Buffer
	d := &doctor{w: &out}
	if d.kernelspecs(""); d.problems != 1 || !strings.Contains(out.String(), "no front end knows the kernel") {
		t.Errorf("%d problems:\n%s", d.problems, out.String())
	}
}

func TestDoctorRuntimeFolder(t *testing.T) {
	dir := home(t)
	file := write(t, filepath.Join(dir, "file"), "")
	t.Setenv("JUPYTER_RUNTIME_DIR", filepath.Join(file, "runtime"))
	var out bytes.Buffer
	d := &doctor{w: &out}
	if d.runtime(); d.problems != 1 || !strings.Contains(out.String(), "is not a folder") {
		t.Errorf("%d problems:\n%s", d.problems, out.String())
	}
	t.Setenv("CAHIER_MEMORY_LIMIT", "a lot")
	if d.memory(); d.problems != 2 || !strings.Contains(out.String(), "CAHIER_MEMORY_LIMIT") {
		t.Errorf("%d problems:\n%s", d.problems, out.String())
	}
}

func TestDoctorTriesTheKernel(t *testing.T) {
	dir := home(t)
	code, out, errs := cahier(t, "", "doctor")
	if code != exitFailure || !strings.Contains(out, "this program runs a cell: 1 + 1 is 2") || !strings.Contains(out, "no front end knows the kernel") {
		t.Errorf("nothing installed: code %d\n%s%s", code, out, errs)
	}

	// A copy outside of the build's folder is a program that stays.
	program := filepath.Join(dir, "bin", "cahier")
	binary, err := os.ReadFile(self(t))
	if err != nil {
		t.Fatal(err)
	}
	write(t, program, string(binary))
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	spec(t, dir, "cahier", func(k *kernelJSON) { k.Argv[0] = program })
	code, out, errs = cahier(t, "", "doctor")
	if code != 0 || !strings.Contains(out, "cahier runs a cell: 1 + 1 is 2") || strings.Contains(out, "wrong") {
		t.Errorf("installed: code %d\n%s%s", code, out, errs)
	}

	spec(t, dir, "cahier", func(k *kernelJSON) { k.Argv = []string{program, "kernel", "--no-such-flag", "{connection_file}"} })
	code, out, _ = cahier(t, "", "doctor")
	if code != exitFailure || !strings.Contains(out, "cahier does not start: the kernel died: exit status 2") || !strings.Contains(out, "unknown flag") {
		t.Errorf("a kernel that ends: code %d\n%s", code, out)
	}
}
