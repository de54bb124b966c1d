package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"cahier/interp/worker"
	"cahier/kernel"
	"cahier/kernel/wire"

	"github.com/spf13/cobra"
)

// historyVariable names the file that keeps the history of cells; "off" keeps
// none beyond the kernel's life.
const historyVariable = "CAHIER_HISTORY"

func kernelCommand(s streams) *cobra.Command {
	var connection, memory, level string
	c := &cobra.Command{
		Use:   "kernel --connection-file FILE",
		Short: "Serve a Jupyter front end; front ends call this",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return serve(s, connection, memory, level)
		},
	}
	c.Flags().StringVarP(&connection, "connection-file", "f", "", "the connection file that the front end has written")
	c.Flags().StringVar(&memory, "memory-limit", "", "memory that cells may use, such as 2GiB, 50% or off (default $"+worker.EnvMemoryLimit+", or three quarters of the machine's)")
	c.Flags().StringVar(&level, "log-level", "warn", "what to log on standard error: debug, info, warn or error")
	return c
}

// serve is the kernel process. The sockets are bound first: a client that finds
// nobody there waits a tenth of a second before it tries again. Cells run in a
// child, and the kernel answers before the child's interpreter is warm.
func serve(s streams, connection, memory, level string) error {
	signals := kernel.CatchSignals() // first: a signal must find its handler
	// This process waits and passes messages on; its work is never enough for two
	// processors. On one, a message goes from goroutine to goroutine without
	// waking a thread for each: 0.76 instead of 0.93 ms for a trivial cell with both
	// side by side, though the rounds of BENCHMARKS.md show no difference. (Cells have
	// all processors: they run in the worker.)
	runtime.GOMAXPROCS(1)
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		return unusable("--log-level %q: want debug, info, warn or error", level)
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: threshold}))
	file, err := wire.ReadConnectionFile(connection)
	if err != nil {
		return &failure{exitUsage, err}
	}
	limit, err := memoryLimit(memory)
	if err != nil {
		return &failure{exitUsage, err}
	}
	self, err := os.Executable()
	if err != nil {
		return failed(err)
	}
	parent, _ := strconv.Atoi(os.Getenv("JPY_PARENT_PID")) // absent or malformed: none
	cells := &executor{}
	k, err := kernel.New(kernel.Config{
		Connection:  file,
		Executor:    cells,
		Logger:      log,
		Version:     thisVersion().Version,
		HelpLinks:   []wire.HelpLink{{Text: "Go documentation", URL: "https://go.dev/doc/"}, {Text: "Go standard library", URL: "https://pkg.go.dev/std"}},
		HistoryPath: historyPath(),
		ParentPID:   parent,
		Signals:     signals,
	})
	var malformed *wire.ConnectionFileError
	if errors.As(err, &malformed) {
		return &failure{exitUsage, err}
	}
	if err != nil {
		return failed(err)
	}
	super, err := worker.Start(worker.Options{Command: []string{self, workerName}, MemoryLimit: limit, Logger: log})
	if err != nil {
		return failed(err)
	}
	cells.Executor, cells.processes = super, super.Processes
	return failed(k.Serve(context.Background()))
}

func memoryLimit(flag string) (uint64, error) {
	if flag != "" {
		return worker.ParseMemoryLimit(flag)
	}
	return worker.MemoryLimitFromEnv()
}

// historyPath is where the history of the user's cells is kept; empty where
// there is no place for it.
func historyPath() string {
	switch path := os.Getenv(historyVariable); path {
	case "off":
		return ""
	case "":
	default:
		return path
	}
	dir := os.Getenv("XDG_DATA_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		switch runtime.GOOS {
		case "darwin":
			dir = filepath.Join(home, "Library", "Application Support")
		case "windows":
			if dir, err = os.UserConfigDir(); err != nil {
				return ""
			}
		default:
			dir = filepath.Join(home, ".local", "share")
		}
	}
	return filepath.Join(dir, "cahier", "history.db")
}
