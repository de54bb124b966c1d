package display

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/gif"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"cahier/ops"

	"gonum.org/v1/gonum/mat"
)

// TestEveryKindInEveryMIME renders what the package exports and looks at each
// MIME type that it claims.
func TestEveryKindInEveryMIME(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	var anim bytes.Buffer
	if err := gif.Encode(&anim, gray(), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a b<.txt", []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	webp := []byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x3f\x00\x00\x1f\x00\x00")
	mp4 := []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00")
	type row struct {
		A int
		B string
	}
	for _, c := range []struct {
		name  string
		v     any
		mimes string
	}{
		{"Text", Text("x"), "text/plain"},
		{"HTML", HTML("<b>x</b>"), "text/html text/plain"},
		{"Markdown", Markdown("*x*"), "text/markdown text/plain"},
		{"Latex", Latex("x"), "text/latex text/plain"},
		{"SVG", SVG("<svg/>"), "image/svg+xml text/plain"},
		{"PNG", PNG(encoded(t, false)), "image/png text/plain"},
		{"JPEG", JPEG(encoded(t, true)), "image/jpeg text/plain"},
		{"GIF", GIF(anim.Bytes()), "image/gif text/plain"},
		{"WebP", WebP(webp), "image/webp text/plain"},
		{"Image", Image(gray()), "image/png text/plain"},
		{"JSON", JSON(row{1, "x"}), "application/json text/plain"},
		{"JavaScript", JavaScript("1"), "application/javascript text/plain"},
		{"MIME", MIME(map[string]any{"a/b": "c"}, nil), "a/b text/plain"},
		{"Table", Table([]row{{1, "x"}}), "text/html text/plain"},
		{"Audio", Audio([]float64{0, 1}, AudioOptions{Rate: 8000}), "text/html text/plain"},
		{"Video", Video(mp4), "text/html text/plain"},
		{"Link", Link("https://go.dev", "Go"), "text/html text/plain"},
		{"File", File("a b<.txt"), "text/html text/plain"},
		{"tensor", ops.From([]float64{1, 2}), "text/html text/plain"},
		{"matrix", mat.NewDense(1, 1, nil), "text/html text/plain"},
		{"image", gray(), "image/png text/plain"},
		{"error", io.EOF, "text/html text/plain"},
		{"rows", []row{{1, "x"}}, "text/html text/plain"},
		{"map", map[string]int{"a": 1}, "text/html text/plain"},
		{"floats", [][]float64{{1}}, "text/html text/plain"},
		{"struct", row{1, "x"}, "text/plain"},
		{"number", 1, "text/plain"},
	} {
		d := Render(c.v)
		var got []string
		for _, mime := range []string{"a/b", "application/javascript", "application/json", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp", "text/html", "text/latex", "text/markdown", "text/plain"} {
			content, ok := d.MIME[mime]
			if !ok {
				continue
			}
			got = append(got, mime)
			s, _ := content.(string)
			switch {
			case mime == textHTML:
				closedTags(t, c.name, s)
			case strings.HasPrefix(mime, "image/") && mime != imageSVG:
				if b, err := base64.StdEncoding.DecodeString(s); err != nil || len(b) == 0 {
					t.Errorf("%s: %s is no base64: %v", c.name, mime, err)
				}
			case mime == appJSON:
				if !json.Valid(content.(json.RawMessage)) {
					t.Errorf("%s: %s", c.name, content)
				}
			case s == "":
				t.Errorf("%s: %s is empty", c.name, mime)
			}
		}
		if strings.Join(got, " ") != c.mimes || len(got) != len(d.MIME) {
			t.Errorf("%s: %v, want %s", c.name, d.MIME, c.mimes)
		}
	}
	if got := File("a b<.txt").MIME[textHTML]; got != `<a href="a%20b%3C.txt" target="_blank">a b&lt;.txt</a> <small style="opacity: 0.7">5 bytes</small>` {
		t.Errorf("File: %s", got)
	}
	if got := WebP(webp).String(); got != "WebP picture, 64 x 32" {
		t.Error(got)
	}
}

// tag is one tag of HTML whose attributes are in double quotes and whose text
// is escaped, as ours are.
var tag = regexp.MustCompile(`^<(/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>`)

