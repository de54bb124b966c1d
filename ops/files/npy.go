package files

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cahier/ops"
)

const npyMagic = "\x93NUMPY"

// maxNPYHeader is more than any array of plain numbers needs.
const maxNPYHeader = 1 << 16

// ReadNPY reads an array of NumPy: versions 1 to 3 of the format, either byte
// order, C and Fortran order (as a view, so its strides are not row-major).
//
// bool, uint8, int64, float32 and float64 stay as they are; float16 becomes
// Float32 and the other integers Int64, all without loss. A uint64 above the
// largest Int64, and arrays of anything else (complex numbers, texts, dates,
// records, objects), are refused. What follows the array is not looked at.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
func ReadNPY(name string) (*ops.Tensor, error) {
	f, size, err := open(name)
	if err != nil {
		return nil, within("ReadNPY", name, err)
	}
	defer f.Close()
	t, err := decodeNPY(f, size)
	return t, within("ReadNPY", name, err)
}

// DecodeNPY is [ReadNPY] for any reader. It reads no further than the end of
// the array.
func DecodeNPY(r io.Reader) (*ops.Tensor, error) { return decodeNPY(r, -1) }

// decodeNPY decodes from size bytes, of which -1 means that nobody knows.
func decodeNPY(r io.Reader, size int64) (*ops.Tensor, error) {
	h, length, err := readNPYHeader(r)
	if err != nil {
		return nil, err
	}
	n, err := elements(h.shape)
	if err != nil {
		return nil, err
	}
	if left := size - length; size >= 0 && int64(n) > left/int64(h.element.size) {
		return nil, fmt.Errorf("declares %d elements of %d bytes and has %d bytes: is it cut off?", n, h.element.size, left)
	}
	t, err := h.element.read(r, n, size >= 0)
	if err != nil {
		return nil, err
	}
	if !h.fortran {
		return reshaped(t, h.shape)
	}
	// In memory the first axis runs fastest: the transpose in row-major order.
	back := slices.Clone(h.shape)
	slices.Reverse(back)
	if t, err = reshaped(t, back); err != nil {
		return nil, err
	}
	axes := make([]int, len(back))
	for i := range axes {
		axes[i] = len(axes) - 1 - i
	}
	err = ops.Try(func() { t = t.Permute(axes...) })
	return t, err
}

// npyHeader is what the header says of the array.
type npyHeader struct {
	element element
	fortran bool
	shape   []int
}

// readNPYHeader also returns the number of bytes before the data.
func readNPYHeader(r io.Reader) (h npyHeader, length int64, err error) {
	var first [8]byte
	if _, err := io.ReadFull(r, first[:]); err != nil {
		return h, 0, cutOff(err)
	}
	if string(first[:6]) != npyMagic {
		return h, 0, fmt.Errorf("begins with %q, want %q: is it an NPY file?", first[:6], npyMagic)
	}
	lengthSize := 2
	switch version := first[6]; {
	case version == 2 || version == 3:
		lengthSize = 4
	case version != 1:
		return h, 0, fmt.Errorf("is of version %d.%d, want 1, 2 or 3", version, first[7])
	}
	var field [4]byte
	if _, err := io.ReadFull(r, field[:lengthSize]); err != nil {
		return h, 0, cutOff(err)
	}
	size := binary.LittleEndian.Uint32(field[:])
	if size > maxNPYHeader {
		return h, 0, fmt.Errorf("declares a header of %d bytes, want at most %d", size, maxNPYHeader)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, 0, cutOff(err)
	}
	if h, err = parseNPYHeader(string(text)); err != nil {
		return h, 0, fmt.Errorf("the header: %w", err)
	}
	return h, int64(len(first)+lengthSize) + int64(size), nil
}

// npyElement is the element type of a descr such as "<f8".
func npyElement(descr string) (element, error) {
	order, rest := "|", descr
	if descr != "" && strings.Contains("<>|=", descr[:1]) {
		order, rest = descr[:1], descr[1:]
	}
	if rest == "" {
		return element{}, fmt.Errorf("the element type %q is unknown", descr)
	}
	size, err := strconv.Atoi(rest[1:])
	e := element{kind: rest[0], size: size, big: order == ">"}
	fits := false
	switch e.kind {
	case 'b':
		fits = size == 1
	case 'i', 'u':
		fits = size == 1 || size == 2 || size == 4 || size == 8
	case 'f':
		fits = size == 2 || size == 4 || size == 8
	default:
		what, known := npyKinds[e.kind]
		if !known {
			what = "unknown"
		}
		return e, fmt.Errorf("the element type %q is %s, and tensors hold numbers and bools: convert it in NumPy, as by a.astype(\"f8\")", descr, what)
	}
	if err != nil || !fits {
		return e, fmt.Errorf("the element type %q has a size that is not supported: convert it in NumPy, as by a.astype(\"f8\")", descr)
	}
	if size > 1 && order == "|" {
		return e, fmt.Errorf("the element type %q says no byte order", descr)
	}
	return e, nil
}

// npyKinds names what is refused.
var npyKinds = map[byte]string{'c': "complex", 'O': "a Python object", 'S': "bytes", 'U': "text", 'm': "a time span", 'M': "a date", 'V': "a record"}

