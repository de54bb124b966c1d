package files

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cahier/ops"
)

// Table is a matrix whose columns have names.
type Table struct {
	Names  []string    // of the columns; nil if the file has none
	Values *ops.Tensor // [rows columns]
}

// Column returns a column as a vector, by name.
func (t *Table) Column(name string) (*ops.Tensor, error) {
	i := slices.Index(t.Names, name)
	if i < 0 {
		return nil, fmt.Errorf("there is no column %q; there are %s", name, list(t.Names))
	}
	if slices.Contains(t.Names[i+1:], name) {
		return nil, fmt.Errorf("several columns are named %q: Values.Select(1, i) takes one by its place", name)
	}
	var column *ops.Tensor
	err := ops.Try(func() { column = t.Values.Select(1, i) })
	return column, err
}

// String says what the table holds.
func (t *Table) String() string {
	if t.Values == nil {
		return "an empty files.Table"
	}
	return fmt.Sprintf("columns %s\n%v", list(t.Names), t.Values)
}

// CSVOptions are those of [ReadCSV] and [WriteCSV].
type CSVOptions struct {
	Comma    rune      // between fields; 0 is a comma
	Comment  rune      // lines that begin with it are left out; 0: none are
	NoHeader bool      // the first line holds numbers, not names
	Skip     int       // lines before the header that are left out
	Columns  []string  // the columns to read, in this order; nil: all
	Missing  []string  // further texts that stand for a missing value
	DType    ops.DType // Float32, the default, or Float64
	MaxBytes int64     // what a .gz file may grow to; 0: see the package
}

// missing are the texts that stand for a missing value, in any case.
var missing = []string{"", "na", "n/a", "nan", "null", "none", "."}

// ReadCSV reads a table of numbers, one line a row, the names of the columns
// in the first; a file that is compressed by gzip is read as one that is not.
// Missing values (an empty field, NA, N/A, NaN, null, none, a dot, and those of
// the options) become NaN. A field that is neither is an error that names its
// line and column; Columns leaves out those that hold texts.
//
// Numbers are as Go writes them, "inf" included. One that Float32 cannot hold
// is an error; Float64 keeps more digits.
func ReadCSV(name string, options ...CSVOptions) (*Table, error) {
	f, _, err := open(name)
	if err != nil {
		return nil, within("ReadCSV", name, err)
	}
	defer f.Close()
	t, err := DecodeCSV(f, options...)
	return t, within("ReadCSV", name, err)
}

// DecodeCSV is [ReadCSV] for any reader.
func DecodeCSV(r io.Reader, options ...CSVOptions) (*Table, error) {
	o, err := one(options)
	if err != nil {
		return nil, err
	}
	if o.DType != ops.Float32 && o.DType != ops.Float64 {
		return nil, fmt.Errorf("the option DType is %v, want Float32 or Float64", o.DType)
	}
	if o.Skip < 0 {
		return nil, fmt.Errorf("the option Skip is %d, want 0 or more", o.Skip)
	}
	packed := &counter{r: r}
	in := bufio.NewReader(packed)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		grown := &expansion{limit: o.MaxBytes, packed: func() int64 { return packed.n }}
		in = bufio.NewReader(grown.of(z))
	}
	in = bufio.NewReader(&lines{r: in})
	if bom, _ := in.Peek(3); bytes.Equal(bom, []byte("\ufeff")) {
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	}
	for range o.Skip {
		// Not ReadString: a line that never ends need not be kept.
		for more := true; more; {
			if _, more, err = in.ReadLine(); err != nil {
				return nil, fmt.Errorf("has less than the %d lines to leave out", o.Skip)
			}
		}
	}
	c := csv.NewReader(in)
	c.ReuseRecord, c.Comment = true, o.Comment
	if o.Comma != 0 {
		c.Comma = o.Comma
	}
	c.TrimLeadingSpace = !unicode.IsSpace(c.Comma) // an empty field between tabs is one
	return o.rows(c)
}

// rows reads the header and the numbers.
func (o CSVOptions) rows(c *csv.Reader) (*Table, error) {
	t := &Table{}
	var places []int // of the columns to read
	if !o.NoHeader {
		names, err := c.Read()
		if err == io.EOF {
			return nil, errors.New("is empty, want a line of names")
		}
		if err != nil {
			return nil, o.broken(err)
		}
		for _, n := range names {
			t.Names = append(t.Names, strings.TrimSpace(n))
		}
		if places, err = o.choose(t.Names); err != nil {
			return nil, err
		}
		if o.Columns != nil {
			t.Names = slices.Clone(o.Columns)
		}
	} else if o.Columns != nil {
		return nil, errors.New("the option Columns chooses by name, and with NoHeader there are no names")
	}
	var values blocks
	rows, width := 0, len(places)
	for ; ; rows++ {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, o.broken(err)
		}
		if places == nil {
			for i := range record {
				places = append(places, i)
			}
			width = len(places)
		}
		for _, p := range places {
			v, err := o.number(record[p])
			if err != nil {
				line, _ := c.FieldPos(p)
				column := fmt.Sprint(p + 1)
				if i := slices.Index(places, p); t.Names != nil {
					column = fmt.Sprintf("%q", t.Names[i])
				}
				return nil, fmt.Errorf("line %d, column %s: %w", line+o.Skip, column, err)
			}
			values.add(v)
		}
	}
	if o.DType == ops.Float64 {
		t.Values = ops.Wrap64(slices.Concat(values...), rows, width)
		return t, nil
	}
	narrow := make([]float32, 0, rows*width)
	for _, b := range values {
		for _, v := range b {
			narrow = append(narrow, float32(v))
		}
	}
	t.Values = ops.Wrap32(narrow, rows, width)
	return t, nil
}

