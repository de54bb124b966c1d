package interp

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// helpTopics groups the magics as %help lists them.
var helpTopics = []struct {
	title string
	names []string
}{
	{"the session", []string{"who", "whos", "history", "reset", "replay"}},
	{"documentation", []string{"help", "doc", "lsmagic", "ops"}},
	{"time", []string{"time", "timeit"}},
	{"files", []string{"run", "load", "writefile", "cd", "pwd", "ls", "cat"}},
	{"the system", []string{"bash", "env"}},
}

// usages are the forms in which a magic is written.
func (c *magicCommand) usages() string {
	if c.line && c.cell {
		return c.usage + ", %%" + c.name
	}
	return c.usage
}

const shellUsage, assignUsage = "!COMMAND", "NAME := !COMMAND"

// helpRows are the magics of a topic, as usage and description.
func helpRows(names []string) [][2]string {
	var rows [][2]string
	for _, n := range names {
		for _, c := range magicTable() {
			if c.name == n {
				rows = append(rows, [2]string{c.usages(), c.doc})
			}
		}
	}
	return rows
}

const helpIntro = "A cell is Go: imports, declarations and statements in any order. The value of a last\nexpression is shown, unless a semicolon follows it. The standard library, ops, plot, display,\nprogress, widget and gonum need no import. What a cell declares, later cells can use and declare anew.\nLive controls: widget.Slider(0, 10), widget.Interact(f); %help widget says more."

func magicHelp(m *magicCall) *CellError {
	if m.Args != "" {
		return helpOn(m)
	}
	shell := [][2]string{
		{shellUsage, "runs a shell command; {EXPRESSION} in it is replaced by its value, {{ is a brace"},
		{assignUsage, "the lines that the command prints, as a []string"},
	}
	var plain, html strings.Builder
	plain.WriteString(helpIntro + "\n")
	fmt.Fprintf(&html, "<p>%s</p>\n<table>\n", escapeHTML(strings.ReplaceAll(helpIntro, "\n", " ")))
	for _, t := range helpTopics {
		rows := helpRows(t.names)
		if t.title == "the system" {
			rows = append(rows, shell...)
		}
		plain.WriteString("\n" + t.title + "\n")
		fmt.Fprintf(&html, "<tr><th colspan=\"2\" style=\"text-align:left\">%s</th></tr>\n", t.title)
		for _, r := range rows {
			if utf8.RuneCountInString(r[0]) > 28 {
				fmt.Fprintf(&plain, "  %s\n  %-28s %s\n", r[0], "", r[1])
			} else {
				fmt.Fprintf(&plain, "  %-28s %s\n", r[0], r[1])
			}
			fmt.Fprintf(&html, "<tr><td style=\"text-align:left\"><code>%s</code></td><td style=\"text-align:left\">%s</td></tr>\n", escapeHTML(r[0]), escapeHTML(r[1]))
		}
	}
	plain.WriteString("\n%help display lists what a cell can show, with examples.\nIn the editor: Tab completes, Shift-Tab shows a signature and documentation.\n")
	html.WriteString("</table>\n<p><code>%help display</code> lists what a cell can show, with examples. In the editor, Tab completes and Shift-Tab shows a signature and documentation.</p>\n")
	m.s.drain()
	m.data.out.Display(Bundle{MIME: map[string]any{"text/plain": strings.TrimRight(plain.String(), "\n"), "text/html": html.String()}})
	return nil
}

func escapeHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// helpOn describes a magic, or else a name as %doc does.
func helpOn(m *magicCall) *CellError {
	name := strings.TrimLeft(m.Args, "%")
	if m.Args == "!" {
		name = ""
	}
	for _, c := range magicTable() {
		if c.name == name && !strings.Contains(m.Args, ".") {
			m.print("%s\n  %s\n", c.usages(), c.doc)
			return nil
		}
	}
	if m.Args == "display" {
		helpDisplay(m)
		return nil
	}
	if name != m.Args {
		return m.unknown(m.Args[:len(m.Args)-len(name)], name)
	}
	return magicDoc(m)
}

func magicLsmagic(m *magicCall) *CellError {
	var line, cells []string
	for _, c := range magicTable() {
		if c.line {
			line = append(line, "%"+c.name)
		}
		if c.cell {
			cells = append(cells, "%%"+c.name)
		}
	}
	m.print("line magics  %s\ncell magics  %s\nshell        %s  %s\n", strings.Join(line, " "), strings.Join(cells, " "), shellUsage, assignUsage)
	return nil
}
