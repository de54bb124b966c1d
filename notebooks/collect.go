package notebooks

import (
	"strings"
	"unicode/utf8"

	"cahier/kernel/wire"
)

// display is an output with a display id, and the cell that shows it.
type display struct {
	cell   int // index
	output Output
}

// collector turns what one cell publishes into its outputs.
type collector struct {
	*run
	cell      CellRun
	clearNext bool            // clear_output with wait came
	text      strings.Builder // of the last output, if that is an open stream
	open      bool
}

// message takes one iopub message of the cell.
func (c *collector) message(m *wire.Message) {
	switch v := m.Content.(type) {
	case *wire.Stream:
		c.stream(v.Name, v.Text)
	case *wire.DisplayData:
		c.show(NewDisplay(v.Data, v.Metadata), v.Transient.DisplayID)
	case *wire.ExecuteResult:
		c.show(NewResult(v.ExecutionCount, v.Data, v.Metadata), v.Transient.DisplayID)
	case *wire.UpdateDisplayData:
		c.update(NewDisplay(v.Data, v.Metadata), v.Transient.DisplayID)
	case *wire.Error:
		c.add(NewError(v.EName, v.EValue, v.Traceback))
	case *wire.ClearOutput:
		if v.Wait {
			c.clearNext = true
		} else {
			c.clear()
		}
	case *wire.ExecuteInput:
		count := v.ExecutionCount
		c.cell.Cell.ExecutionCount = &count
	case *wire.CommOpen:
		c.widgets.update(v.CommID, v.Data, m.Buffers)
	case *wire.CommMsg:
		c.widgets.update(v.CommID, v.Data, m.Buffers)
	}
}

func (c *collector) stream(name, text string) {
	c.clearIfDue()
	piece := NewStream(name, text)
	outputs := c.cell.Cell.Outputs
	if c.open && outputs[len(outputs)-1]["name"] == name {
		c.text.WriteString(text)
	} else {
		c.closeStream()
		c.cell.Cell.Outputs = append(outputs, NewStream(name, ""))
		c.text.WriteString(text)
		c.open = true
	}
	c.notify(piece)
}

// closeStream puts the text that came in pieces into its output.
func (c *collector) closeStream() {
	if !c.open {
		return
	}
	c.cell.Cell.Outputs[len(c.cell.Cell.Outputs)-1]["text"] = overwritten(c.text.String())
	c.text.Reset()
	c.open = false
}

// show adds a display or a result. One with the id of an earlier display
// changes that one too.
func (c *collector) show(o Output, id string) {
	if id != "" {
		c.update(o, id)
	}
	c.clearIfDue()
	if id != "" {
		c.displays[id] = append(c.displays[id], display{c.cell.Index, o})
	}
	c.add(o)
}

func (c *collector) add(o Output) {
	c.clearIfDue()
	c.closeStream()
	c.cell.Cell.Outputs = append(c.cell.Cell.Outputs, o)
	c.notify(o)
}

// update changes every display with this id.
func (c *collector) update(o Output, id string) {
	for _, d := range c.displays[id] {
		d.output["data"], d.output["metadata"] = o["data"], o["metadata"]
		if c.options.Updated != nil {
			c.options.Updated(c.cell, d.output)
		}
	}
}

func (c *collector) notify(o Output) {
	if c.options.Output != nil {
		c.options.Output(c.cell, o)
	}
}

func (c *collector) clearIfDue() {
	if c.clearNext {
		c.clear()
	}
}

// clear empties the output of the cell, which forgets its displays.
func (c *collector) clear() {
	c.clearNext = false
	c.closeStream()
	c.cell.Cell.Outputs = nil
	for id, all := range c.displays {
		var others []display
		for _, d := range all {
			if d.cell != c.cell.Index {
				others = append(others, d)
			}
		}
		c.displays[id] = others
	}
	if c.options.Cleared != nil {
		c.options.Cleared(c.cell)
	}
}

func (c *collector) finish() { c.closeStream() }

// overwritten leaves of a text what is to be seen of it: a backspace removes the
// character before it on its line, and a return to the start of a line removes
// the line if more text follows, as in nbclient.
func overwritten(text string) string {
	if !strings.ContainsAny(text, "\b\r") {
		return text
	}
	seen := make([]byte, 0, len(text))
	line := 0 // where the current line starts in seen
	for i, r := range text {
		switch {
		case r == '\b':
			if len(seen) > line {
				_, size := utf8.DecodeLastRune(seen)
				seen = seen[:len(seen)-size]
			}
		case r == '\r' && i+1 < len(text) && text[i+1] != '\n':
			seen = seen[:line]
		default:
			seen = utf8.AppendRune(seen, r)
			if r == '\n' {
				line = len(seen)
			}
		}
	}
	return string(seen)
}
