package interp

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"cahier/interp/assist"
	"cahier/interp/cell"
	"cahier/interp/rt"
)

// magicCall is a magic at work.
type magicCall struct {
	s    *Session
	ctx  context.Context
	run  *rt.Run
	data *runData
	name string // of the cell
	line int
	*cell.Magic
}

// print writes to the cell's standard output.
func (m *magicCall) print(format string, args ...any) {
	m.run.Out.Stream("stdout", []byte(fmt.Sprintf(format, args...)))
}

// magicCommand is one magic.
type magicCommand struct {
	name     string
	line     bool // as %name
	cell     bool // as %%name
	usage    string
	doc      string
	args     assist.Args
	f        func(m *magicCall) *CellError
	needArgs bool
	noArgs   bool
}

// magicTable lists the magics by name.
func magicTable() []magicCommand {
	t := []magicCommand{
		{name: "help", line: true, usage: "%help [NAME]", doc: "lists what a cell can do, or describes a magic or a name", args: assist.Names, f: magicHelp},
		{name: "who", line: true, usage: "%who", doc: "lists the names that cells have declared", f: magicWho, noArgs: true},
		{name: "whos", line: true, usage: "%whos", doc: "lists the variables with type, length or shape, and value", f: magicWhos, noArgs: true},
		{name: "time", line: true, cell: true, usage: "%time CODE", doc: "runs code once and says how long it took", args: assist.Go, f: magicTime, needArgs: true},
		{name: "timeit", line: true, cell: true, usage: "%timeit CODE", doc: "runs code many times and says how long one run takes", args: assist.Go, f: magicTimeit, needArgs: true},
		{name: "env", line: true, usage: "%env [NAME[=VALUE]]", doc: "shows or sets environment variables", f: magicEnv},
		{name: "cd", line: true, usage: "%cd [DIRECTORY]", doc: "changes the working directory", args: assist.Path, f: magicCd},
		{name: "pwd", line: true, usage: "%pwd", doc: "prints the working directory", f: magicPwd, noArgs: true},
		{name: "reset", line: true, usage: "%reset [-f]", doc: "forgets everything that cells have declared; -f is accepted, as IPython's", f: magicReset},
		{name: "history", line: true, usage: "%history [-n] [-l N] [-g TEXT] [RANGE...]", doc: "prints earlier cells: -n with numbers, -l the last N, -g those with TEXT, 3-7 by number", f: magicHistory},
		{name: "lsmagic", line: true, usage: "%lsmagic", doc: "lists the magics by name", f: magicLsmagic, noArgs: true},
		{name: "ls", line: true, usage: "%ls [DIRECTORY]", doc: "lists a directory", args: assist.Path, f: magicLs},
		{name: "cat", line: true, usage: "%cat FILE...", doc: "prints files", args: assist.Path, f: magicCat, needArgs: true},
		{name: "replay", line: true, usage: "%replay", doc: "runs the successful cells of before again, after the session was lost", f: magicReplay},
		{name: "run", line: true, usage: "%run FILE.go", doc: "runs a Go file as a cell", args: assist.Path, f: magicRun, needArgs: true},
		{name: "load", line: true, usage: "%load FILE", doc: "puts a file's text into the next cell", args: assist.Path, f: magicLoad, needArgs: true},
		{name: "doc", line: true, usage: "%doc NAME", doc: "shows the documentation of a name", args: assist.Names, f: magicDoc, needArgs: true},
		{name: "ops", line: true, usage: "%ops [NAME]", doc: "lists the tensor operations, plugins included, or describes one", f: magicOps},
		{name: "bash", cell: true, usage: "%%bash", doc: "runs the rest of the cell as a shell script", f: magicBash},
		{name: "writefile", cell: true, usage: "%%writefile [-a] FILE", doc: "writes the rest of the cell to a file", args: assist.Path, f: magicWriteFile, needArgs: true},
	}
	sort.Slice(t, func(i, j int) bool { return t[i].name < t[j].name })
	return t
}

// magic runs a magic.
func (s *Session) magic(ctx context.Context, run *rt.Run, name string, seg cell.Segment) *CellError {
	m := &magicCall{s: s, ctx: ctx, run: run, data: dataOf(run), name: name, line: seg.Line, Magic: seg.Magic}
	if m.Name == "!" {
		return magicShell(m)
	}
	sign := "%"
	if m.Cell {
		sign = "%%"
	}
	table := magicTable()
	for _, c := range table {
		if c.name != m.Name {
			continue
		}
		switch {
		case m.Cell && !c.cell:
			return m.fail("%%%%%s is not a cell magic: write %s", m.Name, c.usage)
		case !m.Cell && !c.line:
			return m.fail("%%%s is a cell magic: write %s as the first line of a cell", m.Name, c.usage)
		case c.needArgs && m.Args == "" && !(m.Cell && c.line):
			return m.fail("%s wants an argument: %s", sign+m.Name, c.usage)
		}
		if c.noArgs && m.Args != "" {
			return m.fail("%s wants no argument, got %q: write %s", sign+m.Name, m.Args, c.usage)
		}
		return c.f(m)
	}
	return m.unknown(sign, m.Name)
}

// unknown says that there is no such magic, and which are like it.
func (m *magicCall) unknown(sign, name string) *CellError {
	isCell := sign == "%%"
	var near []string
	for _, c := range magicTable() {
		if c.line && !isCell || c.cell && isCell {
			if strings.HasPrefix(c.name, name) && name != "" || editDistance(c.name, name) <= 1+len(name)/4 {
				near = append(near, sign+c.name)
			}
		}
	}
	if len(near) > 0 {
		return m.fail("there is no magic %s; did you mean %s?", sign+name, strings.Join(near, ", "))
	}
	return m.fail("there is no magic %s; %%help lists them", sign+name)
}

// fail is an error of a magic.
func (m *magicCall) fail(format string, args ...any) *CellError {
	msg := fmt.Sprintf(format, args...)
	e := &CellError{Name: "MagicError", Value: msg, Traceback: []string{fmt.Sprintf("%s, line %d: %s", m.name, m.line, msg)}}
	e.Traceback = append(e.Traceback, m.s.excerpt(m.name, m.line, 1)...)
	return e
}

// editDistance counts the insertions, deletions and replacements from a to b.
func editDistance(a, b string) int {
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		diag := prev[0]
		prev[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = prev[j+1]
			prev[j+1] = min(cost, prev[j]+1, prev[j+1]+1)
		}
	}
	return prev[len(b)]
}
