package interp

import (
	"strings"

	"cahier/interp/symbols/display"
)

// show takes the values of a last expression, in the cell's goroutine: their
// methods run as part of the cell.
func (s *Session) show(args []any) {
	d := dataOf(s.rt.Current())
	if d == nil {
		return
	}
	var values []any
	for i := 1; i < len(args); i += 2 {
		values = append(values, args[i])
	}
	d.mu.Lock()
	take := d.take
	d.mu.Unlock()
	if take != nil {
		take(values)
		return
	}
	var b Bundle
	if len(values) == 1 {
		b = s.render(values[0])
	} else {
		var parts []string
		for _, v := range values {
			text, _ := s.render(v).MIME["text/plain"].(string)
			parts = append(parts, text)
		}
		b = Bundle{MIME: map[string]any{"text/plain": strings.Join(parts, ", ")}}
	}
	d.mu.Lock()
	d.value = &b
	d.mu.Unlock()
}

// render makes the MIME bundle of a value that a cell shows.
func (s *Session) render(v any) Bundle {
	return Bundle(display.Render(s.prepare(v)))
}

// prepare makes a value of a cell's type presentable to compiled code: with
// the type's name, fields and methods, MIMEBundle among them.
func (s *Session) prepare(v any) any { return s.rt.Types.Presentable(v) }
