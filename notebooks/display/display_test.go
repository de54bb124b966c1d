package display

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

// recorder is a Sink that remembers.
type recorder struct {
	shown, updated []Data
	cleared        []bool
}

func (r *recorder) Display(d Data)        { r.shown = append(r.shown, d) }
func (r *recorder) Update(d Data)         { r.updated = append(r.updated, d) }
func (r *recorder) ClearOutput(wait bool) { r.cleared = append(r.cleared, wait) }

func TestEffectsReachTheirSink(t *testing.T) {
	var r recorder
	e := Bind(&r)
	e.Show(HTML("<b>hi</b>").WithID("a"), 42)
	e.Update("a", "done")
	e.Clear(true)
	if len(r.shown) != 2 || r.shown[0].DisplayID != "a" || r.shown[0].MIME[textHTML] != "<b>hi</b>" || r.shown[1].MIME[textPlain] != "42" {
		t.Errorf("shown %+v", r.shown)
	}
	if len(r.updated) != 1 || r.updated[0].DisplayID != "a" || r.updated[0].MIME[textPlain] != "done" {
		t.Errorf("updated %+v", r.updated)
	}
	if !reflect.DeepEqual(r.cleared, []bool{true}) {
		t.Errorf("cleared %v", r.cleared)
	}
	wantError(t, "display id", func() { e.Update("", 1) })
}

func TestWithIDAndWithLeaveTheOriginal(t *testing.T) {
	d := HTML("x")
	e := d.WithID("n").With("text/markdown", "*x*")
	if d.DisplayID != "" || d.MIME["text/markdown"] != nil {
		t.Errorf("the original changed: %+v", d)
	}
	if e.DisplayID != "n" || e.MIME["text/markdown"] != "*x*" || e.MIME[textHTML] != "x" {
		t.Errorf("got %+v", e)
	}
}

// gray is a 2 x 1 picture: black, white.
func gray() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 2, 1))
	img.SetGray(1, 0, color.Gray{Y: 255})
	return img
}

