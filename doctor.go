package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"

	"github.com/spf13/cobra"
)

func doctorCommand(s streams) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what a front end would find wrong",
		Long: strings.TrimSpace(`
Doctor looks at the installation as a Jupyter front end does: it reads the
kernelspecs, starts each kernel and runs a cell in it. For what is wrong it says
what to do. The exit code is 1 if anything is.`),
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d := &doctor{w: s.out, colour: newPane(s.out)}
			d.examine(name)
			if d.problems > 0 {
				fmt.Fprintf(s.out, "\n%d to fix\n", d.problems)
				return &failure{exitFailure, nil}
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "look at the kernelspec of this name only")
	return c
}

// doctor prints findings.
type doctor struct {
	w        io.Writer
	colour   pane
	problems int
}

func (d *doctor) good(format string, args ...any) {
	fmt.Fprintln(d.w, d.colour.style(green, "ok     "), fmt.Sprintf(format, args...))
}

// remark is something to know that stops nobody.
func (d *doctor) remark(format string, args ...any) {
	fmt.Fprintln(d.w, d.colour.style(cyan, "note   "), fmt.Sprintf(format, args...))
}

func (d *doctor) wrong(what, fix string) {
	d.problems++
	fmt.Fprintln(d.w, d.colour.style(red, "wrong  "), strings.ReplaceAll(what, "\n", "\n        "))
	fmt.Fprintln(d.w, "        fix: "+fix)
}

func (d *doctor) examine(name string) {
	v := thisVersion()
	d.good("cahier %s, %s, %s, Jupyter protocol %s", v.Version, v.Go, v.Platform, v.Protocol)
	d.memory()
	d.runtime()
	d.jupyter()
	specs := d.kernelspecs(name)
	if len(specs) == 0 {
		// There is still something to try: this program itself.
		self, err := os.Executable()
		if err != nil {
			d.wrong("this program does not find itself: "+err.Error(), "call it by its path")
			return
		}
		d.kernel(client.Spec{Argv: []string{self, "kernel", "--connection-file", "{connection_file}"}, InterruptMode: "message", Name: "this program"})
	}
	for _, spec := range specs {
		d.kernel(spec)
	}
}

func (d *doctor) memory() {
	limit, err := memoryLimit("")
	switch {
	case err != nil:
		d.wrong(err.Error(), "set the variable to a size, or unset it")
	case limit == 0:
		d.remark("cells may use all memory of the machine: there is no limit")
	default:
		d.good("cells may use %.1f GiB of memory", float64(limit)/(1<<30))
	}
}

// runtime checks the folder that front ends write connection files to.
func (d *doctor) runtime() {
	dir, err := runtimeDir()
	if err != nil {
		d.wrong("no folder for connection files: "+err.Error(), "set HOME or JUPYTER_RUNTIME_DIR")
		return
	}
	probe := dir
	for { // Jupyter makes what is missing
		info, err := os.Stat(probe)
		if err == nil && !info.IsDir() {
			d.wrong(probe+", the folder for connection files, is not a folder", "remove it, or set JUPYTER_RUNTIME_DIR")
			return
		}
		if err == nil || filepath.Dir(probe) == probe {
			break
		}
		probe = filepath.Dir(probe)
	}
	f, err := os.CreateTemp(probe, ".cahier-doctor-*")
	if err != nil {
		d.wrong("front ends cannot write connection files to "+dir+": "+err.Error(), "make "+probe+" writable, or set JUPYTER_RUNTIME_DIR")
		return
	}
	f.Close()
	os.Remove(f.Name())
	d.good("connection files can be written to %s", dir)
}

func (d *doctor) jupyter() {
	path, err := exec.LookPath("jupyter")
	if err != nil {
		d.remark("no jupyter command on the PATH: VS Code and others find the kernel all the same; cahier run needs none")
		return
	}
	d.good("jupyter is %s", path)
}

// kernelspecs finds those that start a cahier and reports on what can be seen
// without starting it.
func (d *doctor) kernelspecs(name string) []client.Spec {
	var found []client.Spec
	shadowed := map[string]string{}
	for _, folder := range kernelFolders() {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if name != "" && !strings.EqualFold(e.Name(), name) || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			dir := filepath.Join(folder, e.Name())
			spec, err := readSpec(dir)
			if err != nil {
				if strings.EqualFold(e.Name(), kernelName) || name != "" {
					d.wrong(err.Error(), "cahier install")
				}
				continue
			}
			if !isOurs(spec) && name == "" {
				continue
			}
			if first, ok := shadowed[strings.ToLower(e.Name())]; ok {
				d.remark("%s is hidden by %s", dir, first)
				continue
			}
			shadowed[strings.ToLower(e.Name())] = dir
			if d.spec(spec) {
				found = append(found, spec)
			}
		}
	}
	if len(shadowed) == 0 {
		what := "no front end knows the kernel: none of Jupyter's folders has its kernelspec"
		if name != "" {
			what = fmt.Sprintf("none of Jupyter's folders has a kernelspec %q", name)
		}
		d.wrong(what, installCommandLine())
	}
	return found
}

