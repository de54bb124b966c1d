package display

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html"
	"image/png"
	"math"
	"regexp"
	"strings"
	"testing"

	"cahier/ops"
)

// shown is what a view's script sees.
type shown struct {
	DType                    string
	Bytes, Planes            int
	W, H, Columns, Rows      int
	GapX, GapY, ZoomX, ZoomY int
	X, Y                     struct{ N, Size int }
	Lead                     []struct{ Keep []int }
	Tokens                   *[2][]string
	Ticks                    string
	values                   []float64
}

var attribute = regexp.MustCompile(`data-(view|values)="([^"]*)"`)

func parsed(t *testing.T, page string) shown {
	t.Helper()
	var s shown
	for _, m := range attribute.FindAllStringSubmatch(page, -1) {
		switch m[1] {
		case "view":
			if err := json.Unmarshal([]byte(html.UnescapeString(m[2])), &s); err != nil {
				t.Fatal(err)
			}
		case "values":
			raw, err := base64.StdEncoding.DecodeString(m[2])
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(raw); i += s.Bytes {
				switch s.Bytes {
				case 1:
					s.values = append(s.values, float64(raw[i]))
				case 4:
					s.values = append(s.values, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i:]))))
				case 8:
					s.values = append(s.values, math.Float64frombits(binary.LittleEndian.Uint64(raw[i:])))
				}
			}
		}
	}
	return s
}

// cellSpan is the first and the last index behind a block, written down anew.
func cellSpan(n, size, i int) (from, to int) {
	if size <= 1 || n <= 2 {
		return i, i + 1
	}
	if i == 0 {
		return 0, 1
	}
	from = 1 + (i-1)*size
	if from >= n-1 {
		return n - 1, n
	}
	return from, min(from+size, n-1)
}

// wellFormed checks that tags close in order and that the page is shut in itself.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	void := map[string]bool{"img": true, "br": true, "input": true}
	var open []string
	rest := regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`).ReplaceAllString(page, "")
	for _, m := range regexp.MustCompile(`<(/?)([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)>|<`).FindAllStringSubmatch(rest, -1) {
		switch {
		case m[2] == "":
			t.Errorf("a < that is no tag")
			return
		case m[1] == "" && !void[m[2]]:
			open = append(open, m[2])
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != m[2] {
				t.Errorf("</%s> closes %v", m[2], open)
				return
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("not closed: %v", open)
	}
	if strings.Contains(page, " id=") || strings.Contains(page, "http") || regexp.MustCompile(`src="[^d]|url\(`).MatchString(page) {
		t.Error("the page has ids or takes something from outside")
	}
}

// checkBundle checks what holds for every tensor.
func checkBundle(t *testing.T, name string, x *ops.Tensor, d Data) {
	t.Helper()
	text, _ := d.MIME[textPlain].(string)
	if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, x.DType().String()+" "+x.Shape().String()) || len(text) > textLimit+100 {
		t.Errorf("%s: text %.200q", name, text)
	}
	if page, ok := d.MIME[textHTML].(string); ok {
		wellFormed(t, page)
		if len(page) > 200_000 {
			t.Errorf("%s: %d bytes of HTML", name, len(page))
		}
	} else if x.Rank() > 0 && x.Len() > 0 {
		t.Errorf("%s: no HTML", name)
	}
	if file, ok := d.MIME[imagePNG].(string); ok {
		if pixels(t, d).Bounds().Empty() || len(file) > 200_000 {
			t.Errorf("%s: %d bytes of PNG", name, len(file))
		}
	}
}

// checkView compares the cells with the tensor, element by element.
func checkView(t *testing.T, name string, x *ops.Tensor) {
	t.Helper()
	d := Tensor(x)
	checkBundle(t, name, x, d)
	page := d.MIME[textHTML].(string)
	s := parsed(t, page)
	if x.Rank() == 1 {
		x = x.Unsqueeze(0)
	}
	pictures := 1
	for _, a := range s.Lead {
		pictures *= len(a.Keep)
	}
	if len(s.Lead) != x.Rank()-2 || len(s.values) != pictures*s.W*s.H || pictures > s.Columns*s.Rows {
		t.Fatalf("%s: %d values, %d pictures of %d x %d", name, len(s.values), pictures, s.H, s.W)
	}
	for n := range pictures {
		index := make([]int, x.Rank())
		for k, m := len(s.Lead)-1, n; k >= 0; k-- {
			index[k] = s.Lead[k].Keep[m%len(s.Lead[k].Keep)]
			m /= len(s.Lead[k].Keep)
		}
		for y := range s.H {
			for c := range s.W {
				y0, y1 := cellSpan(s.Y.N, s.Y.Size, y)
				x0, x1 := cellSpan(s.X.N, s.X.Size, c)
				sum := 0.0
				for i := y0; i < y1; i++ {
					for j := x0; j < x1; j++ {
						index[len(index)-2], index[len(index)-1] = i, j
						sum += x.At(index...)
					}
				}
				want := sum / float64((y1-y0)*(x1-x0))
				got := s.values[(n*s.H+y)*s.W+c]
				same := got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= 1e-6*math.Abs(want)+1e-9
				if single := y1-y0 == 1 && x1-x0 == 1; single && x.DType() != ops.Float64 { // nothing may be lost
					same = got == want || math.IsNaN(got) && math.IsNaN(want)
				}
				if !same {
					t.Fatalf("%s: picture %d, cell %d,%d is %v, want %v", name, n, y, c, got, want)
				}
			}
		}
	}
}

