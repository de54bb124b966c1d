package main

import (
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
			return failed(worker.Main(func() (interp.Executor, error) { return interp.New() }))
		},
	}
}