// closedTags reads HTML strictly: all tags are closed in order, no < or > is
// bare, no script is in it.
func closedTags(t *testing.T, name, page string) {
	t.Helper()
	var open []string
	for page != "" {
		at := strings.IndexAny(page, "<>")
		if at < 0 {
			break
		}
		page = page[at:]
		m := tag.FindStringSubmatch(page)
		if m == nil || m[2] == "script" || m[2] == "iframe" || m[2] == "object" || strings.Contains(m[3], " on") {
			t.Errorf("%s: not ours: %.200s", name, page)
			return
		}
		page = page[len(m[0]):]
		switch {
		case m[1] == "" && m[2] != "img" && m[2] != "br":
			open = append(open, m[2])
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != m[2] {
				t.Errorf("%s: </%s> within %v before %.200s", name, m[2], open, page)
				return
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %v are not closed", name, open)
	}
}

func TestTables(t *testing.T) {
	type base struct{ Hidden, Shown int }
	type Part struct{ N int }
	type row struct {
		Name  string
		Value float64
		When  time.Time
		For   time.Duration
		Inner struct{ A, B int }
		List  []int
		base
		*Part
		secret int //lint:ignore U1000 it is not shown
	}
	rows := []row{
		{Name: "a\nb", Value: 1.5, When: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), For: time.Second, List: []int{1, 2}, Part: &Part{7}},
		{Name: "上海", Value: -2e10, When: time.Date(2024, 2, 29, 13, 4, 5, 0, time.UTC)},
	}
	const wide = "" +
		"   Name   Value  When                     For  Inner      List   Hidden  Shown  N\n" +
		"0  a b      1.5  2024-02-29                1s  {A:0 B:0}  [1 2]       0      0  7\n" +
		"1  上海  -2e+10  2024-02-29 13:04:05 UTC   0s  {A:0 B:0}  []          0      0"
	for _, c := range []struct {
		name string
		got  Data
		want string
	}{
		{"structs", Table(rows), wide},
		{"chosen", Table(rows, TableOptions{Columns: []string{"Value", "Name"}, NoIndex: true, Caption: "two"}), "two\n Value  Name\n   1.5  a b\n-2e+10  上海"},
		{"maps", Table([]map[string]any{{"b": 1}, {"a": "x", "b": nil}}), "   a  b\n0     1\n1  x  <nil>"},
		{"map", Table(map[int]string{10: "x", 9: "y"}), "key  value\n9    y\n10   x"},
		{"columns", Table(map[string][]float64{"x": {1, 2}, "y": {3, 4.5}}), "   x    y\n0  1    3\n1  2  4.5"},
		{"ragged columns", Table(map[string][]int{"x": {1}, "y": {}}), "key  value\nx    [1]\ny    []"},
		{"named rows", Table([][]any{{1, "a"}, {2.5}}, TableOptions{Columns: []string{"n", "s"}}), "     n  s\n0    1  a\n1  2.5"},
		{"marked", Table([][]int{{1, 2}}, TableOptions{Mark: func(i int, c string) bool { return c == "1" }}), "   0   1\n0  1  2*"},
		{"values", Table([]string{"x"}), "   value\n0  x"},
		{"any", Table([]any{Part{1}, Part{2}}), "   N\n0  1\n1  2"},
		{"struct", Table(Part{3}), "field  value\nN          3"},
		{"matrix", Table(mat.NewDense(1, 2, []float64{1, 2})), "   0  1\n0  1  2"},
		{"tensor", Table(ops.From([]float64{1, 2})), "   0\n0  1\n1  2"},
		{"empty", Table([]Part{}), "  N"},
		{"map of structs", Table(map[string]*Part{"b": nil, "a": {1}}), "key  N\na    1\nb    <nil>"},
		{"long", Table(make([]Part, 9), TableOptions{Rows: 3}), "   N\n0  0\n1  0\n… 6 rows more …\n8  0"},
		{"wide", Table([][]int{make([]int, 100)}, TableOptions{NoIndex: true}),
			"0  1  2  3  4  5  6  7  8  9  10  11  12  13  14  15  … 77 columns more …  93  94  95  96  97  98  99\n" +
				"0  0  0  0  0  0  0  0  0  0   0   0   0   0   0   0  …                     0   0   0   0   0   0   0"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
		closedTags(t, c.name, c.got.MIME[textHTML].(string))
	}
	if got := Table([]Part{{1}}).MIME[textHTML]; got != `<table><thead><tr><th style="text-align: left"></th><th style="text-align: right">N</th></tr></thead><tbody>`+
		`<tr><th style="text-align: left">0</th><td style="text-align: right">1</td></tr></tbody></table>` {
		t.Errorf("HTML %s", got)
	}
	wantError(t, `the column "Z", where there are N`, func() { Table([]Part{{1}}, TableOptions{Columns: []string{"Z"}}) })
	wantError(t, "1 names for 2 columns", func() { Table([][]int{{1, 2}}, TableOptions{Columns: []string{"a"}}) })
	wantError(t, "got nil", func() { Table(nil) })
	wantError(t, "got a int", func() { Table(3) })
	wantError(t, "several types", func() { Table([]any{Part{}, base{}}) })
	wantError(t, "no exported fields", func() { Table([]struct{ a int }{{1}}) })
	wantError(t, "Rows: -1", func() { Table([]Part{}, TableOptions{Rows: -1}) })
	wantError(t, "2 options", func() { Table([]Part{}, TableOptions{}, TableOptions{}) })
	wantError(t, "another rank", func() { Table(ops.Zeros(2, 2, 2)) })
}

func TestAudio(t *testing.T) {
	file := func(d Data) []byte {
		page := d.MIME[textHTML].(string)
		_, rest, _ := strings.Cut(page, ";base64,")
		b, err := base64.StdEncoding.DecodeString(rest[:strings.Index(rest, `"`)])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	le := binary.LittleEndian
	d := Audio([][]float64{{0, 1, -1}, {0.5, -0.5, 2}}, AudioOptions{Rate: 8000, Loop: true, Autoplay: true})
	b := file(d)
	if le.Uint16(b[20:]) != 1 || le.Uint16(b[22:]) != 2 || le.Uint32(b[24:]) != 8000 || le.Uint32(b[28:]) != 32000 || le.Uint16(b[32:]) != 4 ||
		le.Uint16(b[34:]) != 16 || le.Uint32(b[40:]) != 12 || le.Uint32(b[4:]) != uint32(len(b)-8) || len(b) != 56 {
		t.Errorf("header % x", b[:44])
	}
	var samples [6]int16
	for i := range samples {
		samples[i] = int16(le.Uint16(b[44+2*i:]))
	}
	if samples != [6]int16{0, 8192, 16384, -8192, -16384, 32767} { // scaled by 2, channels by turns
		t.Errorf("samples %v", samples)
	}
	if d.String() != "WAV sound, 0s, 8000 Hz, 2 channels" || !strings.Contains(d.MIME[textHTML].(string), "<audio controls autoplay loop src=\"data:audio/wav;base64,") {
		t.Errorf("%s", d)
	}
	raw := file(Audio([]float32{3, -3}, AudioOptions{Rate: 1, Raw: true}))
	if int16(le.Uint16(raw[44:])) != 32767 || int16(le.Uint16(raw[46:])) != -32767 {
		t.Errorf("raw % x", raw[44:])
	}
	pcm := file(Audio([]int16{100, -32767}, AudioOptions{Rate: 1}))
	if int16(le.Uint16(pcm[44:])) != 100 || int16(le.Uint16(pcm[46:])) != -32767 {
		t.Errorf("int16 % x", pcm[44:])
	}
	stereo := file(Audio(ops.From([][]float64{{0, 1}, {1, 0}}), AudioOptions{Rate: 44100}))
	if le.Uint16(stereo[22:]) != 2 || len(stereo) != 44+8 {
		t.Errorf("tensor % x", stereo)
	}
	name := filepath.Join(t.TempDir(), "x.mp3")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file(Audio(name)), b) || !bytes.Equal(file(Audio(b)), b) {
		t.Error("a file is not taken as it is")
	}
	wantError(t, "samples with Rate 0", func() { Audio([]float64{1}) })
	wantError(t, "NaN as sample 1", func() { Audio([]float64{1, math.NaN()}, AudioOptions{Rate: 1}) })
	wantError(t, "1 samples in channel 1 and 2 in channel 0", func() { Audio([][]float64{{1, 2}, {1}}, AudioOptions{Rate: 1}) })
	wantError(t, "without or with", func() { Audio([]float64{}, AudioOptions{Rate: 1}) })
	wantError(t, "got a int", func() { Audio(3, AudioOptions{Rate: 1}) })
	wantError(t, "got a []string", func() { Audio([]string{"a"}, AudioOptions{Rate: 1}) })
	wantError(t, "something else (bytes)", func() { Audio([]byte("abc")) })
	wantError(t, "file that can be read", func() { Audio("no such file") })
	wantError(t, "at most 48.0 MiB", func() { Video(make([]byte, embedLimit+1)) })
	wantError(t, "an MP4, WebM or Ogg file", func() { Video(b) })
	wantError(t, "got a []float64", func() { Video([]float64{1}) })
	wantError(t, "a size of 0 or more", func() { Video(b, VideoOptions{Width: -1}) })
	wantError(t, "http, https or mailto", func() { Link("javascript:alert(1)") })
	wantError(t, "a file that exists", func() { File("no such file") })
	wantError(t, "current folder", func() { File(name) })
	wantError(t, "bytes of a WebP", func() { WebP([]byte("RIFF")) })
	wantError(t, "bytes of a GIF", func() { GIF(nil) })
}

// hostile values do what they can.
type panics struct{ A int }

func (panics) String() string { panic(panics{}) }

type panicsText struct{ A int }

func (panicsText) String() string { panic("no <text>") }

type panicsError struct{}

func (*panicsError) Error() string { panic("no message") }

type panicsBundle struct{ N int }

func (panicsBundle) MIMEBundle() map[string]any { panic("no <bundle>") }

type panicsMatrix struct{ mat.Matrix }

func (panicsMatrix) Dims() (int, int) { panic("no size") }

type huge struct{}

func (huge) String() string { return strings.Repeat("<x>", 10_000_000) }

type ring struct {
	Name string
	Next *ring
}

func TestHostileValues(t *testing.T) {
	r := &ring{Name: "<r>"}
	r.Next = r
	loop := map[string]any{}
	loop["self"] = loop
	var deep any
	for range 100_000 {
		deep = []any{deep}
	}
	wide := make([]map[string]any, 100)
	for i := range wide {
		wide[i] = map[string]any{}
		for j := range 500 {
			wide[i][fmt.Sprint("<k>", i, j)] = strings.Repeat("<v>", 1000)
		}
	}
	for _, c := range []struct {
		name string
		v    any
		text string
	}{
		{"String panics with what panics", panics{1}, "(a method panics, and so does its panic's text)"},
		{"String panics", panicsText{1}, "PANIC=String method: no <text>"},
		{"Strings panic", []panicsText{{1}}, "PANIC=String method: no <text>"},
		{"String panics in a field", []struct{ P panicsText }{{}}, "PANIC=String method: no <text>"},
		{"Error panics", &panicsError{}, "(panic: no message)"},
		{"MIMEBundle panics", panicsBundle{3}, "{N:3}\nits MIMEBundle method panics: (panic: no <bundle>)"},
		{"Dims panics", panicsMatrix{}, "cannot be shown (panic: no size)"},
		{"huge String", huge{}, "bytes more"},
		{"huge Strings", []struct{ H huge }{{}, {}}, "…"},
		{"cycle", r, "&{Name:<r> Next:&…}"},
		{"cycles", []*ring{r}, "&…"},
		{"a map within itself", loop, "self"},
		{"deep", deep, "[[["},
		{"wide", wide, "columns more"},
		{"functions", []any{func() {}, make(chan int, 2), TestHostileValues}, "[func() chan int (0 of 2 queued) func(*testing.T)]"},
		{"text", "<script>\x00\xff", "<script>"},
		{"bytes", bytes.Repeat([]byte("<b>\x00"), 1_000_000), "4,000,000 bytes\n00000000  3c 62 3e 00"},
		{"many rows", make([]struct{ A, B float64 }, 3_000_000), "… 2,999,970 rows more …"},
		{"long keys", map[string]int{strings.Repeat("<k>", 100_000): 1}, "…"},
		{"nil in a table", []*ring{nil, {Name: "x"}}, "<nil>"},
		{"nil map in a table", []map[string]int{nil, {"a": 1}}, "   a\n0\n1  1"},
		{"nil interface first", []any{nil, 1}, "[<nil> 1]"},
		{"mixed", []any{struct{ A int }{1}, 2}, "[{A:1} 2]"},
	} {
		start := time.Now()
		d := Render(c.v)
		if !strings.Contains(d.String(), c.text) {
			t.Errorf("%s: %.300s", c.name, d)
		}
		checkBounds(t, c.name, d)
		if page, ok := d.MIME[textHTML].(string); ok && (strings.Contains(page, "<k>") || strings.Contains(page, "<r>") || strings.Contains(page, "<v>") || strings.Contains(page, "<x>") || strings.Contains(page, "<text>")) {
			t.Errorf("%s: not escaped", c.name)
		}
		t.Logf("%s: %v", c.name, time.Since(start).Round(time.Millisecond))
	}
}

func TestContentsAreBounded(t *testing.T) {
	big := strings.Repeat("x", 70<<20)
	for _, c := range []struct {
		name string
		d    Data
		mime string
	}{
		{"HTML", Data{MIME: map[string]any{textHTML: big}}, textHTML},
		{"JSON", JSON(big[:5<<20]), appJSON},
		{"PNG", MIME(map[string]any{imagePNG: big, textPlain: "a picture"}, nil), imagePNG},
		{"SVG", Data{MIME: map[string]any{imageSVG: big}}, imageSVG},
	} {
		d := Render(c.d)
		if d.MIME[c.mime] != nil || !strings.Contains(d.String(), c.mime+" of ") {
			t.Errorf("%s: %.200s", c.name, d)
		}
	}
	if d := Render(Text(big)); len(d.String()) > plainLimit+100 {
		t.Errorf("text of %d bytes", len(d.String()))
	}
}

func checkBounds(t *testing.T, name string, d Data) {
	t.Helper()
	if len(d.String()) > textLimit+1000 && !strings.Contains(name, "table") && len(d.String()) > 100_000 {
		t.Errorf("%s: text of %d bytes", name, len(d.String()))
	}
	page, _ := d.MIME[textHTML].(string)
	if len(page) > 400_000 {
		t.Errorf("%s: HTML of %d bytes", name, len(page))
	}
	closedTags(t, name, page)
	if d.MIME[textPlain] == nil {
		t.Errorf("%s: no text", name)
	}
}

// FuzzRender makes nested values of random types and renders them: no panic, a
// bounded size, HTML with closed tags.
func FuzzRender(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, "<td>&\n")
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		r := rand.New(rand.NewPCG(seed, 1))
		v := reflect.New(randomType(r, 0)).Elem()
		fill(r, v, text, 0)
		checkBounds(t, fmt.Sprintf("%d %s", seed, v.Type()), Render(v.Interface()))
	})
}

