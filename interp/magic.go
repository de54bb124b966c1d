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
}

// magicTable lists the magics by name.
func magicTable() []magicCommand {
	t := []magicCommand{
		{name: "help", line: true, usage: "%help", doc: "lists what a cell can do", f: magicHelp},
		{name: "who", line: true, usage: "%who", doc: "lists the names that cells have declared", f: magicWho},
		{name: "whos", line: true, usage: "%whos", doc: "lists the variables with type, length or shape, and value", f: magicWhos},
		{name: "time", line: true, cell: true, usage: "%time CODE", doc: "runs code once and says how long it took", args: assist.Go, f: magicTime, needArgs: true},
		{name: "timeit", line: true, cell: true, usage: "%timeit CODE", doc: "runs code many times and says how long one run takes", args: assist.Go, f: magicTimeit, needArgs: true},
		{name: "env", line: true, usage: "%env [NAME[=VALUE]]", doc: "shows or sets environment variables", f: magicEnv},
		{name: "cd", line: true, usage: "%cd [DIRECTORY]", doc: "changes the working directory", args: assist.Path, f: magicCd},
		{name: "pwd", line: true, usage: "%pwd", doc: "prints the working directory", f: magicPwd},
		{name: "reset", line: true, usage: "%reset", doc: "forgets everything that cells have declared", f: magicReset},
		{name: "history", line: true, usage: "%history", doc: "prints the cells executed so far", f: magicHistory},
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
			return m.fail("%%%%%s is not a cell magic; write %s", m.Name, c.usage)
		case !m.Cell && !c.line:
			return m.fail("%%%s is a cell magic: write %s as the first line of a cell", m.Name, c.usage)
		case c.needArgs && m.Args == "" && !(m.Cell && c.line):
			return m.fail("%s wants an argument: %s", sign+m.Name, c.usage)
		}
		return c.f(m)
	}
	var near []string
	for _, c := range table {
		if c.line && !m.Cell || c.cell && m.Cell {
			if strings.HasPrefix(c.name, m.Name) && m.Name != "" || editDistance(c.name, m.Name) <= 1+len(m.Name)/4 {
				near = append(near, sign+c.name)
			}
		}
	}
	if len(near) > 0 {
		return m.fail("there is no magic %s; did you mean %s?", sign+m.Name, strings.Join(near, ", "))
	}
	return m.fail("there is no magic %s; %%help lists them", sign+m.Name)
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

func magicHelp(m *magicCall) *CellError {
	var b strings.Builder
	b.WriteString("A cell is Go: imports, declarations and statements in any order. The value of a\nlast expression is shown, unless a semicolon follows it. The packages of the\nstandard library, ops and display need no import.\n\n")
	for _, c := range magicTable() {
		usage := c.usage
		if c.line && c.cell {
			usage += ", %%" + c.name
		}
		fmt.Fprintf(&b, "%-28s %s\n", usage, c.doc)
	}
	fmt.Fprintf(&b, "%-28s %s\n", "!COMMAND", "runs a shell command; {name} is the value of a variable")
	m.print("%s", b.String())
	return nil
}
