package widget

import (
	"time"
)

// event has f called for the custom messages {"event": name}.
func (m *Model) event(name string, f func()) {
	m.OnMessage(func(content any, _ [][]byte) {
		if c, ok := content.(map[string]any); ok && c["event"] == name {
			f()
		}
	})
}

// OnClick has f called whenever the user clicks the button.
func (w *ButtonModel) OnClick(f func()) { w.event("click", f) }

// OnSubmit has f called with the text whenever the user presses Enter.
func (w *TextModel) OnSubmit(f func(v string)) { w.event("submit", func() { f(w.Value()) }) }

// OnSubmit has f called with the text whenever the user presses Enter.
func (w *PasswordModel) OnSubmit(f func(v string)) { w.event("submit", func() { f(w.Value()) }) }

// OnSubmit has f called with the text whenever the user presses Enter.
func (w *ComboboxModel) OnSubmit(f func(v string)) { w.event("submit", func() { f(w.Value()) }) }

// Slider is [FloatSlider].
func Slider(min, max float64) *FloatSliderModel { return FloatSlider(min, max) }

// File is a file that the user has given to a [FileUpload].
type File struct {
	Name     string
	Type     string // its MIME type
	Size     int
	Modified time.Time
	Content  []byte
}

// Value returns the files that the user has chosen last.
func (w *FileUploadModel) Value() []File {
	list, _ := w.value("value").([]any)
	files := []File{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		f := File{}
		f.Name, _ = m["name"].(string)
		f.Type, _ = m["type"].(string)
		f.Size, _ = integer(m["size"])
		f.Content, _ = m["content"].([]byte)
		if ms, ok := integer(m["last_modified"]); ok {
			f.Modified = time.UnixMilli(int64(ms))
		}
		files = append(files, f)
	}
	return files
}

// OnChange has f called with the files whenever the user has chosen some.
func (w *FileUploadModel) OnChange(f func(files []File)) {
	w.observe("value", func(any) { f(w.Value()) })
}

// Reset forgets the files, so that the same ones can be chosen again.
func (w *FileUploadModel) Reset() { w.set("Reset", "value", []any{}) }

// Functions are the functions of this package that make widgets of this home,
// by name: a kernel puts them where cells find those of the package.
func (h *Home) Functions() map[string]any {
	m := h.constructors()
	m["Slider"] = h.newFloatSlider
	m["Output"] = h.newOutput
	m["ESM"] = h.newESM
	m["Interact"] = h.interact
	return m
}
