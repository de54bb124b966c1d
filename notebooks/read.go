package notebooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// FormatError says why a document cannot be used as a notebook. It is one
// line.
type FormatError struct {
	Name string // of the file; may be empty
	Why  string
}

func (e *FormatError) Error() string {
	if e.Name == "" {
		return e.Why
	}
	return e.Name + ": " + e.Why
}

// ReadFile reads the notebook in a file. The error is a [*FormatError] if the
// file is no notebook of format 4.
func ReadFile(name string) (*Notebook, error) {
	doc, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	n, err := parse(doc)
	var format *FormatError
	if errors.As(err, &format) {
		format.Name = name
	}
	return n, err
}

// Read reads a notebook. The error is a [*FormatError] if what r gives is no
// notebook of format 4. Half a surrogate pair in a text (\ud83d alone), which
// only JSON can express, becomes U+FFFD.
func Read(r io.Reader) (*Notebook, error) {
	doc, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return parse(doc)
}

func parse(doc []byte) (*Notebook, error) {
	var tree map[string]any
	if err := decode(doc, &tree); err != nil {
		return nil, err
	}
	var p reader
	n := p.notebook(tree)
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

// decode reads one JSON object and keeps the literals of its numbers.
func decode(doc []byte, tree *map[string]any) error {
	switch {
	case len(bytes.TrimSpace(doc)) == 0:
		return &FormatError{Why: "not a notebook: the file is empty"}
	case !utf8.Valid(doc):
		return &FormatError{Why: "not a notebook: the text is not UTF-8"}
	case bytes.HasPrefix(doc, []byte("\ufeff")):
		return &FormatError{Why: "not a notebook: the text starts with a byte order mark, which JSON does not allow; save it as UTF-8 without one"}
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	err := d.Decode(tree)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line, column := position(doc, syntax.Offset)
		return &FormatError{Why: fmt.Sprintf("not a notebook: line %d, column %d is not JSON: %s", line, column, syntax)}
	case errors.As(err, &kind), err == nil && *tree == nil:
		return &FormatError{Why: "not a notebook: want a JSON object"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{Why: "not a notebook: the text ends in the middle"}
	case err != nil:
		return &FormatError{Why: "not a notebook: " + err.Error()}
	}
	if rest := bytes.TrimSpace(doc[d.InputOffset():]); len(rest) > 0 {
		line, column := position(doc, int64(len(doc)-len(rest)+1))
		return &FormatError{Why: fmt.Sprintf("not a notebook: line %d, column %d: text after the end of the JSON object", line, column)}
	}
	return nil
}

// position returns the line and column of the byte before offset, both from 1;
// columns count bytes.
func position(doc []byte, offset int64) (line, column int) {
	before := doc[:min(max(offset-1, 0), int64(len(doc)))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// reader turns a JSON tree into a Notebook and keeps the first thing that does
// not fit. It takes the tree apart; the notebook owns the parts.
type reader struct{ err error }

func (p *reader) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &FormatError{Why: fmt.Sprintf(format, args...)}
	}
}

// take removes a field from o and returns it.
func take(o map[string]any, field string) (any, bool) {
	v, ok := o[field]
	delete(o, field)
	return v, ok
}

func (p *reader) notebook(tree map[string]any) *Notebook {
	major, ok := take(tree, "nbformat")
	switch number, isNumber := major.(json.Number); {
	case !ok:
		if _, old := tree["worksheets"]; old {
			p.fail("notebook format 3 or older, want 4: open and save it once in Jupyter, or convert it with jupyter nbconvert --to notebook")
		} else {
			p.fail("not a notebook: a JSON object without nbformat")
		}
		return nil
	case !isNumber:
		p.fail("not a notebook: nbformat is %s, want the number 4", kindOf(major))
		return nil
	case number != "4":
		p.fail("notebook format %s, want 4: open and save it once in Jupyter, or convert it with jupyter nbconvert --to notebook", number)
		return nil
	}
	n := &Notebook{Metadata: map[string]any{}}
	if minor, ok := take(tree, "nbformat_minor"); ok {
		n.minor = p.count(minor, "nbformat_minor")
	}
	if metadata, ok := take(tree, "metadata"); ok {
		n.Metadata = p.object(metadata, "metadata")
	}
	cells, ok := take(tree, "cells")
	if !ok {
		p.fail("not a notebook: no cells")
	}
	for i, c := range p.array(cells, "cells") {
		at := fmt.Sprintf("cells[%d]", i)
		n.Cells = append(n.Cells, p.cell(p.object(c, at), at))
		if p.err != nil {
			return nil
		}
	}
	n.extra = tree
	return n
}

func (p *reader) cell(o map[string]any, at string) *Cell {
	kind, _ := take(o, "cell_type")
	c := &Cell{Type: CellType(p.string(kind, at+".cell_type")), Metadata: map[string]any{}, extra: o}
	if c.Type == "" {
		p.fail("%s.cell_type is empty, want code, markdown or raw", at)
	}
	if id, ok := take(o, "id"); ok {
		if c.ID = p.string(id, at+".id"); c.ID == "" {
			p.fail("%s.id is empty, want 1 to 64 letters, digits, - and _", at)
		}
	}
	if metadata, ok := take(o, "metadata"); ok {
		c.Metadata = p.object(metadata, at+".metadata")
	}
	if source, ok := take(o, "source"); ok {
		c.Source = p.text(source, at+".source")
	}
	if attachments, ok := o["attachments"].(map[string]any); ok {
		for _, a := range attachments {
			if bundle, ok := a.(map[string]any); ok {
				joinBundle(bundle)
			}
		}
	}
	if c.Type != Code {
		return c
	}
	if outputs, ok := take(o, "outputs"); ok {
		c.Outputs = make([]Output, 0)
		for i, v := range p.array(outputs, at+".outputs") {
			c.Outputs = append(c.Outputs, p.output(v, fmt.Sprintf("%s.outputs[%d]", at, i)))
		}
	}
	if count, ok := take(o, "execution_count"); ok && count != nil {
		k := p.count(count, at+".execution_count")
		c.ExecutionCount = &k
	}
	return c
}

func (p *reader) output(v any, at string) Output {
	o := Output(p.object(v, at))
	p.string(o["output_type"], at+".output_type")
	switch {
	case o.isBundle():
		joinBundle(o.Data())
	case o.Type() == streamOutput:
		o["text"] = p.text(o["text"], at+".text")
	}
	return o
}

func (p *reader) object(v any, at string) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		p.fail("not a notebook: %s is %s, want an object", at, kindOf(v))
	}
	return o
}

