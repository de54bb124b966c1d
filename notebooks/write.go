package notebooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteTo writes the document as Python's nbformat does: keys sorted, an indent
// of one space, texts as lists of lines, nothing escaped that need not be, one
// line break at the end. metadata.signature, metadata.orig_nbformat and the
// cells' metadata.trusted are left out, as there.
func (n *Notebook) WriteTo(w io.Writer) (int64, error) {
	doc, err := n.encode()
	if err != nil {
		return 0, err
	}
	k, err := w.Write(doc)
	return int64(k), err
}

func (n *Notebook) encode() ([]byte, error) {
	e := encoder{indent: "\n"}
	e.value(n.tree(true))
	if e.err != nil {
		return nil, fmt.Errorf("the notebook cannot be written: %w", e.err)
	}
	e.WriteByte('\n')
	return e.Bytes(), nil
}

// tree returns the document as a JSON tree, with texts as lists of lines if
// split is set. It shares metadata and other unchanged parts with n.
func (n *Notebook) tree(split bool) map[string]any {
	t := maps.Clone(object(n.extra))
	cells := make([]any, len(n.Cells))
	for i, c := range n.Cells {
		cells[i] = c.tree(split)
	}
	t["cells"] = cells
	t["metadata"] = without(n.Metadata, "orig_nbformat", "orig_nbformat_minor", "signature")
	t["nbformat"] = 4
	t["nbformat_minor"] = n.minor
	return t
}

func (c *Cell) tree(split bool) map[string]any {
	t := maps.Clone(object(c.extra))
	t["cell_type"] = string(c.Type)
	if c.ID != "" {
		t["id"] = c.ID
	}
	t["metadata"] = without(c.Metadata, "trusted")
	t["source"] = text(c.Source, split)
	if attachments, ok := t["attachments"].(map[string]any); ok {
		lines := make(map[string]any, len(attachments))
		for name, a := range attachments {
			if bundle, ok := a.(map[string]any); ok {
				a = splitBundle(bundle, split)
			}
			lines[name] = a
		}
		t["attachments"] = lines
	}
	if c.Type != Code {
		return t
	}
	outputs := make([]any, len(c.Outputs))
	for i, o := range c.Outputs {
		outputs[i] = o.tree(split)
	}
	t["outputs"] = outputs
	t["execution_count"] = nil
	if c.ExecutionCount != nil {
		t["execution_count"] = *c.ExecutionCount
	}
	return t
}

func (o Output) tree(split bool) map[string]any {
	t := maps.Clone(map[string]any(o))
	switch {
	case o.Data() != nil:
		t["data"] = splitBundle(o.Data(), split)
	case o.Type() == streamOutput:
		t["text"] = text(o.text("text"), split)
	}
	return t
}

// without returns m without some keys.
func without(m map[string]any, keys ...string) map[string]any {
	m = maps.Clone(object(m))
	for _, k := range keys {
		delete(m, k)
	}
	return m
}

func text(s string, split bool) any {
	if !split {
		return s
	}
	return splitLines(s)
}

func splitBundle(bundle map[string]any, split bool) map[string]any {
	if !split {
		return bundle
	}
	lines := maps.Clone(bundle)
	for mime, v := range lines {
		s, ok := v.(string)
		if ok && (strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml") {
			lines[mime] = splitLines(s)
		}
	}
	return lines
}

// splitLines splits s after each line boundary that Python's str.splitlines
// knows.
func splitLines(s string) []any {
	lines := []any{}
	for s != "" {
		end := len(s)
		for i, r := range s {
			switch r {
			case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
				end = i + utf8.RuneLen(r)
				if r == '\r' && strings.HasPrefix(s[end:], "\n") {
					end++
				}
			default:
				continue
			}
			break
		}
		lines = append(lines, s[:end])
		s = s[end:]
	}
	return lines
}

// encoder writes a JSON tree as Python's json.dumps(indent=1, sort_keys=True,
// ensure_ascii=False, separators=(",", ": ")).
type encoder struct {
	bytes.Buffer
	indent string // a line break and the indent of the current level
	err    error  // the first value that JSON cannot express
}

func (e *encoder) value(v any) {
	switch x := v.(type) {
	case nil:
		e.WriteString("null")
	case bool:
		e.WriteString(strconv.FormatBool(x))
	case string:
		e.string(x)
	case json.Number:
		e.WriteString(x.String())
	case int:
		e.WriteString(strconv.Itoa(x))
	case []any:
		e.list('[', ']', len(x), func(i int) { e.value(x[i]) })
	case map[string]any:
		keys := slices.Sorted(maps.Keys(x)) // bytes of UTF-8 sort as code points do
		e.list('{', '}', len(keys), func(i int) {
			e.string(keys[i])
			e.WriteString(": ")
			e.value(x[keys[i]])
		})
	default:
		e.other(v)
	}
}

// other writes what a caller has put into metadata or a bundle by way of
// encoding/json.
func (e *encoder) other(v any) {
	doc, err := json.Marshal(v)
	if err != nil {
		if e.err == nil {
			e.err = err
		}
		return
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil && e.err == nil {
		e.err = err
	}
	e.value(tree)
}

func (e *encoder) list(open, end byte, n int, element func(int)) {
	e.WriteByte(open)
	if n > 0 {
		outer := e.indent
		e.indent += " "
		for i := range n {
			if i > 0 {
				e.WriteByte(',')
			}
			e.WriteString(e.indent)
			element(i)
		}
		e.indent = outer
		e.WriteString(outer)
	}
	e.WriteByte(end)
}

// string writes s with the escapes that Python uses: only those that JSON
// demands.
func (e *encoder) string(s string) {
	e.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"':
			e.WriteString(`\"`)
		case '\\':
			e.WriteString(`\\`)
		case '\n':
			e.WriteString(`\n`)
		case '\r':
			e.WriteString(`\r`)
		case '\t':
			e.WriteString(`\t`)
		case '\b':
			e.WriteString(`\b`)
		case '\f':
			e.WriteString(`\f`)
		default:
			if r < 0x20 {
				fmt.Fprintf(e, `\u%04x`, r)
			} else {
				e.WriteRune(r)
			}
		}
	}
	e.WriteByte('"')
}
