package widget

import (
	"encoding/base64"
	"fmt"
	"html"
	"strings"
	"time"
)

// The MIME type by which front ends know a widget.
const viewMIME = "application/vnd.jupyter.widget-view+json"

// MIMEBundle shows the widget: a live view, and for readers without one what it
// says now as text and as HTML that does nothing.
func (m *Model) MIMEBundle() map[string]any {
	b := map[string]any{"text/plain": m.String(), "text/html": staticHTML(m.self, 0)}
	if !m.home.live || m.spec.view == "" && m.spec.viewModule == "" {
		return b
	}
	m.home.show(m.self)
	m.home.mu.Lock()
	closed := m.closed
	m.home.mu.Unlock()
	if closed {
		b["text/plain"] = "closed " + m.String()
		return b
	}
	b[viewMIME] = map[string]any{"model_id": m.id, "version_major": 2, "version_minor": 0}
	return b
}

// shownInText are the attributes that String tells, if they are not the
// default.
var shownInText = []string{"description", "value", "min", "max", "index", "selected_index", "title", "width", "height"}

// String describes the widget: FloatSlider(value=3, max=10).
func (m *Model) String() string {
	var parts []string
	if _, ok := m.spec.attr("children"); ok && !m.spec.open {
		for _, w := range m.widgets("children") {
			parts = append(parts, w.String())
		}
	} else if _, ok := m.spec.attr("_options_labels"); ok {
		parts = append(parts, strings.Join(quoted(m.chosen()), ", "))
	}
	for _, name := range shownInText {
		a, ok := m.spec.attr(name)
		if !ok || m.spec.open || name == "index" && m.spec.name != "ControllerModel" {
			continue
		}
		v := m.value(name)
		if name != "value" && same(v, a.zero()) || m.spec.name == "PasswordModel" && name == "value" {
			continue
		}
		parts = append(parts, name+"="+short(v))
	}
	s := m.spec.class() + "(" + strings.Join(parts, ", ") + ")"
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}

func short(v any) string {
	switch x := v.(type) {
	case string:
		if r := []rune(x); len(r) > 60 {
			x = string(r[:60]) + "…"
		}
		return fmt.Sprintf("%q", x)
	case []byte:
		return fmt.Sprintf("%d bytes", len(x))
	case []any:
		return fmt.Sprintf("%d items", len(x))
	case time.Time:
		return x.Format("2006-01-02 15:04:05")
	case nil:
		return "none"
	}
	return fmt.Sprint(v)
}

// staticHTML is what a reader without a kernel sees who has no widgets either.
func staticHTML(w Widget, depth int) string {
	m := w.base()
	if depth > 20 {
		return "…"
	}
	has := func(name string) bool { _, ok := m.spec.attr(name); return ok && !m.spec.open }
	get := func(name string) string {
		if has(name) {
			s, _ := m.value(name).(string)
			return s
		}
		return ""
	}
	esc := html.EscapeString
	label := func(inner string) string {
		if d := get("description"); d != "" {
			inner = "<span>" + esc(d) + "</span> " + inner
		}
		return "<div>" + inner + "</div>"
	}
	switch m.spec.class() {
	case "HTML", "HTMLMath":
		return label(get("value"))
	case "Label":
		return label(esc(get("value")))
	case "Button", "ToggleButton", "FileUpload":
		return "<button disabled>" + esc(get("description")) + "</button>"
	case "Password":
		return label(`<input disabled type="password">`)
	case "Textarea":
		return label("<textarea disabled>" + esc(get("value")) + "</textarea>")
	case "Image":
		if f := get("format"); f == "url" {
			return `<img src="` + esc(string(m.data("value"))) + `">`
		} else {
			return `<img src="data:image/` + esc(f) + ";base64," + base64.StdEncoding.EncodeToString(m.data("value")) + `">`
		}
	case "IntProgress", "FloatProgress":
		lo, _ := number(m.value("min"))
		hi, _ := number(m.value("max"))
		v, _ := number(m.value("value"))
		return label(fmt.Sprintf(`<progress max="%g" value="%g"></progress>`, hi-lo, v-lo))
	case "Checkbox":
		checked := ""
		if m.truth("value") {
			checked = " checked"
		}
		return `<div><input disabled type="checkbox"` + checked + "> " + esc(get("description")) + "</div>"
	case "Output":
		var b strings.Builder
		for _, o := range m.self.(*OutputModel).outputs() {
			b.WriteString(o.html())
		}
		return "<div>" + b.String() + "</div>"
	}
	switch {
	case has("children"):
		style := ""
		if m.spec.class() == "HBox" {
			style = ` style="display:flex;gap:1em"`
		}
		var titles []string
		if has("titles") {
			titles = m.texts("titles")
		}
		var b strings.Builder
		for i, c := range m.widgets("children") {
			if i < len(titles) {
				b.WriteString("<b>" + esc(titles[i]) + "</b>")
			}
			b.WriteString(staticHTML(c, depth+1))
		}
		return "<div" + style + ">" + b.String() + "</div>"
	case has("_options_labels"):
		return label(esc(strings.Join(m.chosen(), ", ")))
	case has("value"):
		v := m.value("value")
		text, isText := v.(string)
		if !isText {
			text = short(v)
		}
		return label("<code>" + esc(text) + "</code>")
	}
	return "<div><code>" + esc(m.String()) + "</code></div>"
}
