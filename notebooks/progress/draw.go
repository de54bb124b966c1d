package progress

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"cahier/notebooks/display"
)

// Live is the key in the metadata of a display of this package: it is going to
// be updated, and what cannot take back what it has shown does best to wait for
// the end.
const Live = "cahier.live"

// data is the group as a display.
func (g *group) data() display.Data {
	views, more := g.views()
	var text, page strings.Builder
	wide := 0
	for _, v := range views {
		wide = max(wide, utf8.RuneCountInString(v.label))
	}
	page.WriteString(`<div style="font-size: 90%; line-height: 1.5; font-variant-numeric: tabular-nums">`)
	for i, v := range views {
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(v.line(100, min(wide, labelLimit)))
		page.WriteString(v.page())
	}
	if more > 0 {
		fmt.Fprintf(&text, "\nand %d more", more)
		fmt.Fprintf(&page, "<div>and %d more</div>", more)
	}
	page.WriteString("</div>")
	return display.Data{
		MIME:     map[string]any{"text/plain": text.String(), "text/html": page.String()},
		Metadata: map[string]any{Live: true},
	}
}

const (
	labelLimit = 40 // characters
	barWidth   = 20 // characters in text
)

// text is a bar in one line of at most width characters.
func (v view) text(width int) string { return v.line(width, 0) }

func (v view) line(width, labels int) string {
	var b strings.Builder
	if label := short(v.label, labelLimit); labels > 0 || label != "" {
		b.WriteString(label + strings.Repeat(" ", max(labels-utf8.RuneCountInString(label), 0)) + "  ")
	}
	if v.known {
		full := v.part() * barWidth
		if v.state != finished && v.done < v.total {
			full = min(full, barWidth-0.125)
		}
		n := int(full)
		fill := strings.Repeat("█", n)
		if n < barWidth {
			eighths := []string{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}
			fill += eighths[int((full-float64(n))*8)] + strings.Repeat(" ", barWidth-n-1)
		}
		fmt.Fprintf(&b, "%3d%% |%s| ", v.percent(), fill)
	}
	b.WriteString(v.facts())
	return short(b.String(), width)
}

// percent is 100 only when all is done.
func (v view) percent() int {
	p := int(math.Floor(v.part() * 100))
	if p >= 100 && v.done < v.total {
		p = 99
	}
	return p
}

// facts are the numbers of a bar in words.
func (v view) facts() string {
	var parts []string
	switch {
	case v.known:
		parts = append(parts, v.amount(v.done)+" of "+v.amount(v.total))
	default:
		parts = append(parts, v.amount(v.done))
	}
	if v.state == stopped {
		parts = append(parts, "stopped after "+clock(v.elapsed))
	} else {
		parts = append(parts, clock(v.elapsed))
	}
	if v.state == running && v.known && v.rate > 0 && v.done < v.total {
		parts = append(parts, clock(time.Duration(float64(v.total-v.done)/v.rate*float64(time.Second)))+" left")
	}
	if v.rate > 0 {
		parts = append(parts, v.speed())
	}
	if v.note != "" {
		parts = append(parts, short(strings.ReplaceAll(v.note, "\n", " "), 60))
	}
	return strings.Join(parts, ", ")
}

// page is a bar in HTML. All its text is also readable where styles are lost.
func (v view) page() string {
	colour := "var(--jp-brand-color1, #1976d2)"
	switch v.state {
	case finished:
		colour = "var(--jp-success-color1, #388e3c)"
	case stopped:
		colour = "var(--jp-warn-color1, #f57c00)"
	}
	var b strings.Builder
	b.WriteString(`<div style="display: flex; align-items: center; gap: 0.8em; flex-wrap: wrap">`)
	if v.label != "" {
		b.WriteString(`<span style="min-width: 6em">` + html.EscapeString(short(v.label, labelLimit)) + "</span> ")
	}
	if v.known {
		fmt.Fprintf(&b, `<div style="width: 16em; height: 0.8em; border-radius: 3px; overflow: hidden; background: rgba(128, 128, 128, 0.25)">`+
			`<div style="width: %.1f%%; height: 100%%; background: %s"></div></div> <span style="min-width: 2.5em; text-align: right">%d%%</span> `, v.part()*100, colour, v.percent())
	}
	b.WriteString("<span>" + html.EscapeString(v.facts()) + "</span></div>")
	return b.String()
}

// amount is a number of what is counted.
func (v view) amount(n int64) string {
	if !v.bytes {
		return grouped(n)
	}
	return bytesText(float64(n))
}

func bytesText(x float64) string {
	for _, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		if x < 1024 {
			if unit == "B" {
				return fmt.Sprintf("%.0f B", x)
			}
			return fmt.Sprintf("%.1f %s", x, unit)
		}
		x /= 1024
	}
	return fmt.Sprintf("%.1f TiB", x)
}

// grouped is n with commas.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// speed is the rate, per second or, where it is slow, the time for each.
func (v view) speed() string {
	switch {
	case v.bytes:
		return bytesText(v.rate) + "/s"
	case v.rate >= 1e6:
		return fmt.Sprintf("%.3g million/s", v.rate/1e6)
	case v.rate >= 100:
		return grouped(int64(math.Round(v.rate))) + "/s"
	case v.rate >= 1:
		return fmt.Sprintf("%.1f/s", v.rate)
	}
	return fmt.Sprintf("%.1f s each", 1/v.rate)
}

// clock is a duration as people read it from a clock.
func clock(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", max(d, 0).Seconds())
	}
	s := int64(d.Seconds() + 0.5)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	case s < 100*3600:
		return fmt.Sprintf("%d:%02d:%02d h", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d days", s/86400)
}

// short cuts a text to a number of characters, on one line.
func short(s string, width int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return string(r[:width-1]) + "…"
}
