package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cahier/kernel/wire"

	"github.com/spf13/cobra"
)

// where says in which of Jupyter's folders a kernelspec lies.
type where struct {
	user, env bool
	prefix    string
	name      string
}

func (w *where) flags(c *cobra.Command) {
	c.Flags().BoolVar(&w.user, "user", false, "for this user (the default)")
	c.Flags().StringVar(&w.prefix, "prefix", "", "in the installation or environment at this `folder`")
	c.Flags().BoolVar(&w.env, "sys-prefix", false, "in the active Python environment ($VIRTUAL_ENV or $CONDA_PREFIX)")
	c.Flags().StringVar(&w.name, "name", kernelName, "the name of the kernelspec")
	c.MarkFlagsMutuallyExclusive("user", "prefix", "sys-prefix")
}

// folder is the kernelspec's folder.
func (w *where) folder() (string, error) {
	if !goodKernelName.MatchString(w.name) {
		return "", unusable("--name %q: want lower-case letters, digits, '.', '_' and '-'", w.name)
	}
	prefix := w.prefix
	switch {
	case w.env:
		if prefix = environmentPrefix(); prefix == "" {
			return "", unusable("--sys-prefix: no Python environment is active; activate one, or name its folder with --prefix")
		}
	case prefix == "":
		dir, err := dataDir()
		return filepath.Join(dir, "kernels", w.name), failed(err)
	}
	prefix, err := filepath.Abs(prefix)
	return filepath.Join(prefix, "share", "jupyter", "kernels", w.name), failed(err)
}

func installCommand(s streams) *cobra.Command {
	var w where
	var display string
	var env []string
	var force bool
	c := &cobra.Command{
		Use:   "install",
		Short: "Make the kernel known to Jupyter front ends",
		Long: `Install writes a kernelspec: a small folder that tells Jupyter's front ends how
to start this program. The program itself stays where it is; after moving it,
install again. Installing again replaces the kernelspec.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			self, err := program()
			if err != nil {
				return failed(err)
			}
			return install(s, self, w, display, env, force)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&display, "display-name", displayName, "what front ends show")
	c.Flags().StringArrayVar(&env, "env", nil, "an environment variable for the kernel, as `NAME=VALUE`; may be repeated")
	c.Flags().BoolVar(&force, "force", false, "replace a kernelspec of this name that belongs to another program")
	return c
}

func install(s streams, self string, w where, display string, env []string, force bool) error {
	if temporary(self) {
		return unusable(`this program was built by "go run" and will be gone; build one that stays with "go install ." (or "go build") and run its install`)
	}
	folder, err := w.folder()
	if err != nil {
		return err
	}
	spec := kernelJSON{
		Argv:            []string{self, "kernel", "--connection-file", "{connection_file}"},
		DisplayName:     display,
		Language:        "go",
		InterruptMode:   "message",
		Env:             map[string]string{},
		Metadata:        map[string]any{"supported_encryption": []string{"curve"}, "implementation": "cahier"},
		ProtocolVersion: wire.Version,
	}
	for _, pair := range env {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return unusable("--env %q: want NAME=VALUE", pair)
		}
		spec.Env[name] = value
	}
	if old, err := readSpec(folder); err == nil && !isOurs(old) && !force {
		return failed(fmt.Errorf("%s is the kernelspec of another program (%s); choose another --name, or replace it with --force", folder, old.Argv[0]))
	}
	if err := writeSpec(folder, spec); err != nil {
		return failed(err)
	}
	fmt.Fprintf(s.out, "%s is installed in %s\n", display, folder)
	return nil
}

// writeSpec writes the folder beside its place and moves it there, so that front
// ends never see half of it.
func writeSpec(folder string, spec kernelJSON) (err error) {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(folder), ".cahier-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	doc, err := json.MarshalIndent(spec, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, "kernel.json"), append(doc, '\n'), 0o644); err != nil {
		return err
	}
	if err := fs.WalkDir(logos, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		picture, err := logos.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(temp, filepath.Base(path)), picture, 0o644)
	}); err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.Rename(temp, folder)
}

func uninstallCommand(s streams) *cobra.Command {
	var w where
	c := &cobra.Command{
		Use:   "uninstall",
		Short: "Remove the kernelspec that install has written",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			folder, err := w.folder()
			if err != nil {
				return err
			}
			spec, err := readSpec(folder)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return failed(fmt.Errorf("nothing is installed in %s; cahier doctor lists what is", folder))
			case err != nil:
				return failed(err)
			case !isOurs(spec):
				return failed(fmt.Errorf("%s is the kernelspec of another program (%s) and stays", folder, spec.Argv[0]))
			}
			if err := os.RemoveAll(folder); err != nil {
				return failed(err)
			}
			fmt.Fprintf(s.out, "removed %s\n", folder)
			return nil
		},
	}
	w.flags(c)
	return c
}
