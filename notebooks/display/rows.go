package display

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cahier/ops"

	"gonum.org/v1/gonum/mat"
)

// Table shows rows as a table: a slice of structs (exported fields, also those
// of embedded structs, are the columns) or of pointers to structs, a slice of
// maps (keys are the columns), a slice of slices, a map of slices (keys name the
// columns), any other map (a row for each key), a mat.Matrix, or a tensor of one
// or two axes. Columns of numbers stand on the right, nested values are
// shortened, and of many rows there are the first and the last with the number
// left out. It panics with an [*Error] if rows is none of these, if an option
// names a column that does not exist, or if more than one TableOptions is given.
func Table(rows any, options ...TableOptions) Data {
	var o TableOptions
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(&Error{Func: "Table", Got: fmt.Sprintf("%d options", len(options)), Want: "one TableOptions at most"})
	}
	if o.Rows < 0 || o.Rows > 1000 {
		panic(&Error{Func: "Table", Got: fmt.Sprintf("Rows: %d", o.Rows), Want: "0 to 1000"})
	}
	const want = "a slice of structs, maps or slices, a map, a matrix, or a tensor of one or two axes"
	switch x := rows.(type) {
	case *ops.Tensor:
		if x == nil || x.Rank() < 1 || x.Rank() > 2 || x.Len() == 0 {
			panic(&Error{Func: "Table", Got: "a tensor of another rank, or an empty one", Want: want})
		}
		rows = tensorRows(x)
	case mat.Matrix:
		if isNil(x) {
			panic(&Error{Func: "Table", Got: "a nil matrix", Want: want})
		}
		rows = matrixRows(x)
	}
	t, err := tableOf(reflect.ValueOf(rows), o)
	if err != "" {
		panic(&Error{Func: "Table", Got: err, Want: want})
	}
	return t.data()
}

// lazy is rows that are computed: only those shown are.
type lazy struct {
	rows, columns int
	at            func(i, j int) float64
}

func matrixRows(m mat.Matrix) lazy {
	r, c := m.Dims()
	return lazy{r, c, m.At}
}

func tensorRows(t *ops.Tensor) lazy {
	if t.Rank() == 1 {
		t = t.Reshape(t.Len(), 1)
	}
	return lazy{t.Size(0), t.Size(1), func(i, j int) float64 { return t.At(i, j) }}
}

// tableOf makes the sheet of rows; if it cannot, err is what it was given.
func tableOf(v reflect.Value, o TableOptions) (s *sheet, err string) {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, "nil"
	}
	source, err := sourceOf(v)
	if err != "" {
		return nil, err
	}
	limit, head, tail := rowLimit, headRows, tailRows
	if o.Rows > 0 {
		limit, head, tail = o.Rows, o.Rows-o.Rows/3, o.Rows/3
	}
	shown := span(source.rows, limit, head, tail)
	names := source.names(shown)
	pick := make([]int, len(names))
	for j := range pick {
		pick[j] = j
	}
	switch {
	case len(o.Columns) == 0:
	case source.named:
		pick = pick[:0]
		for _, want := range o.Columns {
			j := slices.Index(names, want)
			if j < 0 {
				return nil, fmt.Sprintf("the column %q, where there are %s", shorten(want, 60), shorten(strings.Join(names, ", "), 400))
			}
			pick = append(pick, j)
		}
	case len(o.Columns) != len(names):
		return nil, fmt.Sprintf("%d names for %d columns", len(o.Columns), len(names))
	default:
		names = o.Columns
	}
	s = &sheet{caption: o.Caption, corner: source.corner}
	for _, j := range pick {
		s.header = append(s.header, cellText(names[j]))
	}
	if len(shown) < source.rows {
		s.gap, s.gapAt = source.rows-len(shown), head
	}
	for _, i := range shown {
		cells := source.row(i, len(names))
		row := make([]entry, len(pick))
		for k, j := range pick {
			if j < len(cells) {
				row[k] = cells[j]
			}
			row[k].mark = o.Mark != nil && o.Mark(i, names[j])
		}
		s.rows = append(s.rows, row)
		if !o.NoIndex {
			s.labels = append(s.labels, source.label(i))
		}
	}
	if s.labels == nil && !o.NoIndex {
		s.labels = []string{}
	}
	return s, ""
}

// source gives the rows of a table.
type source struct {
	rows   int
	corner string
	named  bool // the columns have names of their own
	names  func(shown []int) []string
	row    func(i, columns int) []entry
	label  func(i int) string
}