func installCommandLine() string {
	if self, err := os.Executable(); err == nil && temporary(self) {
		return `"go install ." (or "go build"), then the new program's install`
	}
	return "cahier install"
}

// spec checks a kernelspec and reports whether it is worth starting.
func (d *doctor) spec(spec client.Spec) bool {
	at := filepath.Join(spec.ResourceDir, "kernel.json")
	before := d.problems
	info, err := os.Stat(spec.Argv[0])
	switch {
	case !filepath.IsAbs(spec.Argv[0]):
		if _, err := exec.LookPath(spec.Argv[0]); err != nil {
			d.wrong(fmt.Sprintf("%s starts %q, which is not on the PATH", at, spec.Argv[0]), "cahier install")
		}
	case errors.Is(err, fs.ErrNotExist):
		d.wrong(fmt.Sprintf("%s starts %s, which does not exist", at, spec.Argv[0]), "cahier install, from where cahier is now")
	case err != nil:
		d.wrong(fmt.Sprintf("%s: %v", at, err), "cahier install")
	case info.IsDir():
		d.wrong(fmt.Sprintf("%s starts %s, which is a folder", at, spec.Argv[0]), "cahier install")
	case info.Mode().Perm()&0o111 == 0 && filepath.Ext(spec.Argv[0]) != ".exe":
		d.wrong(fmt.Sprintf("%s starts %s, which is not executable", at, spec.Argv[0]), "chmod +x "+spec.Argv[0])
	case temporary(spec.Argv[0]):
		d.wrong(fmt.Sprintf("%s starts %s, which go run has made and will remove", at, spec.Argv[0]), installCommandLine())
	}
	if !slices.ContainsFunc(spec.Argv, func(a string) bool { return strings.Contains(a, "{connection_file}") }) {
		d.wrong(at+" does not hand over {connection_file}", "cahier install")
	}
	if spec.InterruptMode != "message" {
		d.wrong(fmt.Sprintf("%s says interrupt_mode %q, want message", at, spec.InterruptMode), "cahier install")
	}
	if spec.Language != "go" {
		d.wrong(fmt.Sprintf("%s says language %q, want go: front ends would not offer the kernel for Go notebooks", at, spec.Language), "cahier install")
	}
	if d.problems > before {
		return false
	}
	d.good("kernelspec %s: %s", spec.Name, at)
	d.sameVersion(spec)
	return true
}

// sameVersion compares the version of the installed program with this one's.
func (d *doctor) sameVersion(spec client.Spec) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, spec.Argv[0], "version", "--json").Output()
	var theirs versionInfo
	if err == nil {
		err = json.Unmarshal(out, &theirs)
	}
	switch {
	case err != nil:
		d.wrong(fmt.Sprintf("%s does not say its version: %v", spec.Argv[0], err), "cahier install")
	case theirs != thisVersion():
		d.remark("%s is cahier %s (%s); this program is %s (%s)", spec.Argv[0], theirs.Version, theirs.Go, thisVersion().Version, thisVersion().Go)
	}
}

// kernel starts a kernel and does with it what a front end does first.
func (d *doctor) kernel(spec client.Spec) {
	const fix = "run it by hand with --log-level debug: "
	command := strings.Join(spec.Argv, " ")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	spec.Env = mergeEnv(spec.Env, historyVariable, "off")

	began := time.Now()
	k, err := client.Start(ctx, spec, client.Options{})
	if err != nil {
		d.wrong(fmt.Sprintf("%s does not start: %v", spec.Name, err), fix+command)
		return
	}
	defer k.Close()
	info := k.Info()
	d.good("%s answers after %d ms: %s %s, protocol %s", spec.Name, time.Since(began).Milliseconds(), info.Implementation, info.ImplementationVersion, info.ProtocolVersion)
	if err := k.Ping(ctx); err != nil {
		d.wrong(fmt.Sprintf("%s: the heartbeat does not answer: %v", spec.Name, err), fix+command)
	}
	var value string
	began = time.Now()
	reply, err := k.Execute(ctx, "1 + 1", client.ExecuteOptions{NoHistory: true, Output: func(m *wire.Message) {
		if r, ok := m.Content.(*wire.ExecuteResult); ok {
			value, _ = r.Data["text/plain"].(string)
		}
	}})
	switch {
	case err != nil:
		d.wrong(fmt.Sprintf("%s cannot run a cell: %v", spec.Name, err), fix+command)
		return
	case reply.Status != wire.StatusOk:
		d.wrong(fmt.Sprintf("%s: the cell 1 + 1 failed: %s: %s", spec.Name, reply.EName, reply.EValue), fix+command)
	case value != "2":
		d.wrong(fmt.Sprintf("%s: the cell 1 + 1 shows %q, want 2", spec.Name, value), fix+command)
	default:
		d.good("%s runs a cell: 1 + 1 is %s, after %d ms", spec.Name, value, time.Since(began).Milliseconds())
	}
	if err := k.Shutdown(ctx); err != nil {
		d.wrong(fmt.Sprintf("%s does not shut down: %v", spec.Name, err), fix+command)
	}
}

func mergeEnv(env map[string]string, name, value string) map[string]string {
	merged := map[string]string{name: value}
	for k, v := range env {
		merged[k] = v
	}
	return merged
}
