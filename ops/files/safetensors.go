package files

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"cahier/ops"
)

// maxHeader is the largest header that the reference implementation takes.
const maxHeader = 100_000_000

// metadataKey is the name that is no tensor's.
const metadataKey = "__metadata__"

// safeTypes are the element types of the format that a tensor can have here.
var safeTypes = map[string]element{
	"BOOL": {kind: 'b', size: 1},
	"U8":   {kind: 'u', size: 1}, "I8": {kind: 'i', size: 1},
	"U16": {kind: 'u', size: 2}, "I16": {kind: 'i', size: 2},
	"U32": {kind: 'u', size: 4}, "I32": {kind: 'i', size: 4},
	"U64": {kind: 'u', size: 8}, "I64": {kind: 'i', size: 8},
	"F16": {kind: 'f', size: 2}, "BF16": {kind: 'B', size: 2},
	"F32": {kind: 'f', size: 4}, "F64": {kind: 'f', size: 8},
}

// safeNames are the names of our element types in the order in which the
// format stores them: those of the strictest alignment first.
var safeNames = []struct {
	dtype ops.DType
	name  string
}{{ops.Int64, "I64"}, {ops.Float64, "F64"}, {ops.Float32, "F32"}, {ops.Uint8, "U8"}, {ops.Bool, "BOOL"}}

// SafetensorsOptions are those of [WriteSafetensors].
type SafetensorsOptions struct {
	Metadata map[string]string // free text by name
}

// ReadSafetensors reads a file of named tensors and its metadata, which is nil
// if there is none.
//
// F32, F64, I64, U8 and BOOL stay as they are; F16 and BF16 become Float32, and
// the other integers Int64, all without loss. Types of less than a byte, of 8-bit
// floating point and complex ones are refused, and so is a U64 above the largest
// Int64. The whole file is read. Format: https://github.com/huggingface/safetensors
func ReadSafetensors(name string) (tensors map[string]*ops.Tensor, metadata map[string]string, err error) {
	f, size, err := open(name)
	if err == nil {
		defer f.Close()
		tensors, metadata, err = DecodeSafetensors(f, size)
	}
	return tensors, metadata, within("ReadSafetensors", name, err)
}

// DecodeSafetensors is [ReadSafetensors] for what is not a file: size bytes.
func DecodeSafetensors(r io.ReaderAt, size int64) (tensors map[string]*ops.Tensor, metadata map[string]string, err error) {
	if size < 8 {
		return nil, nil, fmt.Errorf("has %d bytes: a safetensors file begins with 8 bytes that say how long its header is", size)
	}
	var first [8]byte
	if _, err := r.ReadAt(first[:], 0); err != nil {
		return nil, nil, cutOff(err)
	}
	length := binary.LittleEndian.Uint64(first[:])
	if length > maxHeader {
		return nil, nil, fmt.Errorf("declares a header of %d bytes, want at most %d: is it a safetensors file?", length, maxHeader)
	}
	if length > uint64(size-8) {
		return nil, nil, fmt.Errorf("declares a header of %d bytes and has %d behind that: is it cut off?", length, size-8)
	}
	header := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(r, 8, int64(length)), header); err != nil {
		return nil, nil, cutOff(err)
	}
	entries, metadata, err := parseSafeHeader(header)
	if err != nil {
		return nil, nil, fmt.Errorf("the header: %w", err)
	}
	start := 8 + int64(length)
	if err := checkLayout(entries, size-start); err != nil {
		return nil, nil, err
	}
	tensors = make(map[string]*ops.Tensor, len(entries))
	for _, e := range entries {
		part := io.NewSectionReader(r, start+e.begin, e.end-e.begin)
		t, err := e.element.read(part, int(e.end-e.begin)/e.element.size, true)
		if err == nil {
			t, err = reshaped(t, e.shape)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
		tensors[e.name] = t
	}
	return tensors, metadata, nil
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("is cut off")
	}
	return err
}

// reshaped is t with another shape, which has as many elements.
func reshaped(t *ops.Tensor, shape []int) (*ops.Tensor, error) {
	err := ops.Try(func() { t = t.Reshape(shape...) })
	return t, err
}

// safeEntry is what the header says of a tensor.
type safeEntry struct {
	name       string
	element    element
	shape      []int
	begin, end int64 // of its bytes in the data
}