// blocks is a list of numbers that grows without being copied.
type blocks [][]float64

func (b *blocks) add(v float64) {
	i := len(*b) - 1
	if i < 0 || len((*b)[i]) == cap((*b)[i]) {
		*b = append(*b, make([]float64, 0, min(64<<min(i+1, 20), chunk)))
		i++
	}
	(*b)[i] = append((*b)[i], v)
}

// choose returns the places of the columns to read.
func (o CSVOptions) choose(names []string) ([]int, error) {
	places := []int{}
	if o.Columns == nil {
		for i := range names {
			places = append(places, i)
		}
		return places, nil
	}
	for _, name := range o.Columns {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, fmt.Errorf("there is no column %q; there are %s", name, list(names))
		}
		if slices.Contains(names[i+1:], name) {
			return nil, fmt.Errorf("several columns are named %q", name)
		}
		places = append(places, i)
	}
	return places, nil
}

// number is the value of a field.
func (o CSVOptions) number(field string) (float64, error) {
	field = strings.TrimSpace(field)
	if slices.Contains(missing, strings.ToLower(field)) || slices.Contains(o.Missing, field) {
		return math.NaN(), nil
	}
	bits := 64
	if o.DType == ops.Float32 {
		bits = 32
	}
	v, err := strconv.ParseFloat(field, bits)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is too large for %v", short(field), o.DType)
	case err != nil:
		return 0, fmt.Errorf("%q is no number; Columns leaves out columns of text, and Missing names what stands for a missing value", short(field))
	}
	return v, nil
}

// broken says where a line cannot be taken apart.
func (o CSVOptions) broken(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return fmt.Errorf("line %d has another number of fields than those before", p.Line+o.Skip)
	}
	return fmt.Errorf("line %d: %w", p.Line+o.Skip, p.Err)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// list names columns, not too many of them.
func list(names []string) string {
	if len(names) == 0 {
		return "without names"
	}
	parts := make([]string, 0, 13)
	for i, n := range names {
		if i == 12 {
			parts = append(parts, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		parts = append(parts, strconv.Quote(short(n)))
	}
	return strings.Join(parts, ", ")
}

// EncodeCSV is [WriteCSV] to a writer, uncompressed.
func EncodeCSV(w io.Writer, t *Table, options ...CSVOptions) error {
	o, err := one(options)
	if err != nil {
		return err
	}
	if t == nil {
		return errors.New("the table is nil")
	}
	if err := usable(t.Values); err != nil {
		return fmt.Errorf("the table's Values %w", err)
	}
	shape := t.Values.Shape()
	if len(shape) != 2 {
		return fmt.Errorf("the table's Values have shape %v, want [rows columns]", shape)
	}
	if shape[1] == 0 {
		return errors.New("the table has no columns")
	}
	if t.Names != nil && len(t.Names) != shape[1] {
		return fmt.Errorf("the table has %d names for %d columns", len(t.Names), shape[1])
	}
	c := csv.NewWriter(w)
	if o.Comma != 0 {
		c.Comma = o.Comma
	}
	if t.Names != nil && !o.NoHeader {
		if len(t.Names) == 1 && t.Names[0] == "" { // an empty line would be none
			_, err = io.WriteString(w, "\"\"\n")
		} else {
			err = c.Write(t.Names)
		}
		if err != nil {
			return err
		}
	}
	text := formatted(t.Values)
	record := make([]string, shape[1])
	for i := range shape[0] {
		for j := range record {
			record[j] = text(i*shape[1] + j)
		}
		// A line of one missing value would be an empty line, which is none.
		if len(record) == 1 && record[0] == "" {
			record[0] = "NaN"
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// formatted gives the text of each element: the shortest that gives the same
// number when it is read.
func formatted(t *ops.Tensor) func(i int) string {
	switch t.DType() {
	case ops.Int64:
		v := t.Int64s()
		return func(i int) string { return strconv.FormatInt(v[i], 10) }
	case ops.Float32:
		v := t.Float32s()
		return func(i int) string { return number(float64(v[i]), 32) }
	}
	v := t.Float64s()
	return func(i int) string { return number(v[i], 64) }
}

func number(v float64, bits int) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, bits)
}

// WriteCSV writes a table; NaN becomes an empty field, and bools 0 and 1. A
// file whose name ends in .gz is compressed.
func WriteCSV(name string, t *Table, options ...CSVOptions) error {
	return within("WriteCSV", name, writeFile(name, func(w io.Writer) error {
		if !strings.HasSuffix(strings.ToLower(name), ".gz") {
			return EncodeCSV(w, t, options...)
		}
		z := gzip.NewWriter(w)
		if err := EncodeCSV(z, t, options...); err != nil {
			return err
		}
		return z.Close()
	}))
}