func (p *reader) array(v any, at string) []any {
	a, ok := v.([]any)
	if !ok {
		p.fail("not a notebook: %s is %s, want an array", at, kindOf(v))
	}
	return a
}

func (p *reader) string(v any, at string) string {
	s, ok := v.(string)
	if !ok {
		p.fail("not a notebook: %s is %s, want a string", at, kindOf(v))
	}
	return s
}

func (p *reader) text(v any, at string) string {
	s, ok := joined(v)
	if !ok {
		p.fail("not a notebook: %s is %s, want a string or an array of strings", at, kindOf(v))
	}
	return s
}

func (p *reader) count(v any, at string) int {
	number, _ := v.(json.Number)
	k, err := number.Int64()
	if err != nil || k < 0 || int64(int(k)) != k {
		p.fail("not a notebook: %s is %s, want a whole number of 0 or more", at, kindOf(v))
		return 0
	}
	return int(k)
}

// joined returns a text that may be stored as a list of its lines.
func joined(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case []any:
		var b strings.Builder
		for _, line := range x {
			s, ok := line.(string)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}

// joinBundle joins the texts of a MIME bundle, except of JSON types, whose
// arrays are arrays.
func joinBundle(bundle map[string]any) {
	for mime, v := range bundle {
		if _, lines := v.([]any); !lines || isJSON(mime) {
			continue
		}
		if s, ok := joined(v); ok {
			bundle[mime] = s
		}
	}
}

// isJSON reports whether the content of a MIME type is JSON itself.
func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// kindOf names a JSON value for an error.
func kindOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "missing or null"
	case string:
		return "a string"
	case json.Number:
		return "the number " + x.String()
	case bool:
		return fmt.Sprint(x)
	case []any:
		return "an array"
	}
	return "an object"
}
