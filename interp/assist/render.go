package assist

import (
	"fmt"
	"go/doc/comment"
	"strings"
)

func (d *description) plain() string {
	var b strings.Builder
	b.WriteString(d.head + "\n")
	if d.from != "" {
		fmt.Fprintf(&b, "(%s)\n", d.from)
	}
	if d.has {
		b.WriteString("\n")
		if d.value.Shape != "" {
			fmt.Fprintf(&b, "shape: %s\n", d.value.Shape)
		}
		fmt.Fprintf(&b, "value: %s\n", d.value.Text)
	}
	if d.doc != "" {
		p := comment.Printer{TextWidth: 80}
		b.WriteString("\n")
		b.Write(p.Text(parseDoc(d.doc)))
	}
	if d.members != "" {
		b.WriteString("\n" + d.members + "\n")
	}
	if d.source != "" {
		b.WriteString("\nsource:\n" + strings.TrimRight(d.source, "\n") + "\n")
	}
	return b.String()
}

func (d *description) markdown() string {
	var b strings.Builder
	fence := func(code string) {
		marks := "```"
		for strings.Contains(code, marks) {
			marks += "`"
		}
		fmt.Fprintf(&b, "%sgo\n%s\n%s\n", marks, strings.TrimRight(code, "\n"), marks)
	}
	fence(d.head)
	if d.from != "" {
		fmt.Fprintf(&b, "\n*%s*\n", d.from)
	}
	if d.has {
		b.WriteString("\n")
		if d.value.Shape != "" {
			fmt.Fprintf(&b, "**shape** %s\n\n", d.value.Shape)
		}
		b.WriteString("**value**\n\n")
		marks := "```"
		for strings.Contains(d.value.Text, marks) {
			marks += "`"
		}
		fmt.Fprintf(&b, "%s\n%s\n%s\n", marks, d.value.Text, marks)
	}
	if d.doc != "" {
		p := comment.Printer{HeadingLevel: 4, HeadingID: func(*comment.Heading) string { return "" },
			DocLinkURL: func(l *comment.DocLink) string {
				if l.ImportPath == "" {
					return ""
				}
				return l.DefaultURL("https://pkg.go.dev")
			}}
		b.WriteString("\n")
		b.Write(p.Markdown(parseDoc(d.doc)))
	}
	if d.members != "" {
		b.WriteString("\n")
		fence(d.members)
	}
	if d.source != "" {
		b.WriteString("\n")
		fence(d.source)
	}
	return b.String()
}

func parseDoc(text string) *comment.Doc {
	var p comment.Parser
	return p.Parse(text)
}
