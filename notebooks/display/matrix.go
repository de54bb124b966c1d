package display

import (
	"fmt"
	"html"
	"reflect"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// A matrix with more rows or columns than matrixLimit is shown by its first
// and last matrixMargin of them.
const (
	matrixLimit  = 20
	matrixMargin = 5
)

// matrix shows m as a table. It reports false for a nil matrix, which has no
// size.
func matrix(m mat.Matrix) (Data, bool) {
	if isNil(m) {
		return Data{}, false
	}
	return lazyTable(matrixRows(m)), true
}

// lazyTable shows rows of numbers with the indices of rows and columns.
func lazyTable(m lazy) Data {
	rows, cols := m.rows, m.columns
	title := fmt.Sprintf("%d x %d matrix", rows, cols)
	if rows == 0 || cols == 0 {
		return Text(title)
	}
	ri, ci := margins(rows), margins(cols)

	cells := make([][]string, len(ri))
	for a, i := range ri {
		cells[a] = make([]string, len(ci))
		for b, j := range ci {
			switch {
			case i < 0 || j < 0:
				cells[a][b] = "…"
			default:
				cells[a][b] = number(m.at(i, j))
			}
		}
	}
	return table(title, ri, ci, cells)
}

// margins returns the indices to show of n; -1 stands for those left out.
func margins(n int) []int {
	if n <= matrixLimit {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		return all
	}
	some := make([]int, 0, 2*matrixMargin+1)
	for i := range matrixMargin {
		some = append(some, i)
	}
	some = append(some, -1)
	for i := n - matrixMargin; i < n; i++ {
		some = append(some, i)
	}
	return some
}

// number prints x with at most six significant digits, as short as it can.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// table lays out cells as aligned text and as an HTML table with indices on
// both sides.
func table(title string, rows, cols []int, cells [][]string) Data {
	width := make([]int, len(cols))
	for _, row := range cells {
		for j, c := range row {
			width[j] = max(width[j], len([]rune(c)))
		}
	}
	var text, page strings.Builder
	text.WriteString(title)
	page.WriteString(`<table><caption style="text-align: left; white-space: nowrap">` + html.EscapeString(title) + "</caption><thead><tr><th></th>")
	for _, j := range cols {
		page.WriteString("<th>" + index(j) + "</th>")
	}
	page.WriteString("</tr></thead><tbody>")
	for i, row := range cells {
		text.WriteString("\n")
		page.WriteString("<tr><th>" + index(rows[i]) + "</th>")
		for j, c := range row {
			if j > 0 {
				text.WriteString("  ")
			}
			text.WriteString(strings.Repeat(" ", width[j]-len([]rune(c))) + c)
			page.WriteString(`<td style="text-align: right">` + html.EscapeString(c) + "</td>")
		}
		page.WriteString("</tr>")
	}
	page.WriteString("</tbody></table>")
	return Data{MIME: map[string]any{textPlain: text.String(), textHTML: page.String()}}
}

func index(i int) string {
	if i < 0 {
		return "…"
	}
	return strconv.Itoa(i)
}

// isNil reports whether v is a nil pointer in an interface.
func isNil(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}
