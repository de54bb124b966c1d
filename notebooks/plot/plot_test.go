package plot

import (
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"errors"
	imagepng "image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cahier/notebooks/display"
	"cahier/ops"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gonum.org/v1/gonum/mat"
)

// schema is the official schema of Vega-Lite 5.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open("testdata/vega-lite-v5.schema.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(z)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("vega-lite.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("vega-lite.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wave(n int) (xs, ys []float64) {
	for i := range n {
		xs = append(xs, float64(i)/10)
		ys = append(ys, math.Sin(float64(i)/10))
	}
	return xs, ys
}

func hills() [][]float64 {
	z := make([][]float64, 20)
	for i := range z {
		z[i] = make([]float64, 30)
		for j := range z[i] {
			z[i][j] = math.Sin(float64(i)/4) * math.Cos(float64(j)/5)
		}
	}
	return z
}

// figures are one of each kind, with every option somewhere.
func figures() map[string]*Figure {
	xs, ys := wave(100)
	days := []time.Time{time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)}
	return map[string]*Figure{
		"empty":      {},
		"line":       Line(xs, ys).Name("sine").Add(Band(xs, ys, ys).Name("sine"), HLine(0.5), VLine(3).Color("crimson")).Title("波 <b>wave</b>").Subtitle("sub").XLabel("x").YLabel("y"),
		"gaps":       Line([]float64{1, math.NaN(), 3, math.Inf(1), 5}),
		"one point":  Line([]int{3}),
		"no points":  Line([]float64{}),
		"log":        Line(xs, []float64(ys)).XLog().YLog().Dashed(),
		"tensor":     Line(ops.From([][]float64{{1, 2}, {3, 4}, {5, 6}})),
		"times":      Line(days, []int{1, 2, 3}).YRange(0, 4),
		"scatter":    Scatter(xs, ys).Color("#c0392b").XRange(0, 5).Size(300, 100),
		"categories": Scatter([]string{"a", "b", "a"}, []int{1, 2, 3}),
		"bar":        Bar([]string{"eins", "zwei", "三"}, []float64{3, -1, 5}).Name("n"),
		"bar log":    Bar([]int{1, 2}, []float64{10, 0}).YLog(),
		"bar times":  Bar(days, []int{1, 2, 3}),
		"histogram":  Histogram(ys, HistogramOptions{Density: true}),
		"bins":       Histogram([]float64{1, 1, 2, math.NaN()}, HistogramOptions{Bins: 3, Low: 0, High: 3}),
		"heat map":   HeatMap(hills()),
		"labels":     HeatMap(mat.NewDense(2, 2, []float64{1, 2, 3, math.NaN()}), HeatMapOptions{Rows: []string{"a", "a"}, Columns: []string{"<b>", "鸟"}, Numbers: true}),
		"confusion":  Confusion([][]int{{50, 2}, {3, 40}}, []string{"cat", "dog"}),
		"box":        Box([]string{"a", "b"}, ys, append([]float64{9, -9}, ys...)).Name("boxes"),
		"contour":    Contour(hills(), ContourOptions{Levels: 5}),
		"facets":     Facets(2, Line(ys).Title("a"), HeatMap(hills()), Scatter(ys), Bar([]string{"x"}, []int{1})).Title("four"),
		"large line": Line(make([]float64, 1_000_000)),
		"large grid": HeatMap(ops.Zeros(1000, 700)),
		"many":       Scatter(make([]int, 100_000)),
	}
}