func encoded(t *testing.T, jpg bool) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if jpg {
		err = jpeg.Encode(&b, gray(), nil)
	} else {
		err = png.Encode(&b, gray())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// emptyGIF is a header of 2 x 1 pixels and the end of the file.
const emptyGIF = "GIF89a\x02\x00\x01\x00\x00\x00\x00;"

func TestConstructors(t *testing.T) {
	pngFile, jpegFile := encoded(t, false), encoded(t, true)
	name := filepath.Join(t.TempDir(), "p.jpg") // the name lies, the content counts
	if err := os.WriteFile(name, pngFile, 0o600); err != nil {
		t.Fatal(err)
	}
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`
	for _, c := range []struct {
		name string
		got  Data
		mime string
		want any
		text string
	}{
		{"Text", Text("<b>"), textPlain, "<b>", "<b>"},
		{"HTML", HTML("<p>a &lt; <b>b</b></p><script>no()</script>\nc"), textHTML, "<p>a &lt; <b>b</b></p><script>no()</script>\nc", "a < b\nc"},
		{"Markdown", Markdown("# t"), textMarkdown, "# t", "# t"},
		{"Latex", Latex(`\frac12`), textLatex, `$$\frac12$$`, `\frac12`},
		{"Latex delimited", Latex(`$x$`), textLatex, `$x$`, `$x$`},
		{"SVG", SVG(svg), imageSVG, svg, "SVG picture, 62 bytes"},
		{"PNG", PNG(pngFile), imagePNG, base64.StdEncoding.EncodeToString(pngFile), "PNG picture, 2 x 1"},
		{"JPEG", JPEG(jpegFile), imageJPEG, base64.StdEncoding.EncodeToString(jpegFile), "JPEG picture, 2 x 1"},
		{"Image bytes", Image(jpegFile), imageJPEG, base64.StdEncoding.EncodeToString(jpegFile), "JPEG picture, 2 x 1"},
		{"Image file", Image(name), imagePNG, base64.StdEncoding.EncodeToString(pngFile), "PNG picture, 2 x 1"},
		{"Image svg", Image([]byte(svg)), imageSVG, svg, "SVG picture, 62 bytes"},
		{"Image gif", Image([]byte(emptyGIF)), "image/gif", base64.StdEncoding.EncodeToString([]byte(emptyGIF)), "GIF picture, 2 x 1"},
		{"GIF", GIF([]byte(emptyGIF)), "image/gif", base64.StdEncoding.EncodeToString([]byte(emptyGIF)), "GIF picture, 2 x 1"},
		{"JSON", JSON(map[string]int{"a": 1}), appJSON, json.RawMessage(`{"a":1}`), "{\n  \"a\": 1\n}"},
		{"JSON of a string", JSON("a<b"), appJSON, json.RawMessage(`"a<b"`), `"a<b"`},
		{"JavaScript", JavaScript("f()"), appJS, "f()", "JavaScript, 3 bytes"},
		{"MIME", MIME(map[string]any{"application/x+json": []int{1}, "image/png": []byte{1, 2}}, nil), "application/x+json", json.RawMessage(`[1]`), "application/x+json, image/png"},
		{"MIME bytes", MIME(map[string]any{"image/png": []byte{1, 2}}, nil), "image/png", "AQI=", "image/png"},
		{"MIME text", MIME(map[string]any{textHTML: "<i>t</i>"}, nil), textHTML, "<i>t</i>", "t"},
	} {
		if got := c.got.MIME[c.mime]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s is %v, want %v", c.name, c.mime, got, c.want)
		}
		if got := c.got.String(); got != c.text {
			t.Errorf("%s: text %q, want %q", c.name, got, c.text)
		}
		if _, err := json.Marshal(c.got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	d := MIME(map[string]any{"image/png": ""}, map[string]any{"image/png": map[string]int{"width": 3}})
	if got, _ := json.Marshal(d.Metadata); string(got) != `{"image/png":{"width":3}}` {
		t.Errorf("metadata %s", got)
	}
}

func TestImageScaleAndSize(t *testing.T) {
	d := Image(gray(), ImageOptions{Scale: 3, Width: 60})
	file, err := base64.StdEncoding.DecodeString(d.MIME[imagePNG].(string))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, 6, 3) {
		t.Fatalf("size %v", img.Bounds())
	}
	for x := range 6 {
		for y := range 3 {
			want := gray().At(x/3, 0)
			if got := color.GrayModel.Convert(img.At(x, y)); got != want {
				t.Errorf("pixel %d,%d is %v, want %v", x, y, got, want)
			}
		}
	}
	if got := fmt.Sprint(d.Metadata); got != "map[image/png:map[width:60]]" {
		t.Errorf("metadata %s", got)
	}
	if d.String() != "picture, 2 x 1" {
		t.Errorf("text %q", d)
	}
}

func TestMisusePanicsWithAnError(t *testing.T) {
	wantError(t, "display.PNG: got 3 bytes, want the bytes of a PNG file", func() { PNG([]byte("abc")) })
	wantError(t, "display.JPEG", func() { JPEG(nil) })
	wantError(t, `got "<p>"`, func() { SVG("<p>") })
	wantError(t, "NaN", func() { JSON(math.NaN()) })
	wantError(t, "chan", func() { MIME(map[string]any{appJSON: make(chan int)}, nil) })
	wantError(t, "invalid JSON", func() { MIME(map[string]any{appJSON: json.RawMessage("{")}, nil) })
	wantError(t, "file that can be read", func() { Image("no such file") })
	wantError(t, "something else", func() { Image([]byte("abc")) })
	wantError(t, "got a int", func() { Image(3) })
	wantError(t, "at least one pixel", func() { Image(image.NewGray(image.Rectangle{})) })
	wantError(t, "at most", func() { Image(gray(), ImageOptions{Scale: 1 << 30}) })
	wantError(t, "2 options", func() { Image(gray(), ImageOptions{}, ImageOptions{}) })
	wantError(t, "0 or more", func() { Image(gray(), ImageOptions{Scale: -1}) })
}

func wantError(t *testing.T, part string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		err, ok := recover().(error)
		var e *Error
		if !ok || !errors.As(err, &e) || !strings.Contains(err.Error(), part) {
			t.Errorf("panic %v, want a *display.Error with %q", err, part)
		}
	}()
	f()
}

type poem struct{ text string }

func (p poem) MIMEBundle() map[string]any {
	if p.text == "" {
		return nil
	}
	return map[string]any{textHTML: "<i>" + p.text + "</i>", "image/png": []byte{1}}
}

type temperature float64

func (t temperature) String() string { return fmt.Sprintf("%.1f C", float64(t)) }

func TestRender(t *testing.T) {
	var noMatrix *mat.Dense
	var noImage *image.Gray
	var noError *Error
	var noData *Data
	data := HTML("x")
	for _, c := range []struct {
		name string
		v    any
		text string
	}{
		{"nil", nil, "<nil>"},
		{"string", "a\nb", "a\nb"},
		{"slice", []int{1, 2}, "[1 2]"},
		{"struct", struct{ A, B any }{1, "x"}, "{A:1 B:x}"},
		{"Stringer", temperature(21.5), "21.5 C"},
		{"Stringers", []temperature{1, 2}, "[1.0 C 2.0 C]"},
		{"duration", time.Second, "1s"},
		{"error", fmt.Errorf("no <b> %w", os.ErrNotExist), "no <b> file does not exist"},
		{"nil error pointer", noError, "<nil>"},
		{"image", gray(), "picture, 2 x 1"},
		{"empty image", image.NewGray(image.Rectangle{}), "&{Pix:[] Stride:0 Rect:(0,0)-(0,0)}"},
		{"nil image", noImage, "<nil>"},
		{"nil matrix", noMatrix, "<nil>"},
		{"nil data", noData, "<nil>"},
		{"data pointer", &data, "x"},
		{"empty data", Data{}, ""},
		{"Bundler", poem{"roses"}, "{text:roses}"},
		{"Bundler without bundle", poem{}, "{text:}"},
		{"matrix", mat.NewDense(2, 2, []float64{1, -2.5, 3, 1e10}), "2 x 2 matrix\n1   -2.5\n3  1e+10"},
		{"empty matrix", &mat.Dense{}, "0 x 0 matrix"},
		{"transposed matrix", mat.NewDense(1, 2, []float64{1, 2}).T(), "2 x 1 matrix\n1\n2"},
	} {
		if got := Render(c.v).String(); got != c.text {
			t.Errorf("%s: %q, want %q", c.name, got, c.text)
		}
	}
	if got := Render(poem{"roses"}).MIME["image/png"]; got != "AQ==" {
		t.Errorf("bytes of a bundle: %v", got)
	}
	if got := Render(errors.New("<script>")).MIME[textHTML].(string); strings.Contains(got, "<script>") {
		t.Errorf("not escaped: %s", got)
	}
	if got := Render(mat.NewDense(1, 1, []float64{7})).MIME[textHTML].(string); !strings.Contains(got, `<td style="text-align: right">7</td>`) {
		t.Errorf("no table: %s", got)
	}
}

func TestLargeValuesAreShortened(t *testing.T) {
	long := make([]float64, 10_000_000)
	long[9_999_999] = 7
	self := []any{nil}
	self[0] = self
	m := map[int]int{}
	for i := range 1000 {
		m[i] = i
	}
	for _, c := range []struct {
		name       string
		v          any
		start, end string
	}{
		{"slice", long, "[0 0 0", "(9999975 more) ... 0 0 0 0 7]"},
		{"in a struct", struct{ Data []float64 }{long}, "{Data:[0 0 0", "0 0 0 0 7]}"},
		{"behind a pointer", &struct{ Data []float64 }{long}, "&{Data:[0 0 0", "0 0 0 0 7]}"},
		{"in any", []any{"a", long}, "[a [0 0", "0 0 0 0 7]]"},
		{"map", m, "key  value\n0        0\n1        1", "\n998    998\n999    999"},
		{"text", strings.Repeat("ä", 1_000_000), "ä", "(1980000 bytes more)"},
		{"cycle", self, "[[[", "...]]]]]]]"},
		{"wide matrix", mat.NewDense(2, 1000, nil), "2 x 1000 matrix\n0  0  0  0  0  …  0", "…  0  0  0  0  0"},
	} {
		got := Render(c.v).String()
		if len(got) > textLimit+100 || !strings.HasPrefix(got, c.start) || !strings.HasSuffix(got, c.end) {
			t.Errorf("%s: %d bytes: %.60s ... %s", c.name, len(got), got, got[max(0, len(got)-60):])
		}
	}
	if got := Render(mat.NewDense(3000, 1000, nil)).MIME[textHTML].(string); len(got) > 10_000 {
		t.Errorf("a large matrix makes %d bytes of HTML", len(got))
	}
}

func TestHTMLText(t *testing.T) {
	for source, want := range map[string]string{
		"":                     "HTML without text",
		"<hr>":                 "HTML without text",
		"1 < 2 and 3 > 2":      "1 < 2 and 3 > 2",
		"a\nb<br>c":            "a b\nc",
		"a\n<b>b</b>":          "a b",
		"<!-- <p>x</p> -->y":   "y",
		"<!DOCTYPE html><p>y":  "y",
		"<STYLE>p{}</STYLE>z":  "z",
		"<script>never closed": "HTML without text",
		"<table><tr><td>1<td>2</tr><tr><td>3</td></tr></table>": "1 2\n3",
		"<b":        "HTML without text",
		"&lt;b&gt;": "<b>",
	} {
		if got := htmlText(source); got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func FuzzHTMLText(f *testing.F) {
	f.Add("<p>a</p>")
	f.Add("<script></SCRIPT x>b<")
	f.Fuzz(func(t *testing.T, s string) {
		if htmlText(s) == "" {
			t.Errorf("no text for %q", s)
		}
	})
}

func ExampleShow() {
	Show(Markdown("# Result"), []int{1, 2, 3})
	// Output:
	// # Result
	// [1 2 3]
}
