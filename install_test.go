package main

import (
	"bytes"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// self is this test binary, which is not where it will stay.
func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInstallAndUninstall(t *testing.T) {
	dir := home(t)
	prefix := filepath.Join(dir, "prefix")
	env := filepath.Join(dir, "env")
	t.Setenv("VIRTUAL_ENV", env)
	for _, c := range []struct {
		w      where
		flags  []string
		folder string
	}{
		{where{name: "cahier"}, nil, filepath.Join(dir, "jupyter", "kernels", "cahier")},
		{where{name: "go-1.x_y", user: true}, []string{"--user", "--name", "go-1.x_y"}, filepath.Join(dir, "jupyter", "kernels", "go-1.x_y")},
		{where{name: "cahier", prefix: prefix}, []string{"--prefix", prefix}, filepath.Join(prefix, "share", "jupyter", "kernels", "cahier")},
		{where{name: "cahier", env: true}, []string{"--sys-prefix"}, filepath.Join(env, "share", "jupyter", "kernels", "cahier")},
	} {
		var out bytes.Buffer
		s := streams{strings.NewReader(""), &out, io.Discard}
		for range 2 { // again replaces
			if err := install(s, "/opt/cahier/cahier", c.w, "Go", []string{"A=b=c"}, false); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(out.String(), c.folder) {
			t.Errorf("printed %q, want %s in it", out.String(), c.folder)
		}
		spec, err := readSpec(c.folder)
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"/opt/cahier/cahier", "kernel", "--connection-file", "{connection_file}"}; !reflect.DeepEqual(spec.Argv, want) {
			t.Errorf("argv %q", spec.Argv)
		}
		if spec.DisplayName != "Go" || spec.Language != "go" || spec.InterruptMode != "message" || spec.Env["A"] != "b=c" {
			t.Errorf("kernelspec %+v", spec)
		}
		if _, debugger := spec.Metadata["debugger"]; debugger || !reflect.DeepEqual(spec.Metadata["supported_encryption"], []any{"curve"}) {
			t.Errorf("metadata %v", spec.Metadata)
		}
		entries, err := os.ReadDir(c.folder)
		if err != nil || len(entries) != 4 {
			t.Errorf("the folder holds %v, %v", entries, err)
		}
		if siblings, err := os.ReadDir(filepath.Dir(c.folder)); err != nil || len(siblings) > 2 || strings.HasPrefix(siblings[0].Name(), ".") {
			t.Errorf("beside it %v, %v", siblings, err)
		}
		code, printed, errs := cahier(t, "", append([]string{"uninstall"}, c.flags...)...)
		if code != 0 || !strings.Contains(printed, c.folder) {
			t.Errorf("uninstall: code %d, %q, %q", code, printed, errs)
		}
		if _, err := os.Stat(c.folder); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", c.folder, err)
		}
		if code, _, errs := cahier(t, "", append([]string{"uninstall"}, c.flags...)...); code != exitFailure || !strings.Contains(errs, "nothing is installed") {
			t.Errorf("uninstall again: code %d, %q", code, errs)
		}
	}
}

func TestInstallSparesOthers(t *testing.T) {
	dir := home(t)
	folder := filepath.Join(dir, "jupyter", "kernels", "go")
	other := write(t, filepath.Join(folder, "kernel.json"), `{"argv":["/usr/bin/gophernotes","{connection_file}"],"display_name":"Go","language":"go"}`)
	s := streams{strings.NewReader(""), io.Discard, io.Discard}
	err := install(s, "/opt/cahier", where{name: "go"}, "Go", nil, false)
	if err == nil || !strings.Contains(err.Error(), "another program (/usr/bin/gophernotes)") {
		t.Errorf("got %v", err)
	}
	if code, _, errs := cahier(t, "", "uninstall", "--name", "go"); code != exitFailure || !strings.Contains(errs, "and stays") {
		t.Errorf("uninstall: code %d, %q", code, errs)
	}
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
	if err := install(s, "/opt/cahier", where{name: "go"}, "Go", nil, true); err != nil {
		t.Error(err)
	}
	if spec, err := readSpec(folder); err != nil || spec.Argv[0] != "/opt/cahier" {
		t.Errorf("%v, %v", spec, err)
	}
	if err := install(s, "/opt/cahier", where{name: "go"}, "Go", []string{"novalue"}, true); err == nil || !strings.Contains(err.Error(), "NAME=VALUE") {
		t.Errorf("got %v", err)
	}
}

func TestInstallRefusesTemporaryPrograms(t *testing.T) {
	home(t)
	// go test, like go run, builds into a folder that goes away.
	if !temporary(self(t)) {
		t.Skip("this test binary was built to stay (go test -c)")
	}
	code, _, errs := cahier(t, "", "install")
	if code != exitUsage || !strings.Contains(errs, "go install") {
		t.Errorf("code %d, %q", code, errs)
	}
	t.Setenv("GOCACHE", "/home/me/cache")
	for path, want := range map[string]bool{
		"/tmp/go-build123/b001/exe/cahier":         true,
		"/home/me/.cache/go-build/ab/abc-d/cahier": true,
		"/home/me/cache/ab/abc-d/cahier":           true,
		"/home/me/go/bin/cahier":                   false,
		"/home/me/src/cahier/cahier":               false,
	} {
		if got := temporary(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestProgramPrefersThePath(t *testing.T) {
	dir := home(t)
	if got, err := program(); err != nil || got != self(t) {
		t.Errorf("%s, %v", got, err)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(bin, "cahier")
	if err := os.Symlink(self(t), link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if got, err := program(); err != nil || got != link {
		t.Errorf("%s, %v, want %s", got, err, link)
	}
}

func TestLogos(t *testing.T) {
	for _, size := range []int{32, 64} {
		name := map[int]string{32: "logo/logo-32x32.png", 64: "logo/logo-64x64.png"}[size]
		f, err := logos.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if c, err := png.DecodeConfig(f); err != nil || c.Width != size || c.Height != size {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	if svg, err := logos.ReadFile("logo/logo-svg.svg"); err != nil || !bytes.HasPrefix(svg, []byte("<svg ")) {
		t.Errorf("%.20q, %v", svg, err)
	}
}
