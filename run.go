package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"cahier/kernel/client"
	"cahier/notebooks"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// runOptions are the flags of run.
type runOptions struct {
	output      string
	inPlace     bool
	timeout     time.Duration
	allowErrors bool
	quiet       bool
	memory      string
}

func runCommand(s streams) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run NOTEBOOK",
		Short: "Execute a notebook from top to bottom",
		Long: strings.TrimSpace(`
Run executes the code cells of a notebook in a fresh kernel, in the notebook's
folder, and prints what they show. It stops at the first cell that fails, with
exit code 1. The notebook itself is not changed; -o writes the executed one.

Control-C interrupts the running cell and ends the run; twice ends it at once.`),
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runNotebook(s, args[0], o)
		},
	}
	c.Flags().StringVarP(&o.output, "output", "o", "", "write the executed notebook to this `file`; - is standard output, with --quiet")
	c.Flags().BoolVar(&o.inPlace, "inplace", false, "write the executed notebook over NOTEBOOK")
	c.Flags().DurationVar(&o.timeout, "timeout", 0, "time limit for each cell, such as 30s (default none)")
	c.Flags().BoolVar(&o.allowErrors, "allow-errors", false, "go on after cells that fail")
	c.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
	c.Flags().StringVar(&o.memory, "memory-limit", "", "memory that cells may use, such as 2GiB")
	c.MarkFlagsMutuallyExclusive("output", "inplace")
	return c
}

func runNotebook(s streams, name string, o runOptions) error {
	if o.inPlace {
		o.output = name
	}
	if o.timeout < 0 {
		return unusable("--timeout %v: want 0 or more", o.timeout)
	}
	if _, err := memoryLimit(o.memory); err != nil {
		return &failure{exitUsage, err}
	}
	n, err := notebooks.ReadFile(name)
	if err != nil {
		return &failure{exitUsage, err}
	}
	if language := languageOf(n); language != "" && !strings.EqualFold(language, "go") {
		return unusable("%s is a notebook for %s, and this kernel runs Go", name, language)
	}
	toStdout := o.output == "-"
	view := newTerminal(s, o.quiet || toStdout)

	result := executeNotebook(s, name, n, o, view)
	if o.output != "" && result.ran {
		if toStdout {
			_, err = n.WriteTo(s.out)
		} else {
			err = n.WriteFile(o.output)
		}
		if err != nil {
			return failed(errors.Join(result.err, err))
		}
	}
	return result.err
}

// languageOf is the language that the notebook's metadata name; empty if none.
func languageOf(n *notebooks.Notebook) string {
	for _, place := range []struct{ object, field string }{{"kernelspec", "language"}, {"language_info", "name"}} {
		if m, ok := n.Metadata[place.object].(map[string]any); ok {
			if s, ok := m[place.field].(string); ok && s != "" {
				return s
			}
		}
	}
	return ""
}

type runResult struct {
	ran bool // cells were executed: the notebook is worth writing
	err error
}

// errStopped is the cause when the user ends a run.
var errStopped = errors.New("stopped")

// errUnread is the cause when nobody reads standard output any more, as head
// and less do at their end.
var errUnread = errors.New("standard output cannot be written")

func executeNotebook(s streams, name string, n *notebooks.Notebook, o runOptions, view *terminal) runResult {
	self, err := os.Executable()
	if err != nil {
		return runResult{err: failed(err)}
	}
	folder, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return runResult{err: failed(err)}
	}
	argv := []string{self, "kernel", "--connection-file", "{connection_file}"}
	if o.memory != "" {
		argv = append(argv, "--memory-limit", o.memory)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	// Without this a closed pipe would end us before the kernel is ended.
	signal.Ignore(syscall.SIGPIPE)
	view.broken = func(err error) { cancel(fmt.Errorf("%w: %w", errUnread, err)) }
	stop := newStopper(cancel, view)
	defer stop.close()

	began := time.Now()
	k, err := client.Start(ctx, client.Spec{
		Argv: argv, Name: kernelName, InterruptMode: "message", Dir: folder,
		// A run leaves no trace in the history that people search.
		Env: map[string]string{historyVariable: "off"},
	}, client.Options{})
	if err != nil {
		if errors.Is(err, errStopped) {
			return runResult{err: &failure{exitStopped, err}}
		}
		return runResult{err: failed(err)}
	}
	defer k.Close()
	stop.kernel(k)

	view.begin(filepath.Base(name), n)
	err = notebooks.Run(ctx, n, k, notebooks.RunOptions{
		Timeout:     o.timeout,
		AllowErrors: o.allowErrors,
		Kernelspec:  map[string]any{"name": kernelName, "display_name": displayName, "language": "go"},
		Input:       asker(s, view),
		Started:     view.started,
		Output:      view.output,
		Updated:     view.updated,
		Cleared:     view.cleared,
		Finished: func(r notebooks.CellRun) error {
			view.finished(r)
			if stop.asked() {
				return errStopped
			}
			return nil
		},
	})
	view.end(n, time.Since(began), err)
	ended := k.Shutdown(ctx) // of no use if the kernel is dead or ctx has ended
	var cell *notebooks.CellError
	switch {
	case err == nil:
		return runResult{true, failed(ended)}
	case errors.Is(err, errStopped):
		return runResult{true, &failure{exitStopped, nil}}
	case errors.As(err, &cell):
		return runResult{true, &failure{exitFailure, nil}} // view has shown it
	}
	return runResult{true, failed(err)}
}

// stopper turns control-C into an interrupt of the running cell, and a second
// one, or a request to terminate, into the end of the run. Its goroutine ends
// with close.
type stopper struct {
	signals chan os.Signal
	done    chan struct{}

	mu      sync.Mutex // guards what follows
	running *client.Client
	times   int
}

func newStopper(cancel context.CancelCauseFunc, view *terminal) *stopper {
	s := &stopper{signals: make(chan os.Signal, 4), done: make(chan struct{})}
	signal.Notify(s.signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case <-s.done:
				return
			case sig := <-s.signals:
				s.mu.Lock()
				s.times++
				k, again := s.running, s.times > 1
				s.mu.Unlock()
				if k == nil || again || sig != os.Interrupt {
					cancel(errStopped)
					continue
				}
				view.note("interrupting the cell; control-C again ends the run at once")
				go func() {
					ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
					defer cancel()
					if err := k.Interrupt(ctx); err != nil {
						view.note("the interrupt failed: %v", err)
					}
				}()
			}
		}
	}()
	return s
}

// kernel says that there is a kernel to interrupt now.
func (s *stopper) kernel(k *client.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = k
}

func (s *stopper) asked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times > 0
}

func (s *stopper) close() {
	signal.Stop(s.signals)
	close(s.done)
}

// asker answers the questions of cells from standard input: a line each.
func asker(s streams, view *terminal) func(context.Context, string, bool) (string, error) {
	lines := bufio.NewReader(s.in)
	var one sync.Mutex // one question at a time
	return func(_ context.Context, prompt string, password bool) (string, error) {
		one.Lock()
		defer one.Unlock()
		view.prompt(prompt)
		if f, ok := s.in.(*os.File); ok && password && term.IsTerminal(int(f.Fd())) {
			secret, err := term.ReadPassword(int(f.Fd()))
			view.prompt("\n")
			return string(secret), err
		}
		line, err := lines.ReadString('\n')
		if err == io.EOF && line != "" {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	}
}
