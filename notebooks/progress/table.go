package progress

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"sync"
	"unicode/utf8"

	"cahier/notebooks/display"
)

// tableRows is how many rows a table keeps. When it is full, every second one
// of the older half is dropped.
const tableRows = 2000

// TrainingTable is a table that grows while a cell runs, a row for each epoch; see
// [Table]. Its methods may be called from any goroutine.
type TrainingTable struct {
	columns   []string
	refresher *display.Refresher
	rows      io.Writer // gets a line for each row instead; may be nil

	mu    sync.Mutex // guards what follows
	kept  [][]any
	count int
	best  map[string]direction
}

type direction int

const (
	lowest  direction = -1
	highest direction = 1
)

// Table is the function Table.
func (p *Progress) Table(columns ...string) *TrainingTable {
	if len(columns) == 0 || len(columns) > 50 {
		panic(&Error{"Table", fmt.Sprintf("%d columns", len(columns)), "the names of 1 to 50 columns"})
	}
	for i, name := range columns {
		if slices.Contains(columns[:i], name) {
			panic(&Error{"Table", fmt.Sprintf("the column %q twice", name), "names that differ"})
		}
	}
	t := &TrainingTable{columns: slices.Clone(columns), best: map[string]direction{}, rows: p.rows}
	if p.rows == nil {
		t.refresher = p.effects.Refresher(func() any { return t.data() })
	}
	return t
}

// Row adds a row: a value for each column. It panics with an [*Error] if there
// are more or fewer.
func (t *TrainingTable) Row(values ...any) {
	if len(values) != len(t.columns) {
		panic(&Error{"TrainingTable.Row", fmt.Sprintf("%d values", len(values)), fmt.Sprintf("one for each of the %d columns", len(t.columns))})
	}
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = settled(v)
	}
	t.mu.Lock()
	t.kept = append(t.kept, row)
	t.count++
	if len(t.kept) >= tableRows {
		t.thin()
	}
	if t.rows != nil {
		t.print(row)
	}
	t.mu.Unlock()
	if t.rows == nil {
		t.refresher.Changed()
	}
}

// thin drops every second row of the older half, but none of the best; t.mu is
// held.
func (t *TrainingTable) thin() {
	best := t.bests()
	var list [][]any
	for i, row := range t.kept {
		if i >= tableRows/2 || i%2 == 0 || slices.ContainsFunc(best, func(x float64) bool { return !math.IsNaN(x) && t.has(row, x) }) {
			list = append(list, row)
		}
	}
	if len(list) >= tableRows { // all of them are the best
		list = slices.Clone(list[tableRows/2:])
	}
	t.kept = list
}

func (t *TrainingTable) has(row []any, x float64) bool {
	return slices.ContainsFunc(row, func(v any) bool { y, ok := numberOf(v); return ok && x == y })
}

// print writes a row as a line of its own, the first one with the names above;
// t.mu is held.
func (t *TrainingTable) print(row []any) {
	line := func(texts []string) {
		for i, s := range texts {
			if i > 0 {
				fmt.Fprint(t.rows, "  ")
			}
			fmt.Fprintf(t.rows, "%*s", max(utf8.RuneCountInString(t.columns[i]), 8), s)
		}
		fmt.Fprintln(t.rows)
	}
	if t.count == 1 {
		line(t.columns)
	}
	texts := make([]string, len(row))
	for i, v := range row {
		if x, ok := v.(float64); ok {
			v = rounded(x)
		}
		texts[i] = short(fmt.Sprint(v), 40)
	}
	line(texts)
}

// settled is a value that does not change any more: numbers as they are,
// others as text.
func settled(v any) any {
	if n, ok := v.(interface {
		Len() int
		Item() float64
	}); ok && reflect.ValueOf(v).Kind() == reflect.Pointer && !reflect.ValueOf(v).IsNil() && n.Len() == 1 { // a loss
		return n.Item()
	}
	if s, ok := v.(fmt.Stringer); ok {
		return display.Format(s)
	}
	switch r := reflect.ValueOf(v); {
	case !r.IsValid():
		return ""
	case r.CanFloat():
		return r.Float()
	case r.CanInt():
		return r.Int()
	case r.CanUint():
		return r.Uint()
	}
	return display.Format(v)
}

// Lowest marks the lowest value of a column, such as a loss, and Highest the
// highest. They return t, and panic with an [*Error] if there is no such column.
func (t *TrainingTable) Lowest(column string) *TrainingTable {
	return t.mark("TrainingTable.Lowest", column, lowest)
}

// Highest marks the highest value of a column; see [TrainingTable.Lowest].
func (t *TrainingTable) Highest(column string) *TrainingTable {
	return t.mark("TrainingTable.Highest", column, highest)
}

func (t *TrainingTable) mark(function, column string, d direction) *TrainingTable {
	if !slices.Contains(t.columns, column) {
		panic(&Error{function, fmt.Sprintf("%q", column), fmt.Sprintf("one of the columns %q", t.columns)})
	}
	t.mu.Lock()
	t.best[column] = d
	t.mu.Unlock()
	return t
}

// bests are the best values by column; t.mu is held.
func (t *TrainingTable) bests() []float64 {
	list := make([]float64, len(t.columns))
	for j, name := range t.columns {
		list[j] = math.NaN()
		d, ok := t.best[name]
		if !ok {
			continue
		}
		for _, row := range t.kept {
			x, ok := numberOf(row[j])
			if ok && !math.IsNaN(x) && (math.IsNaN(list[j]) || cmp.Compare(x, list[j]) == int(d)) {
				list[j] = x
			}
		}
	}
	return list
}

func numberOf(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	}
	return 0, false
}

// data is the table as a display.
func (t *TrainingTable) data() display.Data {
	t.mu.Lock()
	rows := slices.Clone(t.kept)
	best := t.bests()
	caption := ""
	if t.count > len(rows) {
		caption = fmt.Sprintf("%s rows, of which older ones are thinned out", grouped(int64(t.count)))
	}
	t.mu.Unlock()
	cells := make([][]any, len(rows))
	for i, row := range rows {
		cells[i] = make([]any, len(row))
		for j, v := range row {
			cells[i][j] = v
			if x, ok := v.(float64); ok {
				cells[i][j] = rounded(x)
			}
		}
	}
	marked := func(i int, column string) bool {
		j := slices.Index(t.columns, column)
		x, ok := numberOf(rows[i][j])
		return ok && x == best[j]
	}
	d := display.Table(cells, display.TableOptions{Columns: t.columns, NoIndex: true, Caption: caption, Rows: 60, Mark: marked})
	d.Metadata = map[string]any{Live: true}
	return d
}

// rounded is x with four significant digits: more of a loss is noise.
func rounded(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	y := 0.0
	if _, err := fmt.Sscanf(fmt.Sprintf("%.4g", x), "%g", &y); err != nil {
		return x
	}
	return y
}

// MIMEBundle implements display.Bundler: the table as it is now.
func (t *TrainingTable) MIMEBundle() map[string]any { return t.data().MIME }

// String is the table as it is now, as text.
func (t *TrainingTable) String() string { return t.data().String() }
