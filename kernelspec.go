package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"cahier/kernel/client"
)

// The name of our kernelspec and what front ends show, unless the user wants
// others.
const (
	kernelName  = "cahier"
	displayName = "Go (cahier)"
)

//go:embed logo/*.png logo/*.svg
var logos embed.FS

// kernelJSON is the file kernel.json of a kernelspec. (jupyter_client
// docs/kernels.rst, "Kernel specs".)
type kernelJSON struct {
	Argv            []string          `json:"argv"`
	DisplayName     string            `json:"display_name"`
	Language        string            `json:"language"`
	InterruptMode   string            `json:"interrupt_mode"`
	Env             map[string]string `json:"env"`
	Metadata        map[string]any    `json:"metadata"`
	ProtocolVersion string            `json:"kernel_protocol_version"`
}

// goodKernelName is Jupyter's rule, with lower case because Jupyter looks names
// up in lower case.
var goodKernelName = regexp.MustCompile(`^[a-z0-9._-]+$`)

// dataDir is Jupyter's data folder of the user. (jupyter_core, paths.py)
func dataDir() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case "windows":
		if dir := os.Getenv("APPDATA"); dir != "" {
			return filepath.Join(dir, "jupyter"), nil
		}
		return filepath.Join(home, ".jupyter", "data"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// runtimeDir is where front ends put connection files.
func runtimeDir() (string, error) {
	if dir := os.Getenv("JUPYTER_RUNTIME_DIR"); dir != "" {
		return dir, nil
	}
	dir, err := dataDir()
	return filepath.Join(dir, "runtime"), err
}

// environmentPrefix is the active Python environment, empty if there is none.
func environmentPrefix() string {
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if p := os.Getenv(name); p != "" {
			return p
		}
	}
	return ""
}

// kernelFolders are the folders in which Jupyter looks for kernelspecs, the
// first found first.
func kernelFolders() []string {
	var dirs []string
	add := func(dir string) {
		if dir = filepath.Join(dir, "kernels"); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		if dir != "" {
			add(dir)
		}
	}
	if dir, err := dataDir(); err == nil {
		add(dir)
	}
	if p := environmentPrefix(); p != "" {
		add(filepath.Join(p, "share", "jupyter"))
	}
	// The environment of the jupyter command is searched by it as well.
	if jupyter, err := exec.LookPath("jupyter"); err == nil {
		if real, err := filepath.EvalSymlinks(jupyter); err == nil {
			jupyter = real
		}
		add(filepath.Join(filepath.Dir(filepath.Dir(jupyter)), "share", "jupyter"))
	}
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("PROGRAMDATA"); dir != "" {
			add(filepath.Join(dir, "jupyter"))
		}
	} else {
		add("/usr/local/share/jupyter")
		add("/usr/share/jupyter")
	}
	return dirs
}

// readSpec reads the kernelspec in a folder.
func readSpec(dir string) (client.Spec, error) {
	spec := client.Spec{Name: filepath.Base(dir), ResourceDir: dir}
	path := filepath.Join(dir, "kernel.json")
	doc, err := os.ReadFile(path)
	if err != nil {
		return spec, err
	}
	if err := json.Unmarshal(doc, &spec); err != nil {
		return spec, fmt.Errorf("%s is not a kernelspec: %w", path, err)
	}
	if len(spec.Argv) == 0 {
		return spec, fmt.Errorf("%s is not a kernelspec: it has no argv", path)
	}
	return spec, nil
}

// isOurs reports whether a kernelspec starts a cahier.
func isOurs(spec client.Spec) bool {
	if len(spec.Argv) < 2 || spec.Argv[1] != "kernel" {
		return false
	}
	program := filepath.Base(spec.Argv[0])
	return strings.TrimSuffix(program, ".exe") == "cahier" || spec.Metadata["implementation"] == "cahier"
}

// temporary reports whether a program is one that go run has made: it goes away,
// or is replaced, without notice.
func temporary(program string) bool {
	for _, part := range strings.Split(filepath.ToSlash(program), "/") {
		if strings.HasPrefix(part, "go-build") {
			return true
		}
	}
	cache := os.Getenv("GOCACHE")
	if cache == "" {
		return false
	}
	rel, err := filepath.Rel(cache, program)
	return err == nil && filepath.IsLocal(rel)
}

// program is the absolute path under which this program should be known. A name
// on the PATH that leads to it is preferred: it stays right when a package
// manager puts a new version beside the old.
func program() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	onPath, err := exec.LookPath("cahier")
	if err != nil {
		return self, nil
	}
	if onPath, err = filepath.Abs(onPath); err != nil {
		return self, nil
	}
	a, errA := os.Stat(self)
	b, errB := os.Stat(onPath)
	if errors.Join(errA, errB) == nil && os.SameFile(a, b) {
		return onPath, nil
	}
	return self, nil
}
