package main

import (
	"context"

	"cahier/interp"
	"cahier/interp/worker"

	"github.com/spf13/cobra"
)

// workerName is the subcommand that the kernel starts to run cells in.
const workerName = "worker"

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:    workerName,
		Short:  "Run cells for a kernel; the kernel calls this",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return failed(worker.Main(newSession))
		},
	}
}

// newSession makes a session that has done once what nearly every first cell
// does, so that the cell need not wait for it.
func newSession() (interp.Executor, error) {
	s, err := interp.New()
	if err != nil {
		return nil, err
	}
	_, _ = s.Evaluate(context.Background(), `fmt.Sprintln("warm")`, discard{})
	return s, nil
}

// discard is output that nobody sees.
type discard struct{ interp.Output }

func (discard) Stream(string, []byte) {}