func randomType(r *rand.Rand, depth int) reflect.Type {
	simple := []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[bool](), reflect.TypeFor[any](),
		reflect.TypeFor[time.Time](), reflect.TypeFor[uint8](), reflect.TypeFor[panics](), reflect.TypeFor[error](), reflect.TypeFor[complex128](), reflect.TypeFor[*ring](),
		reflect.TypeFor[func(int)](), reflect.TypeFor[chan string](), reflect.TypeFor[image.Point](), reflect.TypeFor[panicsBundle](), reflect.TypeFor[*mat.Dense](), reflect.TypeFor[time.Duration]()}
	if depth > 4 {
		return simple[r.IntN(len(simple))]
	}
	switch r.IntN(8) {
	case 0, 1, 2:
		return reflect.SliceOf(randomType(r, depth+1))
	case 3:
		return reflect.MapOf(simple[r.IntN(4)], randomType(r, depth+1))
	case 4:
		return reflect.PointerTo(randomType(r, depth+1))
	case 5, 6:
		var fields []reflect.StructField
		for i := range r.IntN(5) {
			fields = append(fields, reflect.StructField{Name: string(rune('A' + i)), Type: randomType(r, depth+1)})
		}
		return reflect.StructOf(fields)
	}
	return simple[r.IntN(len(simple))]
}

