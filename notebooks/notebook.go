// Package notebooks reads, writes, checks and runs notebook documents
// (.ipynb, nbformat 4).
//
// A document is read whole, kept whole and written as Jupyter's own Python
// package writes it, byte for byte: unknown fields, unknown cell and output
// types and the way numbers are written all stay. [Read] and [ReadFile] refuse
// what is no notebook with an error of one line; [Notebook.WriteFile] replaces a
// file at once or not at all. [Run] executes the code cells in a kernel.
//
// Specification: the notebook file format as nbformat 5 documents it, and its
// JSON schemas, which the folder schema carries.
package notebooks

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// Notebook is a notebook document of format 4.
type Notebook struct {
	// Metadata holds kernelspec, language_info and whatever tools add.
	// Numbers in it are json.Number.
	Metadata map[string]any
	Cells    []*Cell

	minor int            // nbformat_minor
	extra map[string]any // top-level fields that the format does not know
}

// The newest minor version of the format that [New] makes and the schemas
// cover.
const newestMinor = 5

// New returns an empty notebook of the newest known minor version.
func New() *Notebook {
	return &Notebook{Metadata: map[string]any{}, minor: newestMinor}
}

// Minor is the minor version of the format, 5 for nbformat 4.5.
func (n *Notebook) Minor() int { return n.minor }

// CellType tells the kinds of cells apart. Later minor versions may add kinds;
// such cells are kept as they are.
type CellType string

// The kinds of cells in nbformat 4.
const (
	Code     CellType = "code"
	Markdown CellType = "markdown"
	Raw      CellType = "raw"
)

// Cell is one cell of a notebook.
type Cell struct {
	Type     CellType
	ID       string // unique in its notebook; empty before nbformat 4.5
	Source   string
	Metadata map[string]any

	// Only code cells have these.
	Outputs        []Output
	ExecutionCount *int // nil: not executed

	extra map[string]any // attachments, and fields that the format does not know
}

// Tags are the words in metadata.tags, by which tools know cells; nil if there are
// none.
func (c *Cell) Tags() []string {
	list, _ := c.Metadata["tags"].([]any)
	var tags []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			tags = append(tags, s)
		}
	}
	return tags
}

// NewCell returns a cell with a fresh id and adds it to the end of n.
func (n *Notebook) NewCell(t CellType, source string) *Cell {
	c := &Cell{Type: t, Source: source, Metadata: map[string]any{}}
	if n.minor >= 5 {
		c.ID = newID()
	}
	n.Cells = append(n.Cells, c)
	return c
}

// newID returns an id as Jupyter's front ends make them: eight characters of
// random hexadecimal.
func newID() string {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// HasTag reports whether the cell's metadata carries tag.
func (c *Cell) HasTag(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// Empty reports whether the cell has nothing to execute.
func (c *Cell) Empty() bool { return strings.TrimSpace(c.Source) == "" }

// Output is one output of a code cell, with the fields of its type as the
// format names them. Multi-line texts are single strings here.
type Output map[string]any

// The types of outputs in nbformat 4.
const (
	streamOutput  = "stream"
	displayOutput = "display_data"
	resultOutput  = "execute_result"
	errorOutput   = "error"
)

// NewStream returns text that a cell wrote to "stdout" or "stderr".
func NewStream(name, text string) Output {
	return Output{"output_type": streamOutput, "name": name, "text": text}
}

// NewDisplay returns a MIME bundle that a cell displayed.
func NewDisplay(data, metadata map[string]any) Output {
	return Output{"output_type": displayOutput, "data": object(data), "metadata": object(metadata)}
}

// NewResult returns the value of a cell's last expression.
func NewResult(count int, data, metadata map[string]any) Output {
	return Output{"output_type": resultOutput, "execution_count": count, "data": object(data), "metadata": object(metadata)}
}

// NewError returns an error that ended a cell.
func NewError(name, value string, traceback []string) Output {
	lines := make([]any, len(traceback))
	for i, l := range traceback {
		lines[i] = l
	}
	return Output{"output_type": errorOutput, "ename": name, "evalue": value, "traceback": lines}
}

// object is m, or an empty object for nil: the format has no null there.
func object(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// Type is the output_type.
func (o Output) Type() string { return o.text("output_type") }

// Stream returns name and text of a stream, ok false for other outputs.
func (o Output) Stream() (name, text string, ok bool) {
	return o.text("name"), o.text("text"), o.Type() == streamOutput
}

// Data returns the MIME bundle of a display or result, nil for other outputs.
func (o Output) Data() map[string]any {
	if !o.isBundle() {
		return nil
	}
	data, _ := o["data"].(map[string]any)
	return data
}

// Metadata returns the metadata of a display or result, nil for other outputs.
func (o Output) Metadata() map[string]any {
	if !o.isBundle() {
		return nil
	}
	m, _ := o["metadata"].(map[string]any)
	return m
}

// Error returns the parts of an error, ok false for other outputs.
func (o Output) Error() (name, value string, traceback []string, ok bool) {
	lines, _ := o["traceback"].([]any)
	for _, l := range lines {
		s, _ := l.(string)
		traceback = append(traceback, s)
	}
	return o.text("ename"), o.text("evalue"), traceback, o.Type() == errorOutput
}

func (o Output) isBundle() bool { return o.Type() == displayOutput || o.Type() == resultOutput }

func (o Output) text(field string) string {
	s, _ := o[field].(string)
	return s
}