func sourceOf(v reflect.Value) (s source, err string) {
	s.label = strconv.Itoa
	fixed := func(names []string) { s.names = func([]int) []string { return names } }
	if l, ok := interfaceOf(v).(lazy); ok {
		s.rows = l.rows
		fixed(numbered(l.columns))
		s.row = func(i, n int) []entry {
			row := make([]entry, n)
			for _, j := range span(n, columnLimit, headColumns, tailColumns) {
				row[j] = entry{text: number(l.at(i, j)), number: true}
			}
			return row
		}
		return s, ""
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		return sliceSource(v, s)
	case reflect.Map:
		return mapSource(v, s)
	case reflect.Struct:
		fields := fieldsOf(v.Type())
		if len(fields) == 0 {
			return s, fmt.Sprintf("a %s, which has no exported fields", v.Type())
		}
		s.rows, s.corner = len(fields), "field"
		fixed([]string{"value"})
		s.label = func(i int) string { return fields[i].Name }
		s.row = func(i, _ int) []entry { return []entry{entryOf(fieldAt(v, fields[i]))} }
		return s, ""
	}
	return s, fmt.Sprintf("a %s", v.Type())
}

func sliceSource(v reflect.Value, s source) (source, string) {
	s.rows = v.Len()
	elem := v.Type().Elem()
	at := func(i int) reflect.Value {
		e := v.Index(i)
		for (e.Kind() == reflect.Pointer || e.Kind() == reflect.Interface) && !e.IsNil() {
			e = e.Elem()
		}
		return e
	}
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if elem.Kind() == reflect.Interface && v.Len() > 0 { // all of one type
		if first := at(0); first.Kind() == reflect.Struct || first.Kind() == reflect.Map || first.Kind() == reflect.Slice {
			elem = first.Type()
		}
		for i := range v.Len() {
			if e := at(i); e.Type() != elem {
				return s, fmt.Sprintf("a %s with elements of several types", v.Type())
			}
		}
	}
	switch elem.Kind() {
	case reflect.Struct:
		fields := fieldsOf(elem)
		if len(fields) == 0 {
			return s, fmt.Sprintf("a %s, whose elements have no exported fields", v.Type())
		}
		s.named = true
		names := make([]string, len(fields))
		for i, f := range fields {
			names[i] = f.Name
		}
		s.names = func([]int) []string { return names }
		s.row = func(i, n int) []entry {
			e := at(i)
			if e.Kind() != reflect.Struct {
				return []entry{{text: "<nil>"}}
			}
			row := make([]entry, n)
			for j, f := range fields {
				row[j] = entryOf(fieldAt(e, f))
			}
			return row
		}
		return s, ""
	case reflect.Map:
		s.named = true
		var keys []reflect.Value
		s.names = func(shown []int) []string {
			seen := map[any]bool{}
			for _, i := range shown {
				e := at(i)
				if e.Kind() != reflect.Map {
					continue
				}
				for _, k := range someKeys(e, 1000) {
					if id := interfaceOf(k); !seen[id] && len(keys) < 1000 {
						seen[id] = true
						keys = append(keys, k)
					}
				}
			}
			sortKeys(keys)
			names := make([]string, len(keys))
			for i, k := range keys {
				names[i] = entryOf(k).text
			}
			return names
		}
		s.row = func(i, n int) []entry {
			e := at(i)
			if e.Kind() != reflect.Map {
				return []entry{{text: "<nil>"}}
			}
			row := make([]entry, n)
			for j, k := range keys {
				if x := e.MapIndex(k); x.IsValid() {
					row[j] = entryOf(x)
				}
			}
			return row
		}
		return s, ""
	case reflect.Slice, reflect.Array:
		columns := 0
		for i := range v.Len() {
			if e := at(i); e.Kind() == reflect.Slice || e.Kind() == reflect.Array {
				columns = max(columns, e.Len())
			}
		}
		names := numbered(min(columns, 10_000))
		s.names = func([]int) []string { return names }
		s.row = func(i, n int) []entry {
			e := at(i)
			if e.Kind() != reflect.Slice && e.Kind() != reflect.Array {
				return []entry{{text: "<nil>"}}
			}
			row := make([]entry, n)
			for _, j := range span(n, columnLimit, headColumns, tailColumns) {
				if j < e.Len() {
					row[j] = entryOf(e.Index(j))
				}
			}
			return row
		}
		return s, ""
	}
	s.names = func([]int) []string { return []string{"value"} }
	s.row = func(i, _ int) []entry { return []entry{entryOf(v.Index(i))} }
	return s, ""
}