func TestViewShowsEveryElement(t *testing.T) {
	rng := ops.NewRNG(1)
	shapes := [][]int{{1}, {7}, {1000}, {1, 1}, {3, 5}, {1, 300}, {300, 1}, {40, 60}, {2, 3, 4}, {1, 1, 4}, {5, 1, 1, 3}, {2, 3, 4, 5}, {2, 1, 3, 2, 2}, {2, 2, 2, 2, 2, 2}}
	for _, shape := range shapes {
		for _, d := range []ops.DType{ops.Float32, ops.Float64, ops.Int64, ops.Uint8, ops.Bool} {
			x := rng.Randn(shape...).Mul(50).Abs().To(d)
			checkView(t, fmt.Sprint(d, shape), x)
		}
	}
}

func TestViewOfStridedTensors(t *testing.T) {
	x := ops.NewRNG(2).Randn(6, 20, 30)
	for name, y := range map[string]*ops.Tensor{
		"transposed": x.Transpose(0, 2), "sliced": x.Slice(1, 3, 17, 3), "broadcast": ops.BroadcastTo(ops.NewRNG(3).Randn(20, 1), 20, 30),
		"row": x.Select(0, 2).Select(1, 4), "reversed rows and columns": x.Select(0, 0).T(),
	} {
		checkView(t, name, y)
	}
}

func TestViewSummarises(t *testing.T) {
	rng := ops.NewRNG(3)
	for _, shape := range [][]int{{3000}, {300, 400}, {70_000, 2}, {2, 70_000}, {3, 200, 220}, {40, 30, 12, 12}, {50, 40, 3, 2}, {9, 2, 9, 2, 3, 3}} {
		x := rng.Randn(shape...)
		checkView(t, fmt.Sprint(shape), x)
		page := Tensor(x).MIME[textHTML].(string)
		if !strings.Contains(page, "the mean of") && !strings.Contains(page, "the first") {
			t.Errorf("%v: the page does not say what is left out", shape)
		}
	}
	checkView(t, "bytes", rng.Rand(400, 500).Mul(255).To(ops.Uint8))
	checkView(t, "large integers", ops.Wrap64([]float64{1 << 40, -3, 1<<40 + 1, 5}, 2, 2).To(ops.Int64))
	checkView(t, "large and small", ops.Wrap64([]float64{1e308, -1e-300, 5e-324, 0, -1e308, 1}, 2, 3))
}

func TestViewOfWhatIsNotFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	checkView(t, "few", ops.From([][]float64{{1, nan}, {inf, -inf}}))
	checkView(t, "only NaN", ops.From([][]float64{{nan, nan}}))
	checkView(t, "only Inf", ops.From([][]float64{{inf, -inf}}))
	large := make([]float64, 500*500)
	large[500*250+250], large[3], large[77_777] = nan, inf, -inf
	checkView(t, "large", ops.Wrap64(large, 500, 500))
	page := Tensor(ops.Wrap64(large, 500, 500)).MIME[textHTML].(string)
	for _, want := range []string{"<mark>NaN!</mark>", "<mark>+Inf!</mark>", "<mark>-Inf!</mark>", "NaN: 1 cell", "+Inf: 1 cell", "-Inf: 1 cell"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
}

// The picture, not the script, is what most people see: each pixel of the sheet
// against the scale of colours.
func TestSheetColours(t *testing.T) {
	x := ops.From([][][]float64{{{-1, 0}, {1, math.NaN()}}, {{0.5, math.Inf(1)}, {math.Inf(-1), 0}}})
	page := Tensor(x, TensorOptions{FullRange: true}).MIME[textHTML].(string)
	s := parsed(t, page)
	m := regexp.MustCompile(`src="data:image/png;base64,([^"]*)"`).FindStringSubmatch(page)
	raw, err := base64.StdEncoding.DecodeString(m[1])
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"2166ac", "f7f7f7", "b2182b", "e000e0"}, {"f4a582", "ff9d00", "00a88f", "f7f7f7"}}
	for n, colors := range want {
		for i, c := range colors {
			px := n%s.Columns*(s.W+s.GapX) + s.GapX + i%2
			py := n/s.Columns*(s.H+s.GapY) + s.GapY + i/2
			r, g, b, a := img.At(px, py).RGBA()
			got := [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
			var w [3]int
			fmt.Sscanf(c, "%02x%02x%02x", &w[0], &w[1], &w[2])
			for k := range got {
				if d := got[k] - w[k]; d > 2 || d < -2 || a != 0xffff { // 240 shades
					t.Errorf("picture %d, cell %d is %02x, want %s", n, i, got, c)
					break
				}
			}
		}
	}
	if _, _, _, a := img.At(0, 0).RGBA(); a != 0 {
		t.Error("between the pictures it is not transparent")
	}
}

