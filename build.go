package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"cahier/interp/symbols"
	"cahier/interp/symbols/generator"

	"github.com/spf13/cobra"
)

// buildOptions are the flags of build.
type buildOptions struct {
	with   []string
	output string
	cahier string
}

func buildCommand(s streams) *cobra.Command {
	var o buildOptions
	c := &cobra.Command{
		Use:   "build --with MODULE[@VERSION] | MODULE=FOLDER",
		Short: "Make a cahier with plugins compiled in",
		Long: strings.TrimSpace(`
Build makes another cahier that has Go modules compiled in: cells use their
packages without an import, and the operations that they register. It needs the
Go toolchain, and cahier's sources. Give --with once for each module:

  cahier build --with example.org/fftops@v0.3.1 --with mine=../mine -o cahier

A plugin is code with the kernel's rights: build in only what you trust.`),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			err := makeProgram(ctx, s, o)
			if err != nil && ctx.Err() != nil {
				return &failure{exitStopped, errors.New("the build was stopped")}
			}
			return failed(err)
		},
	}
	c.Flags().StringArrayVar(&o.with, "with", nil, "a `module` to compile in: MODULE, MODULE@VERSION, MODULE=FOLDER or the folder; repeatable")
	c.Flags().StringVarP(&o.output, "output", "o", "", "the program to make (default cahier in the current folder)")
	c.Flags().StringVar(&o.cahier, "cahier", "", "the `folder` of cahier's sources (default those that this program was built of, or the current folder)")
	return c
}

// builder makes one program. Everything that it writes but the program lies in
// its temporary folder: the sources get an overlay, not a change.
type builder struct {
	streams
	ctx     context.Context
	source  string // folder of cahier's module
	tmp     string
	plugins []*plugin
	goos    string
	goarch  string
}

func makeProgram(ctx context.Context, s streams, o buildOptions) (err error) {
	if len(o.with) == 0 {
		return unusable("nothing to build in: want --with MODULE@VERSION or --with MODULE=FOLDER")
	}
	b := &builder{streams: s, ctx: ctx}
	if err := b.toolchain(); err != nil {
		return err
	}
	if b.source, err = findSource(o.cahier); err != nil {
		return err
	}
	if b.plugins, err = parsePlugins(o.with); err != nil {
		return err
	}
	if o.output == "" {
		o.output = "cahier"
		if b.goos == "windows" {
			o.output += ".exe"
		}
	}
	if d, err := os.Stat(o.output); err == nil && d.IsDir() {
		return unusable("-o %s is a folder, want the name of a program", o.output)
	}
	if b.tmp, err = os.MkdirTemp("", "cahier-build-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.tmp)) }()
	if err := b.writableSource(); err != nil {
		return err
	}
	b.step("cahier's sources: %s", b.source)
	if err := b.requirePlugins(); err != nil {
		return err
	}
	overlay, err := b.tables()
	if err != nil {
		return err
	}
	return b.program(o.output, overlay)
}

func (b *builder) step(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

// toolchain finds the go command and the platform that it builds for.
func (b *builder) toolchain() error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("a build needs the Go toolchain, and there is no go command on the PATH: https://go.dev/doc/install says how to get it")
	}
	out, err := b.goCommand(".", "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return err
	}
	words := strings.Fields(out)
	if len(words) != 3 {
		return fmt.Errorf("go env gives %q, want a version and a platform", out)
	}
	b.goos, b.goarch = words[1], words[2]
	b.step("toolchain: %s for %s/%s", words[0], b.goos, b.goarch)
	return nil
}

// environment is that of the go commands. A workspace would take the place of
// the go.mod that is made.
func environment() []string { return []string{"GOWORK=off"} }

func (b *builder) flags() []string {
	return []string{"-mod=mod", "-modfile=" + filepath.Join(b.tmp, "go.mod")}
}

// goCommand runs a go command in dir and returns what it prints.
func (b *builder) goCommand(dir string, args ...string) (string, error) {
	c := exec.CommandContext(b.ctx, "go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), environment()...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	if runtime.GOOS == "windows" {
		c.Cancel = c.Process.Kill
	}
	var out, errOut bytes.Buffer
	c.Stdout, c.Stderr = &out, &errOut
	if err := c.Run(); err != nil {
		text := strings.TrimSpace(errOut.String())
		if text == "" {
			text = err.Error()
		}
		return "", fmt.Errorf("go %s: %s", args[0], text)
	}
	return out.String(), nil
}

// tables makes the symbol tables of the plugins' packages and an overlay that
// puts them in place of the empty ones. It returns the name of the overlay.
func (b *builder) tables() (string, error) {
	var modules []string
	for _, p := range b.plugins {
		modules = append(modules, p.module)
	}
	files, packages, err := generator.Plugin(generator.PluginOptions{Dir: b.source, Flags: b.flags(), Env: environment(), Modules: modules, GOOS: b.goos, GOARCH: b.goarch})
	if err != nil {
		return "", err
	}
	for _, p := range packages {
		b.step("package %s: cells know it as %s", p.Path, p.Name)
		for _, other := range symbols.Candidates(p.Name) {
			if other != p.Path {
				b.step("  which is also the name of %s: cells have to import the one that they mean", other)
			}
		}
	}
	replace := map[string]string{}
	for name, data := range files {
		file := filepath.Join(b.tmp, "tables", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return "", err
		}
		replace[filepath.Join(b.source, "interp", "symbols", filepath.FromSlash(name))] = file
	}
	return writeOverlay(b.tmp, replace)
}

// program compiles, asks the result for its operations, and only then puts it
// in place.
func (b *builder) program(output, overlay string) error {
	output, err := filepath.Abs(output)
	if err != nil {
		return err
	}
	// In the folder where it will be: it is renamed.
	dir, err := os.MkdirTemp(filepath.Dir(output), ".cahier-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, filepath.Base(output))
	b.step("compiling")
	args := append([]string{"build", "-overlay", overlay, "-o", made}, b.flags()...)
	if _, err := b.goCommand(b.source, append(args, ".")...); err != nil {
		return err
	}
	var list string
	if b.goos == runtime.GOOS && b.goarch == runtime.GOARCH {
		c := exec.CommandContext(b.ctx, made, "ops")
		var errOut bytes.Buffer
		c.Stderr = &errOut
		out, err := c.Output()
		if err != nil {
			first, _, _ := strings.Cut(strings.TrimSpace(errOut.String()), "\n\n")
			return fmt.Errorf("the program was compiled and does not start (%w), most likely because a plugin cannot be initialised:\n%s", err, first)
		}
		list = string(out)
	}
	if err := os.Rename(made, output); err != nil {
		return err
	}
	b.step("made %s", output)
	return report(b.out, list)
}

// report prints the operations that come from plugins.
func report(w io.Writer, list string) error {
	if list == "" {
		return nil
	}
	var added []string
	lines := strings.Split(strings.TrimSpace(list), "\n")
	for _, line := range lines {
		if name, _, _ := strings.Cut(line, " "); strings.Contains(name, ".") {
			added = append(added, "  "+line)
		}
	}
	_, err := fmt.Fprintf(w, "%d operations, %d of them from plugins\n%s", len(lines), len(added), strings.Join(append(added, ""), "\n"))
	return err
}
