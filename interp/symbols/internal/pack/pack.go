// Package pack reads and writes an archive of named byte strings, each
// compressed by itself, so that one can be read without the others.
//
// The form: "cpk1", the number of entries as a uvarint, for each entry its
// name (uvarint length, bytes), compressed size and size (uvarints), then the
// deflate streams in the same order. Entries are sorted by name.
package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

const magic = "cpk1"

// Write makes an archive of the entries. The same entries give the same bytes.
func Write(entries map[string][]byte) ([]byte, error) {
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	sort.Strings(names)
	head := []byte(magic)
	head = binary.AppendUvarint(head, uint64(len(names)))
	var body bytes.Buffer
	for _, name := range names {
		start := body.Len()
		w, err := flate.NewWriter(&body, flate.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(entries[name]); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		head = binary.AppendUvarint(head, uint64(len(name)))
		head = append(head, name...)
		head = binary.AppendUvarint(head, uint64(body.Len()-start))
		head = binary.AppendUvarint(head, uint64(len(entries[name])))
	}
	return append(head, body.Bytes()...), nil
}

// An Archive gives access to the entries of packed data. It is immutable.
type Archive struct {
	data    string
	entries map[string]entry
}

type entry struct {
	offset, packed, size int
}

// Open reads the index of an archive. The data is not copied.
func Open(data string) (*Archive, error) {
	if !strings.HasPrefix(data, magic) {
		return nil, fmt.Errorf("pack: data does not begin with %q", magic)
	}
	pos := len(magic)
	uvarint := func() (int, error) {
		var v uint64
		for shift := 0; pos < len(data) && shift < 63; shift += 7 {
			b := data[pos]
			pos++
			v |= uint64(b&0x7f) << shift
			if b < 0x80 {
				if v > uint64(1)<<31 {
					return 0, fmt.Errorf("pack: size %d is too large", v)
				}
				return int(v), nil
			}
		}
		return 0, errors.New("pack: the index is cut off")
	}
	n, err := uvarint()
	if err != nil {
		return nil, err
	}
	if n > len(data) {
		return nil, fmt.Errorf("pack: %d entries in %d bytes", n, len(data))
	}
	a := &Archive{data: data, entries: make(map[string]entry, n)}
	names := make([]string, n)
	list := make([]entry, n)
	offset := 0
	for i := range list {
		length, err := uvarint()
		if err != nil {
			return nil, err
		}
		if length > len(data)-pos {
			return nil, errors.New("pack: the index is cut off")
		}
		names[i] = data[pos : pos+length]
		pos += length
		list[i].offset = offset
		if list[i].packed, err = uvarint(); err != nil {
			return nil, err
		}
		if list[i].size, err = uvarint(); err != nil {
			return nil, err
		}
		offset += list[i].packed
	}
	if offset != len(data)-pos {
		return nil, fmt.Errorf("pack: entries take %d bytes, the data has %d", offset, len(data)-pos)
	}
	for i, e := range list {
		e.offset += pos
		a.entries[names[i]] = e
	}
	return a, nil
}

// Names lists the entries, sorted.
func (a *Archive) Names() []string {
	names := make([]string, 0, len(a.entries))
	for name := range a.entries {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Read decompresses an entry. ok is false when there is none of that name.
func (a *Archive) Read(name string) (data []byte, ok bool, err error) {
	e, ok := a.entries[name]
	if !ok {
		return nil, false, nil
	}
	r := flate.NewReader(strings.NewReader(a.data[e.offset : e.offset+e.packed]))
	var buf bytes.Buffer
	// The size in the index is a hint for the first allocation only: it comes
	// with the data, so it is held to what deflate can reach.
	buf.Grow(min(e.size, 1100*e.packed) + bytes.MinRead)
	if _, err := io.Copy(&buf, io.LimitReader(r, int64(e.size)+1)); err != nil {
		return nil, true, fmt.Errorf("pack: %s: %w", name, err)
	}
	if buf.Len() != e.size {
		return nil, true, fmt.Errorf("pack: %s has another size than the %d bytes of the index", name, e.size)
	}
	return buf.Bytes(), true, nil
}
