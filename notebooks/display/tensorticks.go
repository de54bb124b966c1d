package display

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tick is a label beside a picture, at a distance in pixels.
type tick struct {
	at   float64
	text string
}

// ticks are the indices, or tokens, beside rows and above columns of a picture that
// is shown alone, as HTML.
func (v *view) ticks(s tensorSheet) string {
	var b strings.Builder
	words := v.tokens[0] != nil
	class, height := "cahier-tensor-cols", 20
	cols := indexTicks(v.cols, s.pageX, 7*len(strconv.Itoa(v.cols.n))+12)
	rows := indexTicks(v.rows, s.pageY, 18)
	if words { // columns stand upright
		cols, rows = tokenTicks(v.tokensOf(1), s.pageX, 13), tokenTicks(v.tokensOf(0), s.pageY, 13)
		class, height = class+" cahier-tensor-words", 7*widest(cols)+10
	}
	if v.t.Rank() == 1 {
		rows = nil
	}
	fmt.Fprintf(&b, `<div class="%s" style="height:%dpx">`, class, height)
	for _, t := range cols {
		fmt.Fprintf(&b, `<span style="left:%.4gpx">%s</span>`, t.at, html.EscapeString(t.text))
	}
	fmt.Fprintf(&b, `</div><div class="cahier-tensor-rows" style="width:%dpx">`, 7*widest(rows)+10)
	for _, t := range rows {
		fmt.Fprintf(&b, `<span style="top:%.4gpx">%s</span>`, t.at, html.EscapeString(t.text))
	}
	b.WriteString("</div>")
	return b.String()
}

// indexTicks labels round indices that are at least room pixels apart.
func indexTicks(b blocking, zoom, room int) []tick {
	step := 1
	perIndex := float64(b.count()*zoom) / float64(b.n)
	for factor := 0; float64(step)*perIndex < float64(room) && step < b.n; factor++ {
		step = [...]int{2, 5, 10}[factor%3]
		for range factor / 3 {
			step *= 10
		}
	}
	var list []tick
	for i := 0; i < b.n; i += step {
		block := b.of(i)
		from, to := b.span(block)
		list = append(list, tick{(float64(block) + (float64(i-from)+0.5)/float64(to-from)) * float64(zoom), strconv.Itoa(i)})
	}
	return list
}

// tokenTicks labels every token if there is room, else every second, third and so
// on.
func tokenTicks(tokens []string, zoom, room int) []tick {
	var list []tick
	for i := 0; i < len(tokens); i += over(room, zoom) {
		list = append(list, tick{(float64(i) + 0.5) * float64(zoom), tokens[i]})
	}
	return list
}

// widest is about how many letters wide the labels are; Chinese ones count twice.
func widest(list []tick) int {
	most := 0
	for _, t := range list {
		n := 0
		for _, r := range t.text {
			if n++; r >= 0x1100 {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// tokensOf returns the tokens of the cells of rows (0) or columns (1): of a block the
// first one.
func (v *view) tokensOf(side int) []string {
	b := [2]blocking{v.rows, v.cols}[side]
	limit := 32
	if b.count() > 128 {
		limit = 8
	}
	list := make([]string, b.count())
	for i := range list {
		from, _ := b.span(i)
		list[i] = clip(v.tokens[side][from], limit)
	}
	return list
}

// clip returns the first runes of s as valid text.
func clip(s string, limit int) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