// TestSpecs checks every kind of figure against the schema, and that its text and
// pictures are of a size that a browser and a person can bear.
func TestSpecs(t *testing.T) {
	s := schema(t)
	for name, f := range figures() {
		t.Run(name, func(t *testing.T) {
			d := display.Render(f)
			raw, err := json.Marshal(d.MIME[vegaLite])
			if err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(doc); err != nil {
				t.Errorf("%v\n%s", err, shorten(string(raw)))
			}
			svg := d.MIME["image/svg+xml"].(string)
			if err := wellFormed(svg); err != nil {
				t.Errorf("SVG: %v\n%s", err, shorten(svg))
			}
			if len(raw) > 1<<20 || len(svg) > 3<<20 {
				t.Errorf("%d bytes of Vega-Lite, %d of SVG", len(raw), len(svg))
			}
			if text := d.MIME["text/plain"].(string); text == "" || strings.Count(text, "\n") > 60 {
				t.Errorf("text %q", text)
			}
			png(t, f)
		})
	}
}

func shorten(s string) string { return s[:min(len(s), 600)] }

func wellFormed(doc string) error {
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// png saves the figure and reads the picture again.
func png(t *testing.T, f *Figure) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "figure.png")
	if err := f.Save(name); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m, err := imagepng.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Bounds(); b.Dx() < 2*minSize || b.Dy() < 2*minSize {
		t.Errorf("a picture of %v", b)
	}
}

func TestSaveLeavesTheOldFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "figure.pdf")
	if err := os.WriteFile(name, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Line([]int{1}).Save(name); err == nil || !strings.Contains(err.Error(), ".svg, .png or .json") {
		t.Errorf("error %v", err)
	}
	if b, _ := os.ReadFile(name); string(b) != "old" {
		t.Errorf("the file is %q", b)
	}
	if err := Line([]int{1}).Save(filepath.Join(t.TempDir(), "no", "x.svg")); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

// A figure is a value: methods leave it as it was.
func TestFiguresArePure(t *testing.T) {
	xs, ys := wave(10)
	f := Line(xs, ys)
	before, _ := json.Marshal(f.Spec())
	ys[0] = 99
	f.Title("t").XLog().Name("n").Color("red").Size(50, 50).Add(Line(xs, ys))
	after, _ := json.Marshal(f.Spec())
	if string(before) != string(after) {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// A thinned line covers what the whole one covers.
func TestThinLine(t *testing.T) {
	y := make([]float64, 100_000)
	for i := range y {
		y[i] = math.Sin(float64(i))
	}
	y[77_777], y[33_333], y[50_000] = 40, -40, math.NaN()
	at := thinLine(y)
	if len(at) > 3*lineLimit {
		t.Errorf("%d points", len(at))
	}
	seen := map[int]bool{}
	for k, i := range at {
		if k > 0 && i <= at[k-1] {
			t.Fatalf("points %d and %d are out of order", at[k-1], i)
		}
		seen[i] = true
	}
	for _, i := range []int{0, 33_333, 50_000, 77_777, 99_999} {
		if !seen[i] {
			t.Errorf("point %d is lost", i)
		}
	}
}

func TestHistogramCounts(t *testing.T) {
	l := Histogram([]float64{0, 0.5, 1, 1.5, 2, 3, math.NaN(), 99}, HistogramOptions{Bins: 3, Low: 0, High: 3}).layers[0]
	if got := l.y.numbers; got[0] != 2 || got[1] != 2 || got[2] != 2 {
		t.Errorf("counts %v, want 2 2 2: 3 belongs to the last bar, 99 to none", got)
	}
	d := Histogram([]float64{0, 1, 1, 2, 5}, HistogramOptions{Density: true}).layers[0]
	area := 0.0
	for i := range d.low {
		area += d.y.numbers[i] * (d.high[i] - d.low[i])
	}
	if math.Abs(area-1) > 1e-12 {
		t.Errorf("area %g, want 1", area)
	}
}

// The quartiles of NumPy's default method, and Tukey's whiskers.
func TestBoxes(t *testing.T) {
	b := Box([]string{"a"}, []float64{1, 2, 3, 4, 5, 6, 7, 8, 30}).layers[0].boxes[0]
	if b.q1 != 3 || b.mid != 5 || b.q3 != 7 || b.low != 1 || b.hi != 8 || len(b.outside) != 1 || b.outside[0] != 30 {
		t.Errorf("%+v", b)
	}
}

// Every point of a contour lies at its level, by bilinear interpolation along
// the sides.
func TestContourLevels(t *testing.T) {
	n := 41
	z := make([][]float64, n)
	for i := range z {
		z[i] = make([]float64, n)
		for j := range z[i] {
			z[i][j] = math.Hypot(float64(i-20), float64(j-20))
		}
	}
	f := Contour(z, ContourOptions{At: []float64{10}})
	paths := f.layers[0].paths
	if len(paths) != 1 {
		t.Fatalf("a circle has %d lines", len(paths))
	}
	p := paths[0]
	for i := range p.xs {
		if r := math.Hypot(p.xs[i]-20, p.ys[i]-20); math.Abs(r-10) > 0.05 {
			t.Errorf("point %d has radius %g", i, r)
		}
	}
	if p.xs[0] != p.xs[len(p.xs)-1] || p.ys[0] != p.ys[len(p.ys)-1] {
		t.Error("the circle is open")
	}
}

func TestLogLeavesOutAndSaysSo(t *testing.T) {
	raw, _ := json.Marshal(Line([]float64{1, 0, -1, 10}).YLog().Spec())
	if !strings.Contains(string(raw), "2 values that are not above 0 are left out") {
		t.Errorf("%s", raw)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		f    func()
		want string
	}{
		"no data":       {func() { Line() }, "plot.Line: the number of arguments is 0, want ys, or xs and ys"},
		"lengths":       {func() { Line([]int{1}, []int{1, 2}) }, "plot.Line: ys is of length 2, want as long as xs, 1"},
		"kind":          {func() { Line(3) }, "plot.Line: ys is a int, want a slice of numbers"},
		"nil":           {func() { Scatter(nil) }, "plot.Scatter: ys is nil"},
		"mixed":         {func() { Bar([]any{"a", 1}, []int{1, 2}) }, "labels[1] is a int, want of one kind"},
		"texts":         {func() { Line([]string{"a"}) }, "ys is a []string, want numbers"},
		"same label":    {func() { Bar([]string{"a", "a"}, []int{1, 2}) }, `labels[1] is "a", want different`},
		"ragged":        {func() { HeatMap([][]int{{1, 2}, {3}}) }, "matrix[1] is a row of 1, want a row of 2"},
		"no cells":      {func() { HeatMap([][]int{}) }, "want at least one row"},
		"three axes":    {func() { HeatMap(ops.Zeros(2, 3, 4)) }, "a tensor of shape [2 3 4]"},
		"row labels":    {func() { HeatMap([][]int{{1}}, HeatMapOptions{Rows: []string{"a", "b"}}) }, "Rows is 2 labels"},
		"not square":    {func() { Confusion([][]int{{1, 2}}, nil) }, "counts is 1 x 2, want a square matrix"},
		"range":         {func() { Line([]int{1}).YRange(2, 1) }, "low, high is 2, 1"},
		"size":          {func() { Line([]int{1}).Size(1, 1) }, "want numbers of pixels from 20 to 4000"},
		"colour":        {func() { Line([]int{1}).Color("reddish") }, `css is "reddish"`},
		"options twice": {func() { Histogram([]int{1}, HistogramOptions{}, HistogramOptions{}) }, "the number of options is 2"},
		"bins":          {func() { Histogram([]int{1}, HistogramOptions{Bins: -1}) }, "Bins is -1"},
		"axes differ":   {func() { Line([]int{1}).Add(Bar([]string{"a"}, []int{1})) }, "horizontal axis of a figure is nominal, want quantitative"},
		"grid in grid":  {func() { Facets(1, Facets(1, Line([]int{1}))) }, "a grid of figures"},
		"no figures":    {func() { Facets(1) }, "figures is none"},
		"columns":       {func() { Facets(0, Line([]int{1})) }, "columns is 0"},
		"nil figure":    {func() { Line([]int{1}).Add(nil) }, "is nil, want a figure"},
		"samples":       {func() { Box([]string{"a"}) }, "0 samples, want one for each of the 1 labels"},
		"empty sample":  {func() { Box([]string{"a"}, []float64{math.NaN()}) }, "samples[0] is empty"},
		"band":          {func() { Band([]int{1}, []int{1}, []int{1, 2}) }, "of lengths 1 and 2"},
		"contour":       {func() { Contour([][]int{{1}}) }, "at least two rows and two columns"},
		"places":        {func() { Contour(hills(), ContourOptions{X: []float64{1}}) }, "X is 1, want 30 places"},
		"push":          {func() { Live("a", "b").Push(1, 2) }, "the number of ys is 1"},
		"push a text":   {func() { Live("a").Push(1, "x") }, "ys[0] is a string, want a number"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, ok := recover().(*Error)
				if !ok || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want one with %q", err, c.want)
				}
			}()
			c.f()
			t.Error("no panic")
		})
	}
}

