package display

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"cahier/ops"
)

func pixels(t *testing.T, d Data) image.Image {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString(d.MIME[imagePNG].(string))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestTensorImageColours(t *testing.T) {
	black, white := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}
	red, blue, magenta := color.NRGBA{178, 24, 43, 255}, color.NRGBA{33, 102, 172, 255}, color.NRGBA{255, 0, 255, 255}
	none := color.NRGBA{}
	for _, c := range []struct {
		name string
		t    *ops.Tensor
		o    ImageOptions
		want [][]color.NRGBA
	}{
		{"gray", ops.From([][]float64{{2, 4, 3}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, white, {128, 128, 128, 255}}}},
		{"zeros", ops.Zeros(1, 2), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, black}}},
		{"ones", ops.From([][]float64{{1, 1}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{white, white}}},
		{"diverging", ops.From([][]float64{{-2, 0, 2}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{blue, white, red}}},
		{"diverging asked for", ops.From([][]float64{{0, 2}}), ImageOptions{Scale: 1, Colors: Diverging}, [][]color.NRGBA{{white, red}}},
		{"diverging zeros", ops.Zeros(1, 1), ImageOptions{Scale: 1, Colors: Diverging}, [][]color.NRGBA{{white}}},
		{"not finite", ops.From([][]float64{{0, 1, math.NaN(), math.Inf(1)}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, white, magenta, magenta}}},
		{"RGB", ops.From([][][]float64{{{1}}, {{0}}, {{0.5}}}), ImageOptions{Scale: 1, Colors: RGB}, [][]color.NRGBA{{{255, 0, 128, 255}}}},
		{"bytes", ops.From([][][]uint8{{{7}}, {{8}}, {{9}}}), ImageOptions{Scale: 1, Colors: RGB}, [][]color.NRGBA{{{7, 8, 9, 255}}}},
		{"channels", ops.From([][][]float64{{{0}}, {{1}}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, none, white}}},
		{"images of one channel", ops.From([][][][]float64{{{{0}}}, {{{1}}}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, none, white}}},
		{"one image", ops.From([][][][]float64{{{{0}}, {{1}}}}), ImageOptions{Scale: 1}, [][]color.NRGBA{{black, none, white}}},
		{"images and channels", ops.From([][][][]float64{{{{0}}, {{1}}}, {{{1}}, {{0}}}}), ImageOptions{Scale: 1},
			[][]color.NRGBA{{black, none, white}, {none, none, none}, {white, none, black}}},
		{"scale", ops.From([][]float64{{0, 1}}), ImageOptions{Scale: 2}, [][]color.NRGBA{{black, black, white, white}, {black, black, white, white}}},
		{"frame", ops.From([][][]float64{{{0}}, {{1}}}), ImageOptions{Scale: 3}, [][]color.NRGBA{
			{frame, frame, frame, frame, frame, none, frame, frame, frame, frame, frame},
			{frame, black, black, black, frame, none, frame, white, white, white, frame},
			{frame, black, black, black, frame, none, frame, white, white, white, frame},
			{frame, black, black, black, frame, none, frame, white, white, white, frame},
			{frame, frame, frame, frame, frame, none, frame, frame, frame, frame, frame}}},
		{"eleven channels", ops.Zeros(11, 1, 1), ImageOptions{Scale: 1}, [][]color.NRGBA{
			{black, none, black, none, black, none, black}, {none, none, none, none, none, none, none},
			{black, none, black, none, black, none, black}, {none, none, none, none, none, none, none},
			{black, none, black, none, black, none, none}}},
	} {
		img := pixels(t, Image(c.t, c.o))
		if img.Bounds() != image.Rect(0, 0, len(c.want[0]), len(c.want)) {
			t.Errorf("%s: size %v", c.name, img.Bounds())
			continue
		}
		for y, row := range c.want {
			for x, want := range row {
				if got := color.NRGBAModel.Convert(img.At(x, y)); got != want {
					t.Errorf("%s: pixel %d,%d is %v, want %v", c.name, x, y, got, want)
				}
			}
		}
	}
}

func TestTensorImageRefuses(t *testing.T) {
	wantError(t, "it has shape [3]", func() { Image(ops.Zeros(3)) })
	wantError(t, "it has shape [2 2]", func() { Image(ops.Zeros(2, 2), ImageOptions{Colors: RGB}) })
	wantError(t, "it has shape [2 2 2 2 2]", func() { Image(ops.Zeros(2, 2, 2, 2, 2)) })
	wantError(t, "shape [0 2]", func() { Image(ops.Zeros(0, 2)) })
	wantError(t, "are more than", func() { Image(ops.Zeros(2, 2), ImageOptions{Scale: 100_000}) })
	wantError(t, "got a *ops.Tensor", func() { Image((*ops.Tensor)(nil)) })
}

func TestTensorDefault(t *testing.T) {
	var none *ops.Tensor
	for _, c := range []struct {
		name    string
		t       *ops.Tensor
		text    string // start of text/plain
		html    string // part of text/html; empty: none
		picture bool
	}{
		{"nil", none, "<nil>", "", false},
		{"scalar", ops.From(2.5), "Float32 [] 2.5", "", false},
		{"empty", ops.Zeros(0, 3), "Float32 [0 3]", "", false},
		{"vector", ops.From([]float64{1, 2}), "Float32 [2], 1 to 2", `<td style="text-align: right; background: rgba(214, 96, 77, 0.60)">2</td>`, false},
		{"matrix", ops.From([][]int{{1, 2}, {3, 4}}), "Int64 [2 2], 1 to 4", "<th>1</th><td", false},
		{"bools", ops.From([]bool{true, false}), "Bool [2], 1 true", ">true</td>", false},
		{"small cube", ops.Zeros(2, 2, 2), "Float32 [2 2 2], all zero", "<img", true},
		{"long vector", ops.Zeros(100_000), "Float32 [100000]", "<img", true},
		{"image", ops.Zeros(28, 28), "Float32 [28 28]", "<img", true},
		{"channels", ops.Zeros(8, 26, 26), "Float32 [8 26 26]", "<img", true},
		{"huge", ops.Zeros(3000, 3000), "Float32 [3000 3000]", "<img", true},
		{"batch", ops.Zeros(500, 300, 8, 8), "Float32 [500 300 8 8]", "<img", true},
		{"five axes", ops.Zeros(2, 2, 10, 10, 10), "Float32 [2 2 10 10 10]", "<img", true},
	} {
		d := Render(c.t)
		if !strings.HasPrefix(d.String(), c.text) || len(d.String()) > textLimit+100 {
			t.Errorf("%s: text %.100q", c.name, d.String())
		}
		page, _ := d.MIME[textHTML].(string)
		if (page != "") != (c.html != "") || !strings.Contains(page, c.html) || len(page) > 200_000 {
			t.Errorf("%s: %d bytes of HTML %.200q, want %q in it", c.name, len(page), page, c.html)
		}
		if _, ok := d.MIME[imagePNG]; ok != c.picture {
			t.Errorf("%s: picture %v", c.name, ok)
		} else if ok {
			if b := pixels(t, d).Bounds(); b.Dx() > 20_000 || b.Dx()*b.Dy() > 2<<20 {
				t.Errorf("%s: picture of %v", c.name, b)
			}
		}
	}
}