func TestScaleIsClipped(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = float64(i%3 - 1)
	}
	values[500] = 100
	x := ops.Wrap64(values, 20, 50)
	limit := 3 * math.Sqrt((100*100+666)/1000.) // about zero
	page := Tensor(x).MIME[textHTML].(string)
	if want := fmt.Sprintf("%.3g", limit); !strings.Contains(page, "above 3 σ: 1 cell") || !strings.Contains(page, ">-"+want+" <") || !strings.Contains(page, "</i> "+want) {
		t.Errorf("no limit %s: %s", want, page[strings.Index(page, "cahier-tensor-legend\""):][:600])
	}
	if page = Tensor(x, TensorOptions{FullRange: true}).MIME[textHTML].(string); strings.Contains(page, "3 σ") || !strings.Contains(page, ">-100 <") {
		t.Error("the full range is clipped")
	}
}

func TestRGBView(t *testing.T) {
	x := ops.From([][][]uint8{{{255, 0}}, {{0, 128}}, {{0, 7}}})
	d := Tensor(x, TensorOptions{Colors: RGB})
	s := parsed(t, d.MIME[textHTML].(string))
	if s.Planes != 3 || fmt.Sprint(s.values) != "[255 0 0 128 0 7]" {
		t.Errorf("%d planes, values %v", s.Planes, s.values)
	}
	img := pixels(t, d)
	r, g, b, _ := img.At(img.Bounds().Dx()-1, 0).RGBA()
	if r>>8 != 0 || g>>8 != 128 || b>>8 != 7 {
		t.Errorf("second pixel %d %d %d", r>>8, g>>8, b>>8)
	}
	checkBundle(t, "RGB", x, d)
	large := ops.NewRNG(4).Rand(6, 3, 224, 224)
	checkBundle(t, "large RGB", large, Tensor(large, TensorOptions{Colors: RGB}))
}

// Whatever the shape, a view is bounded. Noise is the worst case for a PNG.
func TestViewsAreBounded(t *testing.T) {
	rng := ops.NewRNG(5)
	for _, shape := range [][]int{{2_000_000}, {1, 1_000_000}, {1_000_000, 1}, {1500, 1500}, {300_000, 2, 3}, {1000, 1000, 1, 1}, {64, 64, 11, 11}, {512, 512, 3, 3}, {8, 3, 224, 224},
		{256, 9, 9}, {160, 128}, {20, 32, 32}, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}} {
		for _, x := range []*ops.Tensor{rng.Randn(shape...), rng.Rand(shape...).Mul(255).To(ops.Uint8), rng.Randn(shape...).To(ops.Float64).Mul(1e-40)} {
			d := Render(x)
			checkBundle(t, fmt.Sprint(x.DType(), shape), x, d)
		}
	}
}

func TestRenderOfTensorsWithoutElements(t *testing.T) {
	for _, shape := range [][]int{{0}, {0, 3}, {3, 0}, {2, 0, 4}, {1, 2, 0, 4, 5}} {
		for _, d := range []Data{Render(ops.Zeros(shape...)), Tensor(ops.Zeros(shape...))} {
			if _, ok := d.MIME[textHTML]; ok || !strings.HasPrefix(d.String(), "Float32 "+ops.Shape(shape).String()) {
				t.Errorf("%v: %v", shape, d.MIME)
			}
		}
	}
}

func TestTensorRefuses(t *testing.T) {
	wantError(t, "a nil tensor", func() { Tensor(nil) })
	wantError(t, "2 options", func() { Tensor(ops.Zeros(2), TensorOptions{}, TensorOptions{}) })
	wantError(t, "for RGB a tensor", func() { Tensor(ops.Zeros(4, 4), TensorOptions{Colors: RGB}) })
	wantError(t, "Colors 99", func() { Tensor(ops.Zeros(4, 4), TensorOptions{Colors: 99}) })
}

// A tensor on a tape is shown without leaving anything there.
func TestTensorIsShownInsideGrad(t *testing.T) {
	x := ops.NewRNG(6).Randn(30, 30)
	var d Data
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		d = Render(p[0])
		return p[0].Mul(p[0]).Sum()
	}, []*ops.Tensor{x})[0]
	checkBundle(t, "inside Grad", x, d)
	if g.Sub(x.Mul(2)).Abs().Max().Item() > 1e-6 {
		t.Error("the gradient changed")
	}
}

func BenchmarkRenderTensor(b *testing.B) {
	for _, n := range []int{10, 10_000_000} {
		for name, x := range map[string]*ops.Tensor{"vector": ops.NewRNG(7).Randn(n), "channels": ops.NewRNG(7).Randn(10, max(n/10000, 1), max(n/10000, 1))} {
			b.Run(fmt.Sprintf("%s/%d", name, x.Len()), func(b *testing.B) {
				b.ReportAllocs()
				size := 0
				for b.Loop() {
					size = len(Tensor(x).MIME[textHTML].(string))
				}
				b.ReportMetric(float64(size), "bytes-HTML")
			})
		}
	}
}
