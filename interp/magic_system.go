package interp

import (
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

func magicEnv(m *magicCall) *CellError {
	if m.Args == "" {
		env := os.Environ()
		sort.Strings(env)
		for _, e := range env {
			m.print("%s\n", e)
		}
		return nil
	}
	name, value, set := strings.Cut(m.Args, "=")
	if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, " \t") {
		return m.fail("%q is no name of an environment variable: want %%env, %%env NAME or %%env NAME=VALUE", name)
	}
	if set {
		if err := os.Setenv(name, strings.TrimSpace(value)); err != nil {
			return m.fail("%v", err)
		}
		return nil
	}
	v, ok := os.LookupEnv(name)
	if !ok {
		return m.fail("the environment variable %s is not set", name)
	}
	m.print("%s\n", v)
	return nil
}

func magicCd(m *magicCall) *CellError {
	dir := m.Args
	if n := len(dir); n > 1 && (dir[0] == '"' || dir[0] == '\'') && dir[n-1] == dir[0] {
		dir = dir[1 : n-1]
	}
	old, _ := os.Getwd()
	if dir == "-" {
		if m.s.lastDir == "" {
			return m.fail("%%cd - goes back to the directory before, and there is none")
		}
		dir = m.s.lastDir
	}
	if dir == "" || dir == "~" || strings.HasPrefix(dir, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return m.fail("%v", err)
		}
		dir = filepath.Join(home, strings.TrimPrefix(strings.TrimPrefix(dir, "~"), "/"))
	}
	if err := os.Chdir(dir); err != nil {
		return m.fail("%v", err)
	}
	m.s.lastDir = old
	m.Args = ""
	return magicPwd(m)
}

func magicPwd(m *magicCall) *CellError {
	dir, err := os.Getwd()
	if err != nil {
		return m.fail("%v", err)
	}
	m.print("%s\n", dir)
	return nil
}

func magicWriteFile(m *magicCall) *CellError {
	name, mode, verb := m.Args, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, "wrote"
	if rest, ok := strings.CutPrefix(name, "-a "); ok {
		name, mode, verb = strings.TrimSpace(rest), os.O_CREATE|os.O_WRONLY|os.O_APPEND, "appended"
	}
	f, err := os.OpenFile(name, mode, 0o666)
	if err != nil {
		return m.fail("%v", err)
	}
	_, err = f.WriteString(m.Body)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return m.fail("%v", err)
	}
	m.print("%s %d bytes to %s\n", verb, len(m.Body), name)
	return nil
}

func magicLs(m *magicCall) *CellError {
	dir := m.Args
	if dir == "" {
		dir = "."
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return m.fail("%v", err)
	}
	for _, e := range list {
		switch info, err := e.Info(); {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			m.print("%12s  %s/\n", "", e.Name())
		case err == nil:
			m.print("%12d  %s\n", info.Size(), e.Name())
		default:
			m.print("%12s  %s\n", "?", e.Name())
		}
	}
	return nil
}

// maxCat is how much %cat prints of one file.
const maxCat = 1 << 20

func magicCat(m *magicCall) *CellError {
	for _, name := range strings.Fields(m.Args) {
		f, err := os.Open(name)
		if err != nil {
			return m.fail("%v", err)
		}
		b, err := io.ReadAll(io.LimitReader(f, maxCat+1))
		_ = f.Close()
		if err != nil {
			return m.fail("%v", err)
		}
		if len(b) > maxCat {
			m.print("%s\n... the first MiB of %s\n", b[:maxCat], name)
			continue
		}
		m.run.Out.Stream("stdout", b)
		if n := len(b); n > 0 && b[n-1] != '\n' {
			m.print("\n")
		}
	}
	return nil
}
