package interp

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An example is Go that can be copied into a cell, and what it does.
type example struct{ code, does string }

// displayHelp is what %help display shows, by topic.
var displayHelp = []struct {
	title    string
	examples []example
}{
	{"what a last expression shows, and display.Show of anything else", []example{
		{`display.Show(1, "two")`, "each value as a display of its own"},
		{`[]struct{ Name string; Size int }{{"a", 1}, {"b", 2}}`, "slices of structs and of maps are tables"},
		{`map[string]float64{"loss": 0.5}`, "maps are tables, sorted by key"},
		{`[][]float64{{1, 2}, {3, 4}}`, "rows of one length are a matrix, as a mat.Matrix is"},
		{`ops.Zeros(2, 3)`, "tensors are a line and numbers, or a picture"},
		{`image.NewGray(image.Rect(0, 0, 32, 32))`, "an image.Image is a picture"},
	}},
	{"text", []example{
		{`display.Text("<b> as it is")`, "text, also if it looks like HTML"},
		{`display.HTML("<b>bold</b>")`, "HTML, in which nothing is escaped"},
		{`display.Markdown("**bold** and $x^2$")`, "Markdown with mathematics"},
		{`display.Latex("\\frac{1}{2}")`, "a formula"},
		{`display.JSON(map[string]int{"a": 1})`, "a tree that folds"},
		{`display.Link("https://go.dev", "Go")`, "a link; display.File(name) is one to a file"},
	}},
	{"tables", []example{
		{`display.Table([][]any{{1, "a"}, {2, "b"}}, display.TableOptions{Columns: []string{"n", "text"}})`, "rows with names for the columns"},
		{`display.Table(map[string][]float64{"x": {1, 2}, "y": {3, 4}}, display.TableOptions{Caption: "points", NoIndex: true})`, "columns by name"},
	}},
	{"pictures, sound, films", []example{
		{`display.Image(ops.Zeros(3, 8, 8), display.ImageOptions{Scale: 10})`, "a tensor, an image.Image, a file's name or its bytes"},
		{`display.SVG("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='9'/></svg>")`, "a drawing; PNG, JPEG, GIF and WebP take the bytes of a file"},
		{`display.Audio([]float64{0, 0.5, 0, -0.5}, display.AudioOptions{Rate: 8000})`, "samples, a tensor, a file's name or its bytes"},
		{`film := func() display.Data { return display.Video("film.mp4", display.VideoOptions{Width: 320}) }`, "an MP4, WebM or Ogg file, by its name or its bytes"},
	}},
	{"tensors", []example{
		{`display.Tensor(ops.Zeros(2, 3, 8, 8))`, "a grid of pictures that can be looked into"},
		{`display.FeatureMaps(ops.Zeros(1, 4, 8, 8))`, "what a convolution puts out"},
		{`display.Filters(ops.Zeros(4, 3, 3, 3))`, "the kernels of a convolution"},
		{`display.Attention(ops.Zeros(2, 4, 4))`, "attention weights, a picture for each head"},
	}},
	{"what changes", []example{
		{`display.Show(display.Text("working").WithID("state"))`, "a display with a name"},
		{`display.Update("state", "done")`, "shows something else in its place"},
		{`display.Clear(true)`, "removes the output when the next one comes"},
		{`for range progress.Range(3, "training") { }`, "a bar; also progress.Slice, progress.Reader, progress.New"},
		{`table := progress.Table("epoch", "loss").Lowest("loss"); table.Row(1, 0.5)`, "a table that grows by a row each epoch"},
		{`curve := plot.Live("loss"); curve.Push(1, 0.5)`, "a plot that grows while a cell runs"},
	}},
	{"anything else", []example{
		{`display.MIME(map[string]any{"text/plain": "a", "text/html": "<i>a</i>"}, nil)`, "a bundle of MIME types"},
		{`display.JavaScript("console.log(1)")`, "a script, where the front end runs scripts"},
		{"type Poem struct{ Text string }\nfunc (p Poem) MIMEBundle() map[string]any { return map[string]any{\"text/html\": \"<i>\" + p.Text + \"</i>\"} }", "a type that shows itself"},
	}},
}

const displayIntro = "How values are shown. %doc display.Table and so on tell more of each."

// helpDisplay shows the kinds of displays with an example of each.
func helpDisplay(m *magicCall) {
	var plain, page strings.Builder
	plain.WriteString(displayIntro + "\n")
	fmt.Fprintf(&page, "<p>%s</p>\n<table>\n", escapeHTML(displayIntro))
	for _, t := range displayHelp {
		plain.WriteString("\n" + t.title + "\n")
		fmt.Fprintf(&page, "<tr><th colspan=\"2\" style=\"text-align:left\">%s</th></tr>\n", escapeHTML(t.title))
		for _, e := range t.examples {
			if code := strings.ReplaceAll(e.code, "\n", "\n  "); utf8.RuneCountInString(code) <= 48 {
				fmt.Fprintf(&plain, "  %-48s  %s\n", code, e.does)
			} else {
				fmt.Fprintf(&plain, "  %s\n  %-48s  %s\n", code, "", e.does)
			}
			fmt.Fprintf(&page, "<tr><td style=\"text-align:left\"><code style=\"white-space:pre-wrap\">%s</code></td><td style=\"text-align:left\">%s</td></tr>\n", escapeHTML(e.code), escapeHTML(e.does))
		}
	}
	page.WriteString("</table>\n")
	m.s.drain()
	m.data.out.Display(Bundle{MIME: map[string]any{"text/plain": strings.TrimRight(plain.String(), "\n"), "text/html": page.String()}})
}
