package interp

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func magicBash(m *magicCall) *CellError { return m.shell("bash", m.Body, stream{m, "stdout"}) }

// maxLines bounds what NAME := !COMMAND takes.
const maxLines = 100_000

func magicShell(m *magicCall) *CellError {
	if m.Magic.Args == "" {
		return m.fail("! wants a command: !ls")
	}
	cmd, cerr := m.expand(m.Magic.Args)
	if cerr != nil {
		return cerr
	}
	if m.Assign == "" {
		return m.shell("sh", cmd, stream{m, "stdout"})
	}
	var out bytes.Buffer
	if err := m.shell("sh", cmd, &out); err != nil {
		return err
	}
	text := strings.TrimSuffix(out.String(), "\n")
	n := strings.Count(text, "\n") + 1
	if n > maxLines {
		return m.fail("the command prints %d lines, and %s can take %d", n, m.Assign, maxLines)
	}
	var code strings.Builder
	code.WriteString(m.Assign + " []string{")
	if text != "" {
		for line := range strings.SplitSeq(text, "\n") {
			code.WriteString(strconv.Quote(line) + ",")
		}
	}
	code.WriteString("}")
	return m.s.runGo(m.ctx, m.run, m.name, code.String(), m.line)
}

// expand replaces {EXPRESSION} in a command by its value. {{ and }} are braces.
// What is no Go expression, such as {a,b} and ${x}, is the shell's.
func (m *magicCall) expand(cmd string) (string, *CellError) {
	var out strings.Builder
	for i := 0; i < len(cmd); i++ {
		c := cmd[i]
		switch {
		case (c == '{' || c == '}') && i+1 < len(cmd) && cmd[i+1] == c:
			out.WriteByte(c)
			i++
			continue
		case c != '{' || i > 0 && (cmd[i-1] == '$' || cmd[i-1] == '\\'):
			out.WriteByte(c)
			continue
		}
		end := closing(cmd, i)
		if end < 0 {
			out.WriteByte(c)
			continue
		}
		expr, err := parser.ParseExpr(cmd[i+1 : end])
		if err != nil || !m.isExpression(expr) {
			out.WriteByte(c)
			continue
		}
		text, cerr := m.valueOf(cmd[i+1 : end])
		if cerr != nil {
			return "", m.fail("{%s} in the command: %s; {{ and }} are braces of the shell", cmd[i+1:end], cerr.Value)
		}
		out.WriteString(text)
		i = end
	}
	return out.String(), nil
}

// closing is the offset of the brace that closes the one at offset i, or -1.
func closing(s string, i int) int {
	depth := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return j
			}
		case '"', '`':
			if k := strings.IndexByte(s[j+1:], s[j]); k >= 0 {
				j += k + 1
			}
		}
	}
	return -1
}

// isExpression reports whether e can be meant as Go: a lone word that only the
// universe knows, such as print in an awk program, is not.
func (m *magicCall) isExpression(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return !ok || m.s.check.Lookup(id.Name) != nil || types.Universe.Lookup(id.Name) == nil
}

// valueOf is the text of an expression's value.
func (m *magicCall) valueOf(expr string) (string, *CellError) {
	var text string
	got := false
	m.data.mu.Lock()
	m.data.take = func(values []any) {
		got = true
		for i, v := range values {
			if i > 0 {
				text += " "
			}
			text += fmt.Sprint(m.s.prepare(v))
		}
	}
	m.data.mu.Unlock()
	defer func() {
		m.data.mu.Lock()
		m.data.take = nil
		m.data.mu.Unlock()
	}()
	if err := m.s.runGo(m.ctx, m.run, m.name, expr, m.line); err != nil {
		return "", err
	}
	if !got {
		return "", &CellError{Value: "it has no value"}
	}
	return text, nil
}

// shell runs a script and streams what it prints. An interrupt kills it.
func (m *magicCall) shell(name, script string, stdout io.Writer) *CellError {
	path, err := exec.LookPath(name)
	if err != nil {
		return m.fail("%v", err)
	}
	m.s.drain()
	ctx, cancel := context.WithCancel(m.ctx)
	defer cancel()
	insist := make(chan struct{})
	m.s.mu.Lock()
	if m.s.early {
		m.s.mu.Unlock()
		return m.s.interrupted(false)
	}
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
	cmd.Stdout = stdout
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
