package display

import (
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// The style and the script of a view. They are repeated in every output, because
// each may be shown alone, and name nothing but what is inside it: there are no
// ids, so an output may be on a page twice.
var (
	//go:embed tensorview.css
	viewStyle string
	//go:embed tensorview.js
	viewScript string
)

// data shows the view: text, a page to look into, and a picture.
func (spec viewSpec) data() Data {
	if spec.t.Rank() == 0 || spec.t.Len() == 0 {
		s := describe(spec.t)
		return Text(spec.text(&s))
	}
	v := spec.view()
	s := v.sheet()
	img, marked := v.draw(s)
	return Data{MIME: map[string]any{
		textPlain: spec.text(&v.stats),
		textHTML:  v.html(s, file(img), marked),
		imagePNG:  base64.StdEncoding.EncodeToString(file(s.magnified(img, v.pictures()))),
	}}
}

func (v *view) html(s tensorSheet, picture []byte, marked map[uint8]int) string {
	var b strings.Builder
	line := html.EscapeString(v.title + v.stats.line(v.t))
	fmt.Fprintf(&b, `<div class="cahier-tensor" data-view="%s" data-values="%s"><style>%s</style>`,
		html.EscapeString(v.parameters(s)), base64.StdEncoding.EncodeToString(v.packed()), viewStyle)
	fmt.Fprintf(&b, `<div class="cahier-tensor-line">%s</div><div class="cahier-tensor-plot">`, flagged(line))

	single := v.pictures() == 1
	if single {
		b.WriteString(v.ticks(s)) // else they are the script's: without it nothing can be hidden everywhere
	}
	width, height := s.size()
	class := "cahier-tensor-frame"
	if single {
		class += " cahier-tensor-one"
	}
	width, height = width*s.zoomX, height*s.zoomY
	edge := 1 // for the lines of the outermost pictures
	if single {
		edge = 0
	}
	fmt.Fprintf(&b, `<div class="%s" style="width:%dpx;height:%dpx"><img alt="%s" width="%d" height="%d" style="width:%dpx;height:%dpx;image-rendering:pixelated" src="data:image/png;base64,%s">`,
		class, width+edge, height+edge, line, width, height, width, height, base64.StdEncoding.EncodeToString(picture))
	if !single {
		for n := range v.pictures() {
			x, y := s.place(n)
			fmt.Fprintf(&b, `<div class="cahier-tensor-tile" style="left:%dpx;top:%dpx;width:%dpx;height:%dpx">`, x*s.zoomX, y*s.zoomY, s.w*s.zoomX, s.h*s.zoomY)
			if c := v.caption(n); 6*len(c) <= (s.w+s.gapX)*s.zoomX {
				b.WriteString("<span>" + c + "</span>")
			}
			b.WriteString("</div>")
		}
	}
	b.WriteString(`</div></div><div class="cahier-tensor-controls"></div>`)
	v.legend(&b, marked)
	b.WriteString(`<output class="cahier-tensor-at"></output>`)
	open := ""
	if v.t.Len() <= openText {
		open = " open"
	}
	fmt.Fprintf(&b, `<details%s><summary>numbers</summary><pre>%s</pre></details>`, open, html.EscapeString(shorten(v.t.Text(), viewText)))
	b.WriteString("<script>" + viewScript + "</script></div>")
	return b.String()
}

// The numbers of a view take at most viewText bytes; they are unfolded for a tensor
// of at most openText elements.
const (
	viewText = 12_000
	openText = 100
)

// flagged marks the flags of a line that is HTML already.
func flagged(line string) string {
	for _, f := range []string{"NaN!", "+Inf!", "-Inf!"} {
		if before, ok := strings.CutSuffix(line, f); ok {
			return flagged(before) + "<mark>" + f + "</mark>"
		}
		line = strings.ReplaceAll(line, f+",", "<mark>"+f+"</mark>,")
	}
	return line
}

// legend explains colours and what is left out.
func (v *view) legend(b *strings.Builder, marked map[uint8]int) {
	b.WriteString(`<div class="cahier-tensor-legend">`)
	if v.planes == 1 {
		lo, hi := element(v.scale.lo, v.t.DType()), element(v.scale.hi, v.t.DType())
		if v.scale.sigma || v.t.DType().IsFloat() {
			lo, hi = brief(v.scale.lo), brief(v.scale.hi)
		}
		fmt.Fprintf(b, `<span>%s <i class="cahier-tensor-bar" style="background:%s"></i> %s</span> `, lo, gradient(v.scale.colors), hi)
		palette := v.palette()
		for _, m := range marks() {
			n := marked[m.shade]
			if n == 0 {
				continue
			}
			name := m.name
			if m.shade == shadeAbove || m.shade == shadeBelow {
				name += " 3 σ"
			}
			r, g, bl, _ := palette[m.shade].RGBA()
			fmt.Fprintf(b, `<span><i class="cahier-tensor-swatch" style="background:#%02x%02x%02x"></i> %s: %s</span> `, r>>8, g>>8, bl>>8, name, plural(n, "cell"))
		}
	} else if n := marked[shadeNaN]; n > 0 {
		fmt.Fprintf(b, `<span><i class="cahier-tensor-swatch" style="background:#e000e0"></i> NaN or Inf: %s</span> `, plural(n, "cell"))
	}
	for _, note := range v.notes() {
		b.WriteString(`<span class="cahier-tensor-note">` + html.EscapeString(note) + "</span> ")
	}
	b.WriteString("</div>")
}

// brief prints a limit of the colours.
func brief(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// packed are the values of the cells as the script reads them, little endian.
func (v *view) packed() []byte {
	var b []byte
	for _, picture := range v.values {
		for _, x := range picture {
			switch v.exact {
			case 1:
				b = append(b, uint8(x))
			case 4:
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(x)))
			default:
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
			}
		}
	}
	return b
}