// mapSource has a column for each key if the values are slices of one length,
// else a row for each key.
func mapSource(v reflect.Value, s source) (source, string) {
	keys := v.MapKeys()
	sortKeys(keys)
	elem := v.Type().Elem()
	if elem.Kind() == reflect.Slice && elem.Elem().Kind() != reflect.Uint8 && len(keys) > 0 {
		n, same := v.MapIndex(keys[0]).Len(), true
		for _, k := range keys {
			same = same && v.MapIndex(k).Len() == n
		}
		if same && n > 0 {
			s.rows, s.named = n, true
			names := make([]string, len(keys))
			for j, k := range keys {
				names[j] = entryOf(k).text
			}
			s.names = func([]int) []string { return names }
			s.row = func(i, n int) []entry {
				row := make([]entry, n)
				for j, k := range keys {
					row[j] = entryOf(v.MapIndex(k).Index(i))
				}
				return row
			}
			return s, ""
		}
	}
	s.rows, s.corner = len(keys), "key"
	s.label = func(i int) string { return entryOf(keys[i]).text }
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if fields := fieldsOf(elem); elem.Kind() == reflect.Struct && len(fields) > 0 && !plainText(elem) {
		s.named = true
		names := make([]string, len(fields))
		for j, f := range fields {
			names[j] = f.Name
		}
		s.names = func([]int) []string { return names }
		s.row = func(i, n int) []entry {
			e := v.MapIndex(keys[i])
			for e.Kind() == reflect.Pointer && !e.IsNil() {
				e = e.Elem()
			}
			if e.Kind() != reflect.Struct {
				return []entry{{text: "<nil>"}}
			}
			row := make([]entry, n)
			for j, f := range fields {
				row[j] = entryOf(fieldAt(e, f))
			}
			return row
		}
		return s, ""
	}
	s.names = func([]int) []string { return []string{"value"} }
	s.row = func(i, _ int) []entry { return []entry{entryOf(v.MapIndex(keys[i]))} }
	return s, ""
}

// someKeys are at most n keys of a map.
func someKeys(m reflect.Value, n int) []reflect.Value {
	var keys []reflect.Value
	for it := m.MapRange(); len(keys) < n && it.Next(); {
		keys = append(keys, it.Key())
	}
	return keys
}

// numbered are the names of n columns without names.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// fieldsOf are the exported fields of a struct type, with those of embedded
// structs in place of these.
func fieldsOf(t reflect.Type) []reflect.StructField {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var list []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		embedded := f.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		if f.Anonymous && embedded.Kind() == reflect.Struct && !plainText(f.Type) && hasExported(embedded) {
			continue
		}
		if f.IsExported() && reachable(t, f.Index) {
			list = append(list, f)
		}
	}
	return list
}

func hasExported(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// reachable reports whether the way to a promoted field leads through structs
// that show themselves as one value.
func reachable(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		f := t.Field(i)
		if plainText(f.Type) {
			return false
		}
		if t = f.Type; t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return true
}

// fieldAt is a field of v; invalid behind a nil embedded pointer.
func fieldAt(v reflect.Value, f reflect.StructField) reflect.Value {
	x, err := v.FieldByIndexErr(f.Index)
	if err != nil {
		return reflect.Value{}
	}
	return x
}

func interfaceOf(v reflect.Value) any {
	if v.IsValid() && v.CanInterface() {
		return v.Interface()
	}
	return nil
}

var (
	timeType = reflect.TypeFor[time.Time]()
	anyType  = reflect.TypeFor[any]()
)

// entryOf is a value as one cell: short, on one line.
func entryOf(v reflect.Value) (e entry) {
	if !v.IsValid() {
		return entry{}
	}
	for v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	for v.Kind() == reflect.Pointer && !v.IsNil() && !printsItself(v) {
		v = v.Elem()
	}
	if t, ok := interfaceOf(v).(time.Time); ok {
		return entry{text: timeText(t)}
	}
	numeric := v.Kind() >= reflect.Int && v.Kind() <= reflect.Complex128
	if printsItself(v) {
		return entry{text: cellText(Format(interfaceOf(v))), number: numeric}
	}
	switch {
	case v.CanFloat():
		return entry{text: number(v.Float()), number: true}
	case numeric:
		return entry{text: Format(basicOf(v)), number: true}
	case v.Kind() == reflect.String:
		return entry{text: cellText(v.String())}
	}
	if t, ok := interfaceOf(v).(*ops.Tensor); ok && t != nil {
		return entry{text: cellText(t.Summary())}
	}
	p := printer{left: 4 * cellLimit}
	return entry{text: cellText(safely(func() string { p.value(v, 1); return p.b.String() }))}
}

// basicOf reads an integer or a complex number, also of a field that is not
// exported.
func basicOf(v reflect.Value) any {
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return v.Uint()
	}
	return v.Complex()
}

// timeText is a time without what is zero in it.
func timeText(t time.Time) string {
	switch {
	case t.IsZero():
		return "0001-01-01"
	case t.Location() == time.UTC && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05.999999999 MST")
}

// cellText is text on one line, shortened at a character's end.
func cellText(s string) string {
	if len(s) > 8*cellLimit {
		cut := 8 * cellLimit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '�'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	if r := []rune(s); len(r) > cellLimit {
		return string(r[:cellLimit-1]) + "…"
	}
	return s
}
