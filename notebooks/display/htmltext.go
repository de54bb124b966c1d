package display

import (
	"html"
	"strings"
)

// htmlText is the text of an HTML fragment for front ends that show none:
// without tags, comments, scripts and styles, entities decoded, a line for each
// block. It is meant for reading; it is no parser of HTML and its result must
// not be taken for safe HTML.
func htmlText(source string) string {
	var b strings.Builder
	for source != "" {
		lt := strings.IndexByte(source, '<')
		if lt < 0 {
			break
		}
		b.WriteString(spaced(source[:lt]))
		source = source[lt:]
		if strings.HasPrefix(source, "<!--") {
			source = after(source, "-->")
			continue
		}
		name := tagName(source)
		if name == "" && !strings.HasPrefix(source, "<!") { // a < in text
			b.WriteByte('<')
			source = source[1:]
			continue
		}
		source = after(source, ">")
		switch name {
		case "script", "style":
			source = afterFold(source, "</"+name)
			source = after(source, ">")
		case "td", "/td", "th", "/th":
			b.WriteByte(' ')
		case "br", "p", "/p", "div", "/div", "li", "tr", "/tr", "table", "/table", "ul", "/ul", "ol", "/ol", "pre", "/pre",
			"h1", "h2", "h3", "h4", "h5", "h6", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6", "hr", "summary", "/summary":
			b.WriteByte('\n')
		}
	}
	b.WriteString(spaced(source))

	var lines []string
	for line := range strings.SplitSeq(html.UnescapeString(b.String()), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return "HTML without text"
	}
	return strings.Join(lines, "\n")
}

// spaced returns text with its line breaks as spaces: HTML's lines are not the
// reader's.
func spaced(text string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(text) }

// tagName returns the lower-case name of the tag that s starts with, "/td" for
// an end tag, "" if none starts here.
func tagName(s string) string {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	start := i
	for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' || i > start && s[i] >= '0' && s[i] <= '9') {
		i++
	}
	if i == start {
		return ""
	}
	return strings.ToLower(s[1:i])
}

// after returns what follows the first sep, or nothing.
func after(s, sep string) string {
	_, rest, _ := strings.Cut(s, sep)
	return rest
}

// afterFold is after for an ASCII sep in lower case, whatever its case in s.
func afterFold(s, sep string) string {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[i+len(sep):]
		}
	}
	return ""
}
