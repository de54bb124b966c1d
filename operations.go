package main

import (
	"fmt"

	"cahier/interp/symbols"
	"cahier/interp/symbols/operations"

	"github.com/spf13/cobra"
)

func opsCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "ops [NAME]",
		Short: "List the tensor operations, plugins included, or describe one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := fmt.Fprint(s.out, operations.List())
				return failed(err)
			}
			text, err := operations.Describe(args[0], func(fn string) string { return symbols.Doc("cahier/ops", fn) })
			if err != nil {
				return unusable("%w", err)
			}
			_, err = fmt.Fprint(s.out, text)
			return failed(err)
		},
	}
}
