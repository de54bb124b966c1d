package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"cahier/kernel/wire"

	"github.com/spf13/cobra"
)

// versionInfo is what version prints and the doctor compares.
type versionInfo struct {
	Version  string `json:"version"` // of the module, or devel with the commit
	Go       string `json:"go"`
	Protocol string `json:"protocol"` // of Jupyter's messages
	Platform string `json:"platform"`
}

func thisVersion() versionInfo {
	v := versionInfo{Version: "devel", Go: runtime.Version(), Protocol: wire.Version, Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if m := info.Main.Version; m != "" && m != "(devel)" {
		v.Version = m
		return v
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			v.Version += "-" + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			v.Version += "+changes"
		}
	}
	return v
}

func versionCommand(s streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of cahier, Go and the Jupyter protocol",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := thisVersion()
			if asJSON {
				return failed(json.NewEncoder(s.out).Encode(v))
			}
			_, err := fmt.Fprintf(s.out, "cahier %s (%s, %s, Jupyter protocol %s)\n", v.Version, v.Go, v.Platform, v.Protocol)
			return failed(err)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}
