package interp

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"cahier/interp/check"
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
	name = strings.TrimSpace(name)
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

func magicBash(m *magicCall) *CellError { return m.shell("bash", m.Body) }

// braced is a session variable in a command.
var braced = regexp.MustCompile(`\{([\pL_][\pL\pN_]*)\}`)

func magicShell(m *magicCall) *CellError {
	if m.Args == "" {
		return m.fail("! wants a command: !ls")
	}
	cmd := braced.ReplaceAllStringFunc(m.Args, func(s string) string {
		d := m.s.check.Lookup(s[1 : len(s)-1])
		if d == nil || d.Kind != check.Var && d.Kind != check.Const {
			return s
		}
		text, _ := m.s.describe(m.run.Out, d)
		return text
	})
	return m.shell("sh", cmd)
}

// shell runs a script and streams what it prints. An interrupt kills it.
func (m *magicCall) shell(name, script string) *CellError {
	path, err := exec.LookPath(name)
	if err != nil {
		return m.fail("%v", err)
	}
	m.s.drain()
	ctx, cancel := context.WithCancel(m.ctx)
	defer cancel()
	insist := make(chan struct{})
	m.s.mu.Lock()
	m.s.run, m.s.insist, m.s.shutOff = m.run, insist, false
	m.s.mu.Unlock()
	defer func() {
		m.s.mu.Lock()
		m.s.run = nil
		m.s.mu.Unlock()
	}()
	stopped := make(chan struct{})
	go func() {
		select {
		case <-insist:
			close(stopped)
			cancel()
		case <-ctx.Done():
		}
	}()
	cmd := exec.CommandContext(ctx, path, "-c", script)
	cmd.WaitDelay = 200 * time.Millisecond
	ownGroup(cmd)
	cmd.Stdout = stream{m, "stdout"}
	cmd.Stderr = stream{m, "stderr"}
	err = cmd.Run()
	select {
	case <-stopped:
		return m.s.interrupted(false)
	default:
	}
	if err != nil {
		return m.fail("%s: %v", name, err)
	}
	return nil
}

// stream writes to the cell.
type stream struct {
	m    *magicCall
	name string
}

func (w stream) Write(p []byte) (int, error) {
	w.m.run.Out.Stream(w.name, p)
	return len(p), nil
}
