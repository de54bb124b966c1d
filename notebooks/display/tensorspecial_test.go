package display

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

func TestAttention(t *testing.T) {
	w := ops.Softmax(ops.NewRNG(1).Randn(2, 4, 3), -1)
	hostile := []string{`<script>alert("x")</script>`, "a&b", "\xff\xfe", strings.Repeat("长", 100)}
	d := Attention(w, AttentionOptions{Tokens: hostile, Keys: []string{"x", `"`, "z"}})
	page := d.MIME[textHTML].(string)
	checkBundle(t, "attention", w, d)
	s := parsed(t, page)
	if strings.Contains(page, "<script>alert") || s.Tokens == nil || s.Tokens[0][0] != hostile[0] || s.Tokens[0][1] != "a&b" || s.Tokens[1][1] != `"` {
		t.Errorf("tokens %v", s.Tokens)
	}
	wellFormed(t, s.Ticks)
	one := Attention(w.Select(0, 1), AttentionOptions{Tokens: hostile, Keys: []string{"x", `"`, "z"}}).MIME[textHTML].(string)
	wellFormed(t, one)
	for name, ticks := range map[string]string{"several heads": s.Ticks, "one head": one} {
		if !strings.Contains(ticks, "&lt;script&gt;alert(") || strings.Contains(ticks, "<script>alert") {
			t.Errorf("%s: the labels are %s", name, ticks)
		}
	}
	for _, want := range []string{"rows: query (4), columns: key (3)", `data-view="{`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if s := parsed(t, Attention(ops.Zeros(2, 3, 5, 5)).MIME[textHTML].(string)); s.Tokens != nil || len(s.Lead) != 2 || s.Columns != 3 {
		t.Errorf("heads in %d columns, leading axes %v", s.Columns, s.Lead)
	}
	masked := ops.From([][]float64{{1, math.Inf(-1)}, {2, -1}})
	if page := Attention(masked).MIME[textHTML].(string); !strings.Contains(page, "-Inf: 1 cell") {
		t.Error("masked scores are not marked")
	}

	many := make([]string, 600)
	for i := range many {
		many[i] = strings.Repeat("😀\"<", 20)
	}
	large := ops.NewRNG(2).Rand(12, 600, 600)
	checkBundle(t, "long attention", large, Attention(large, AttentionOptions{Tokens: many}))
	flat := ops.NewRNG(2).Rand(600, 600)
	checkBundle(t, "long attention of one head", flat, Attention(flat, AttentionOptions{Tokens: many}))
}

func TestAttentionRefuses(t *testing.T) {
	w := ops.Zeros(2, 3, 4)
	wantError(t, "[2 3 4]", func() { Attention(w, AttentionOptions{Tokens: []string{"a", "b", "c"}}) })
	wantError(t, "2 tokens for 3 queries", func() { Attention(w, AttentionOptions{Tokens: []string{"a", "b"}, Keys: []string{"a", "b", "c", "d"}}) })
	wantError(t, "Keys without Tokens", func() { Attention(w, AttentionOptions{Keys: []string{"a", "b", "c", "d"}}) })
	wantError(t, "a nil tensor", func() { Attention(nil) })
	wantError(t, "shape [3]", func() { Attention(ops.Zeros(3)) })
	wantError(t, "shape [0 3]", func() { Attention(ops.Zeros(0, 3)) })
	wantError(t, "2 options", func() { Attention(w, AttentionOptions{}, AttentionOptions{}) })
}

func TestFilters(t *testing.T) {
	rng := ops.NewRNG(3)
	for _, shape := range [][]int{{8, 3, 5}, {16, 3, 5, 5}, {64, 64, 3, 3}, {2, 2, 3, 3, 3}} {
		w := rng.Randn(shape...)
		d := Filters(w)
		if page := d.MIME[textHTML].(string); strings.Contains(page, "<nil>") || len(page) > 200_000 {
			t.Errorf("%v: %d bytes", shape, len(page))
		}
		wellFormed(t, d.MIME[textHTML].(string))
	}
	d := Filters(ops.From([][][][]float64{{{{-1}}, {{0}}, {{1}}}}), TensorOptions{Colors: RGB})
	r, g, b, _ := pixels(t, d).At(0, 0).RGBA()
	if fmt.Sprint(r>>8, g>>8, b>>8) != "0 128 255" {
		t.Errorf("the colour of -1, 0, 1 is %d %d %d", r>>8, g>>8, b>>8)
	}
	wantError(t, "kernels [2 4 3 3]", func() { Filters(ops.Zeros(2, 4, 3, 3), TensorOptions{Colors: RGB}) })
	wantError(t, "[O I kh kw]", func() { Filters(ops.Zeros(2, 4)) })
}

func TestFeatureMaps(t *testing.T) {
	y := ops.NewRNG(4).Randn(32, 24, 28, 28)
	d := FeatureMaps(y)
	checkBundle(t, "feature maps", y, d)
	s := parsed(t, d.MIME[textHTML].(string))
	if len(s.Lead) != 2 || len(s.Lead[0].Keep) != 1 || len(s.Lead[1].Keep) != 24 {
		t.Errorf("examples %v, channels %v: channels should be kept", s.Lead[0].Keep, s.Lead[1].Keep)
	}
	if !strings.Contains(d.MIME[textHTML].(string), "example: the first of 32") {
		t.Error("what is left out is not said")
	}
	wantError(t, "[C H W]", func() { FeatureMaps(ops.Zeros(3, 3)) })
	wantError(t, "three channels", func() { FeatureMaps(y, TensorOptions{Colors: RGB}) })
}

func TestListsOfTensors(t *testing.T) {
	layer := nn.BatchNorm(2)
	for _, c := range []struct {
		v    any
		text string
		html []string
	}{
		{nn.Named(layer), "weight        Float32 [2], 1 to 1, mean 1, std 0\nbias          Float32 [2], all zero\nrunning_mean  Float32 [2], all zero (buffer)\n" +
			"running_var   Float32 [2], 1 to 1, mean 1, std 0 (buffer)\n4 parameters in 4 tensors", []string{"buffer</small>", "<td style=\"text-align: left\">[2]</td>"}},
		{[]*ops.Tensor{ops.From([]float64{0, 1}), nil, ops.From([]float64{math.NaN(), 2})},
			"0  Float32 [2], 0 to 1, mean 0.5, std 0.5 █▁▁▁▁▁▁▁▁▁▁█\n1  <nil>\n2  Float32 [2], 2 to 2, mean 2, std 0, 1 NaN!\n4 elements in 3 tensors", []string{"&lt;nil&gt;", "1 NaN!</b>"}},
		{map[string]*ops.Tensor{"b<i>": ops.Zeros(1), "a": ops.Zeros(0)}, "a     Float32 [0]\nb<i>  Float32 [1] 0\n1 element in 2 tensors", []string{"b&lt;i&gt;"}},
		{[]*ops.Tensor{}, "0 elements in 0 tensors", nil},
	} {
		d := Render(c.v)
		page := d.MIME[textHTML].(string)
		wellFormed(t, page)
		if d.String() != c.text {
			t.Errorf("got\n%s\nwant\n%s", d, c.text)
		}
		for _, want := range c.html {
			if !strings.Contains(page, want) {
				t.Errorf("no %s in %s", want, page)
			}
		}
	}
	long := make([]*ops.Tensor, 5000)
	for i := range long {
		long[i] = ops.Full(float64(i), 3)
	}
	d := Render(long)
	if page := d.MIME[textHTML].(string); len(page) > 200_000 || !strings.Contains(page, "(4800 more)") || strings.Count(page, "<tr>") != 202 {
		t.Errorf("%d bytes, %d rows", len(page), strings.Count(page, "<tr>"))
	}
}