// collector takes what is shown.
type collector struct {
	shown, updates []display.Data
	ends           []func()
}

func (c *collector) Display(d display.Data) { c.shown = append(c.shown, d) }
func (c *collector) Update(d display.Data)  { c.updates = append(c.updates, d) }
func (c *collector) ClearOutput(bool)       {}
func (c *collector) AtEnd(f func())         { c.ends = append(c.ends, f) }

// However often something is pushed, few displays are made, and the last one has
// everything.
func TestLive(t *testing.T) {
	var c collector
	l := LiveOn(display.Bind(&c), "loss").Set(func(f *Figure) *Figure { return f.Title("training") })
	const n = 10_000
	for i := range n {
		l.Push(i, ops.From([]float64{float64(i)}))
	}
	l.mu.Lock() // no goroutine shows it now
	kept := len(l.xs)
	l.mu.Unlock()
	for _, f := range c.ends {
		f()
	}
	if len(c.shown) != 1 || len(c.updates) == 0 {
		t.Fatalf("%d displays, %d updates", len(c.shown), len(c.updates))
	}
	last := c.updates[len(c.updates)-1]
	if last.DisplayID == "" || last.DisplayID != c.shown[0].DisplayID {
		t.Errorf("ids %q and %q", c.shown[0].DisplayID, last.DisplayID)
	}
	if kept > liveLimit {
		t.Errorf("%d points are kept", kept)
	}
	xs := l.Figure().layers[0].x.numbers
	if xs[0] != 0 || xs[len(xs)-1] != n-1 {
		t.Errorf("the line goes from %g to %g, want 0 to %d", xs[0], xs[len(xs)-1], n-1)
	}
	if text := last.MIME["text/plain"].(string); !strings.Contains(text, "training") || !strings.Contains(text, "0 to 9999") {
		t.Errorf("last %q", text)
	}
}

// A pixel of the figure is a pixel of the static picture too.
func TestSVGIsInPixels(t *testing.T) {
	svg := Line([]int{1, 2}).Size(400, 200).SVG()
	head, _, _ := strings.Cut(svg, ">")
	if !strings.Contains(head, `width="474"`) || strings.Contains(head, "pt") {
		t.Errorf("%s", head)
	}
}

// An axis has labels however short or long it is.
func TestLogTicks(t *testing.T) {
	for _, r := range [][2]float64{{11, 32}, {1, 1000}, {1e-12, 1e12}, {3.1, 3.9}, {0.5, 2}} {
		labels := 0
		for _, tick := range (logTicks{}).Ticks(r[0], r[1]) {
			if tick.Label != "" {
				labels++
			}
		}
		if r[1] > 4 && (labels < 2 || labels > 14) {
			t.Errorf("%d labels from %g to %g", labels, r[0], r[1])
		}
	}
}
