// Cahier is a Jupyter kernel for Go, and the tools that go with it:
//
//	cahier install              make the kernel known to Jupyter front ends
//	cahier run NOTEBOOK         execute a notebook from the command line
//	cahier doctor               say what a front end would find wrong
//	cahier build --with MODULE  make a cahier with plugins compiled in
//	cahier ops [NAME]           list the tensor operations, or describe one
//
// Its parts are in packages of their own: kernel (the server), interp (Go
// cells), ops (tensors), notebooks (documents and what cells show). This package
// wires them together, one file a subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitFailure = 1   // what was asked for was tried and failed
	exitUsage   = 2   // what was asked for makes no sense: flags, files of the wrong kind
	exitStopped = 130 // the user stopped it
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(execute(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// execute runs the command line and returns the exit code.
func execute(args []string, s streams) int {
	root := rootCommand(s)
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	var f *failure
	if !errors.As(err, &f) {
		// Everything that cobra itself finds is about flags and arguments.
		f = &failure{exitUsage, fmt.Errorf("%w (see cahier --help)", err)}
	}
	if f.err != nil {
		fmt.Fprintln(s.err, "cahier:", f.err)
	}
	return f.code
}

// failure is an error of a subcommand, with the exit code. A nil err has been
// reported already.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return fmt.Sprint(f.err) }
func (f *failure) Unwrap() error { return f.err }

// failed gives an error the exit code 1, unless it has one.
func failed(err error) error {
	var f *failure
	if err == nil || errors.As(err, &f) {
		return err
	}
	return &failure{exitFailure, err}
}

// unusable is an error with exit code 2.
func unusable(format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...)}
}

func rootCommand(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "cahier",
		Short: "A Jupyter kernel for Go, with tensors",
		Long: strings.TrimSpace(`
Cahier is a Jupyter kernel for Go. "cahier install" makes it known to JupyterLab,
VS Code and every other Jupyter front end; "cahier run" executes a notebook from
the command line and needs nothing but this program.`),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.AddCommand(
		runCommand(s),
		installCommand(s),
		uninstallCommand(s),
		doctorCommand(s),
		kernelCommand(s),
		buildCommand(s),
		opsCommand(s),
		versionCommand(s),
		workerCommand(),
	)
	return root
}