func fill(r *rand.Rand, v reflect.Value, text string, depth int) {
	n := r.IntN(4)
	if r.IntN(20) == 0 && depth < 2 {
		n = 150
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64() - r.Int64())
	case reflect.Uint8:
		v.SetUint(r.Uint64() & 255)
	case reflect.Float64:
		v.SetFloat([]float64{0, 1.5, math.NaN(), math.Inf(-1), -1e300, r.NormFloat64()}[r.IntN(6)])
	case reflect.String:
		v.SetString(strings.Repeat(text, r.IntN(50)))
	case reflect.Interface:
		if v.NumMethod() == 0 && depth < 6 && r.IntN(2) == 0 {
			x := reflect.New(randomType(r, depth)).Elem()
			fill(r, x, text, depth+1)
			v.Set(x)
		} else if v.NumMethod() > 0 {
			v.Set(reflect.ValueOf([]error{io.EOF, &panicsError{}}[r.IntN(2)]))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(r, v.Index(i), text, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range n {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, k, text, depth+1)
			fill(r, e, text, depth+1)
			v.SetMapIndex(k, e)
		}
	case reflect.Pointer:
		if r.IntN(3) > 0 && v.Type() != reflect.TypeFor[*mat.Dense]() {
			v.Set(reflect.New(v.Type().Elem()))
			if v.Type() == reflect.TypeFor[*ring]() {
				v.Elem().Field(1).Set(v)
				return
			}
			fill(r, v.Elem(), text, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(r, v.Field(i), text, depth+1)
			}
		}
	}
}

// ending is a sink of a cell that ends.
type ending struct {
	recorder
	ends []func()
}

func (e *ending) AtEnd(f func()) { e.ends = append(e.ends, f) }

// BenchmarkUpdates is a thousand updates of one display: what a busy loop costs.
func BenchmarkUpdates(b *testing.B) {
	rows := make([]struct{ A, B float64 }, 1000)
	e := Bind(&ending{})
	for b.Loop() {
		for range 1000 {
			e.Update("x", rows)
		}
	}
}