// checkLayout sorts the entries by place. The format wants the data without
// holes, overlaps and remains, which also bounds what is allocated for it.
func checkLayout(entries []safeEntry, size int64) error {
	slices.SortStableFunc(entries, func(a, b safeEntry) int {
		if a.begin != b.begin {
			return int(min(max(a.begin-b.begin, -1), 1))
		}
		return int(min(max(a.end-b.end, -1), 1))
	})
	var at int64
	for _, e := range entries {
		n, err := elements(e.shape)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", e.name, err)
		}
		if e.begin != at || e.end < e.begin {
			return fmt.Errorf("tensor %q has the bytes from %d to %d, and those of the tensors before it end at %d: want neither holes nor overlaps", e.name, e.begin, e.end, at)
		}
		if e.end > size {
			return fmt.Errorf("tensor %q ends at byte %d of the data, which has %d: is the file cut off?", e.name, e.end, size)
		}
		if got := e.end - e.begin; int64(n) != got/int64(e.element.size) || got%int64(e.element.size) != 0 {
			return fmt.Errorf("tensor %q of shape %v has %d bytes, want %d for each of %d elements", e.name, ops.Shape(e.shape), got, e.element.size, n)
		}
		at = e.end
	}
	if at != size {
		return fmt.Errorf("the data has %d bytes and the tensors end at %d", size, at)
	}
	return nil
}

// EncodeSafetensors is [WriteSafetensors] to a writer.
func EncodeSafetensors(w io.Writer, tensors map[string]*ops.Tensor, options ...SafetensorsOptions) error {
	o, err := one(options)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(tensors))
	for _, name := range names {
		if name == metadataKey || !utf8.ValidString(name) {
			return fmt.Errorf("a tensor cannot be named %q", name)
		}
		if err := usable(tensors[name]); err != nil {
			return fmt.Errorf("tensor %q %w", name, err)
		}
	}
	rank := func(name string) int {
		return slices.IndexFunc(safeNames, func(n struct {
			dtype ops.DType
			name  string
		}) bool {
			return n.dtype == tensors[name].DType()
		})
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })

	var header bytes.Buffer
	header.WriteByte('{')
	if len(o.Metadata) > 0 {
		header.WriteString(quoted(metadataKey) + ":{")
		for i, key := range slices.Sorted(maps.Keys(o.Metadata)) {
			if i > 0 {
				header.WriteByte(',')
			}
			header.WriteString(quoted(key) + ":" + quoted(o.Metadata[key]))
		}
		header.WriteByte('}')
	}
	var at int64
	for _, name := range names {
		if header.Len() > 1 {
			header.WriteByte(',')
		}
		t, kind := tensors[name], safeNames[rank(name)].name
		end := at + int64(t.Len())*int64(safeTypes[kind].size)
		shape := strings.ReplaceAll(t.Shape().String(), " ", ",")
		fmt.Fprintf(&header, `%s:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]}`, quoted(name), kind, shape, at, end)
		at = end
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}
	if header.Len() > maxHeader {
		return fmt.Errorf("the header would have %d bytes, and readers take at most %d", header.Len(), maxHeader)
	}
	if err := binary.Write(w, binary.LittleEndian, uint64(header.Len())); err != nil {
		return err
	}
	if _, err := w.Write(header.Bytes()); err != nil {
		return err
	}
	for _, name := range names {
		if err := write(w, tensors[name]); err != nil {
			return err
		}
	}
	return nil
}

// quoted is a JSON string. < and > stay as they are.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // a string can always be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// WriteSafetensors writes named tensors, as the reference implementation does
// byte for byte: sorted by type, then name.
func WriteSafetensors(name string, tensors map[string]*ops.Tensor, options ...SafetensorsOptions) error {
	return within("WriteSafetensors", name, writeFile(name, func(w io.Writer) error { return EncodeSafetensors(w, tensors, options...) }))
}

// one is the options value, of which there may be at most one.
func one[T any](options []T) (T, error) {
	var zero T
	switch len(options) {
	case 0:
		return zero, nil
	case 1:
		return options[0], nil
	}
	return zero, fmt.Errorf("%d options are given, want at most one", len(options))
}
