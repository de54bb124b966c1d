package display

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
)

// What a table shows at most. Of more rows or columns it has the first and the
// last, and says how many are left out.
const (
	rowLimit    = 60
	headRows    = 20
	tailRows    = 10
	columnLimit = 24
	headColumns = 16
	tailColumns = 7
	cellLimit   = 60 // characters of one cell
)

// TableOptions says how [Table] shows its rows. The zero value shows all
// columns with the rows numbered from 0.
type TableOptions struct {
	// Columns chooses the columns and their order. For rows without names,
	// such as [][]float64, they are the names.
	Columns []string
	// Caption stands above the table.
	Caption string
	// Rows is the largest number of rows shown, 60 if it is 0: of more there
	// are the first two thirds and the last third. At most 1000.
	Rows int
	// NoIndex leaves out the numbers of the rows.
	NoIndex bool
	// Mark says which cells are to stand out: bold, in text with a *. It may
	// be nil.
	Mark func(row int, column string) bool
}

// sheet is a table that is ready to be drawn: of all rows those that are shown.
type sheet struct {
	caption string
	corner  string   // above the labels of the rows
	header  []string // names of the columns; nil: none
	labels  []string // of the rows shown; nil: none
	rows    [][]entry
	gap     int // rows left out before row gapAt
	gapAt   int
}

// entry is one cell.
type entry struct {
	text   string
	number bool // stands on the right
	mark   bool
}

// span says which of n things are shown: all, or the first and the last.
func span(n, limit, head, tail int) []int {
	if n <= limit {
		head, tail = n, 0
	}
	list := make([]int, 0, head+tail)
	for i := range head {
		list = append(list, i)
	}
	for i := n - tail; i < n; i++ {
		list = append(list, i)
	}
	return list
}

// narrow leaves out columns in the middle if there are too many.
func (s *sheet) narrow() {
	n := len(s.header)
	if n <= columnLimit {
		return
	}
	keep := func(list []entry, between entry) []entry {
		out := append([]entry{}, list[:headColumns]...)
		return append(append(out, between), list[n-tailColumns:]...)
	}
	for i, row := range s.rows {
		s.rows[i] = keep(row, entry{text: "…"})
	}
	names := append([]string{}, s.header[:headColumns]...)
	names = append(names, fmt.Sprintf("… %d columns more …", n-headColumns-tailColumns))
	s.header = append(names, s.header[n-tailColumns:]...)
}

// data draws the table.
func (s *sheet) data() Data {
	s.narrow()
	columns := len(s.header)
	for _, row := range s.rows {
		columns = max(columns, len(row))
	}
	right := make([]bool, columns) // all numbers
	for j := range right {
		seen := false
		right[j] = true
		for _, row := range s.rows {
			if j < len(row) && row[j].text != "" && row[j].text != "…" {
				seen = true
				right[j] = right[j] && row[j].number
			}
		}
		right[j] = right[j] && seen
	}
	return Data{MIME: map[string]any{textPlain: s.plain(columns, right), textHTML: s.page(columns, right)}}
}

func (s *sheet) plain(columns int, right []bool) string {
	var lines [][]string
	if s.header != nil {
		line := append([]string{s.corner}, s.header...)
		lines = append(lines, line)
	}
	for i, row := range s.rows {
		line := []string{""}
		if s.labels != nil {
			line[0] = s.labels[i]
		}
		for _, e := range row {
			text := e.text
			if e.mark {
				text += "*"
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	width := make([]int, columns+1)
	for _, line := range lines {
		for j, text := range line {
			width[j] = max(width[j], columnsOf(text))
		}
	}
	var b strings.Builder
	if s.caption != "" {
		b.WriteString(s.caption + "\n")
	}
	heading := 0
	if s.header != nil {
		heading = 1
	}
	for i, line := range lines {
		if s.gap > 0 && i == s.gapAt+heading {
			b.WriteString(s.gapText() + "\n")
		}
		var out strings.Builder
		first := true
		for j, text := range line {
			if j == 0 && s.labels == nil {
				continue
			}
			if !first {
				out.WriteString("  ")
			}
			first = false
			space := strings.Repeat(" ", width[j]-columnsOf(text))
			if j > 0 && right[j-1] {
				out.WriteString(space + text)
			} else {
				out.WriteString(text + space)
			}
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	if s.gap > 0 && s.gapAt == len(s.rows) {
		b.WriteString(s.gapText() + "\n")
	}
	return shorten(strings.TrimSuffix(b.String(), "\n"), plainLimit)
}

// gapText says how many rows are left out.
func (s *sheet) gapText() string { return "… " + counted(s.gap, "row") + " more …" }

func (s *sheet) page(columns int, right []bool) string {
	var b strings.Builder
	b.WriteString("<table>")
	if s.caption != "" {
		b.WriteString(`<caption style="text-align: left; white-space: nowrap">` + html.EscapeString(s.caption) + "</caption>")
	}
	side := func(j int) string {
		if j < len(right) && right[j] {
			return ` style="text-align: right"`
		}
		return ` style="text-align: left"`
	}
	if s.header != nil {
		b.WriteString("<thead><tr>")
		if s.labels != nil {
			b.WriteString(`<th style="text-align: left">` + html.EscapeString(s.corner) + "</th>")
		}
		for j, name := range s.header {
			b.WriteString("<th" + side(j) + ">" + html.EscapeString(name) + "</th>")
		}
		b.WriteString("</tr></thead>")
	}
	gap := ""
	if s.gap > 0 {
		wide := columns
		if s.labels != nil {
			wide++
		}
		gap = fmt.Sprintf(`<tr><td colspan="%d" style="text-align: left; opacity: 0.7">%s</td></tr>`, wide, s.gapText())
	}
	b.WriteString("<tbody>")
	for i, row := range s.rows {
		if i == s.gapAt {
			b.WriteString(gap)
		}
		b.WriteString("<tr>")
		if s.labels != nil {
			b.WriteString(`<th style="text-align: left">` + html.EscapeString(s.labels[i]) + "</th>")
		}
		for j, e := range row {
			text := html.EscapeString(e.text)
			if e.mark {
				text = "<b>" + text + "</b>"
			}
			b.WriteString("<td" + side(j) + ">" + text + "</td>")
		}
		b.WriteString("</tr>")
	}
	if s.gapAt == len(s.rows) {
		b.WriteString(gap)
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n != 1 {
		noun += "s"
	}
	return s + " " + noun
}

// columnsOf is how many columns of a terminal a text takes.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul), r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
			n += 2
		default:
			n++
		}
	}
	return n
}