// parameters are what the script has to know, as JSON.
func (v *view) parameters(s tensorSheet) string {
	type block struct {
		N    int `json:"n"`
		Size int `json:"size"`
	}
	type lead struct {
		Name string `json:"name"`
		Keep []int  `json:"keep"`
	}
	p := struct {
		DType   string       `json:"dtype"`
		Bytes   int          `json:"bytes"`
		Planes  int          `json:"planes"`
		Vector  bool         `json:"vector,omitempty"`
		W       int          `json:"w"`
		H       int          `json:"h"`
		Columns int          `json:"columns"`
		Rows    int          `json:"rows"`
		GapX    int          `json:"gapX"`
		GapY    int          `json:"gapY"`
		ZoomX   int          `json:"zoomX"`
		ZoomY   int          `json:"zoomY"`
		PageX   int          `json:"pageX"`
		PageY   int          `json:"pageY"`
		X       block        `json:"x"`
		Y       block        `json:"y"`
		Lead    []lead       `json:"lead"`
		Tokens  *[2][]string `json:"tokens,omitempty"`
		Ticks   string       `json:"ticks,omitempty"`
	}{v.t.DType().String(), v.exact, v.planes, v.t.Rank() == 1, s.w, s.h, s.columns, s.rows, s.gapX, s.gapY, s.zoomX, s.zoomY, s.pageX, s.pageY,
		block{v.cols.n, v.cols.size}, block{v.rows.n, v.rows.size}, []lead{}, nil, ""}
	if v.pictures() > 1 {
		p.Ticks = v.ticks(s)
	}
	for _, a := range v.lead {
		p.Lead = append(p.Lead, lead{v.axisName(a.axis), a.keep})
	}
	if v.tokens[0] != nil {
		p.Tokens = &[2][]string{v.tokensOf(0), v.tokensOf(1)}
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(&Error{Func: "Tensor", Got: "a view", Want: "one that JSON can hold", Err: err})
	}
	return string(text)
}