// EncodeNPY is [WriteNPY] to a writer.
func EncodeNPY(w io.Writer, t *ops.Tensor) error {
	if err := usable(t); err != nil {
		return fmt.Errorf("the tensor %w", err)
	}
	header, err := npyHeaderOf(t)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	return write(w, t)
}

// npyHeaderOf is everything before the data, byte for byte as NumPy writes it.
func npyHeaderOf(t *ops.Tensor) (string, error) {
	descr := map[ops.DType]string{ops.Bool: "|b1", ops.Uint8: "|u1", ops.Int64: "<i8", ops.Float32: "<f4", ops.Float64: "<f8"}[t.DType()]
	shape, first := t.Shape(), ""
	if len(shape) > maxRank {
		return "", fmt.Errorf("the tensor has %d axes, and NumPy takes at most %d", len(shape), maxRank)
	}
	var list strings.Builder
	for i, d := range shape {
		if i > 0 {
			list.WriteString(", ")
		}
		list.WriteString(strconv.Itoa(d))
	}
	if len(shape) == 1 {
		list.WriteByte(',')
	}
	if len(shape) > 0 {
		first = strconv.Itoa(shape[0])
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, list.String())
	if len(shape) > 0 { // room for the first axis to grow to 21 digits
		dict += strings.Repeat(" ", 21-len(first))
	}
	const before = len(npyMagic) + 2 + 2 // version 1: up to 64 axes always fit
	dict += strings.Repeat(" ", 64-(before+len(dict)+1)%64) + "\n"
	return npyMagic + "\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(dict)))) + dict, nil
}

// WriteNPY writes a tensor as numpy.save does, byte for byte, in C order.
func WriteNPY(name string, t *ops.Tensor) error {
	return within("WriteNPY", name, writeFile(name, func(w io.Writer) error { return EncodeNPY(w, t) }))
}

// parseNPYHeader reads the Python dictionary of the header: three names, and
// strings, bools and tuples of integers.
func parseNPYHeader(text string) (h npyHeader, err error) {
	p := &literal{rest: text}
	seen := map[string]bool{}
	if !p.take("{") {
		return h, p.wrong("{")
	}
	for !p.take("}") {
		key, err := p.text()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("%q is there twice", key)
		}
		seen[key] = true
		if !p.take(":") {
			return h, p.wrong(":")
		}
		switch key {
		case "descr":
			if p.peek() == '[' {
				return h, errors.New("the elements are records of several fields: save each field as an array of its own")
			}
			var descr string
			if descr, err = p.text(); err == nil {
				h.element, err = npyElement(descr)
			}
		case "fortran_order":
			h.fortran, err = p.bool()
		case "shape":
			h.shape, err = p.tuple()
		default:
			err = fmt.Errorf("has the unknown name %q", key)
		}
		if err != nil {
			return h, err
		}
		if !p.take(",") && p.peek() != '}' {
			return h, p.wrong(", or }")
		}
	}
	if len(seen) != 3 {
		return h, errors.New("want descr, fortran_order and shape")
	}
	if strings.TrimSpace(p.rest) != "" {
		return h, p.wrong("its end")
	}
	return h, nil
}

// literal reads Python's notation from the front.
type literal struct{ rest string }

func (p *literal) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *literal) take(token string) bool {
	p.peek()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *literal) wrong(want string) error {
	p.peek()
	got := p.rest
	if len(got) > 20 {
		got = got[:20] + "…"
	}
	return fmt.Errorf("has %q where %s is wanted", got, want)
}

// text reads a string without escapes, which no name and no type has.
func (p *literal) text() (string, error) {
	quote := p.peek()
	if quote != '\'' && quote != '"' {
		return "", p.wrong("a string")
	}
	end := strings.IndexByte(p.rest[1:], quote)
	if end < 0 || strings.Contains(p.rest[1:1+end], `\`) {
		return "", p.wrong("a plain string")
	}
	s := p.rest[1 : 1+end]
	p.rest = p.rest[end+2:]
	return s, nil
}

func (p *literal) bool() (bool, error) {
	switch {
	case p.take("True"):
		return true, nil
	case p.take("False"):
		return false, nil
	}
	return false, p.wrong("True or False")
}

// tuple reads integers in parentheses. Python 2 wrote an L behind large ones.
func (p *literal) tuple() ([]int, error) {
	if !p.take("(") {
		return nil, p.wrong("(")
	}
	list := []int{}
	for !p.take(")") {
		p.peek()
		digits := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
		n, err := strconv.Atoi(p.rest[:digits])
		if err != nil {
			return nil, p.wrong("a size")
		}
		if list = append(list, n); len(list) > maxRank {
			return nil, fmt.Errorf("has more than %d axes", maxRank)
		}
		p.rest = p.rest[digits:]
		p.take("L")
		if p.take(",") {
			continue
		}
		if p.peek() != ')' {
			return nil, p.wrong(", or )")
		}
		if len(list) == 1 {
			return nil, errors.New("the shape is no tuple")
		}
	}
	return list, nil
}
