package files

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// safeHeader reads the header token by token: encoding/json would take names
// in other letters, values of another length, and a name twice.
type safeHeader struct{ *json.Decoder }

func parseSafeHeader(header []byte) (entries []safeEntry, metadata map[string]string, err error) {
	if len(header) == 0 || header[0] != '{' {
		return nil, nil, errors.New("does not begin with {")
	}
	if !utf8.Valid(header) {
		return nil, nil, errors.New("is not UTF-8")
	}
	h := safeHeader{json.NewDecoder(bytes.NewReader(header))}
	h.UseNumber()
	err = h.object(func(name string) error {
		if name == metadataKey {
			metadata = map[string]string{}
			return h.object(func(key string) error {
				value, err := h.Token()
				text, ok := value.(string)
				if err == nil && !ok {
					err = fmt.Errorf("the metadata %q is no string", key)
				}
				metadata[key] = text
				return err
			})
		}
		e, err := h.entry()
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		e.name = name
		entries = append(entries, e)
		return nil
	})
	if err == nil {
		if _, end := h.Token(); end != io.EOF {
			err = errors.New("goes on behind its end")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the JSON is cut off")
	}
	return entries, metadata, err
}

// object reads an object and calls value for each name, once.
func (h safeHeader) object(value func(name string) error) error {
	if err := h.want('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for h.More() {
		token, err := h.Token()
		if err != nil {
			return err
		}
		name := token.(string) // a name, says package json
		if seen[name] {
			return fmt.Errorf("%q is there twice", name)
		}
		seen[name] = true
		if err := value(name); err != nil {
			return err
		}
	}
	return h.want('}')
}

func (h safeHeader) want(d json.Delim) error {
	token, err := h.Token()
	if err == nil && token != d {
		err = fmt.Errorf("has %v in place of %v", token, d)
	}
	return err
}

func (h safeHeader) entry() (safeEntry, error) {
	var e safeEntry
	has := 0
	err := h.object(func(field string) error {
		has++
		switch field {
		case "dtype":
			token, err := h.Token()
			if err != nil {
				return err
			}
			name, _ := token.(string)
			known := false
			if e.element, known = safeTypes[name]; !known {
				return fmt.Errorf("has elements of type %v, want one of %s", token, strings.Join(slices.Sorted(maps.Keys(safeTypes)), ", "))
			}
			return nil
		case "shape":
			list, err := h.integers()
			for _, n := range list {
				if int64(int(n)) != n {
					return fmt.Errorf("has an axis of %d elements", n)
				}
				e.shape = append(e.shape, int(n))
			}
			return err
		case "data_offsets":
			list, err := h.integers()
			if err != nil {
				return err
			}
			if len(list) != 2 {
				return fmt.Errorf("has %d data_offsets, want 2", len(list))
			}
			e.begin, e.end = list[0], list[1]
			return nil
		}
		return fmt.Errorf("has the unknown field %q", field)
	})
	if err == nil && has != 3 {
		err = errors.New("want dtype, shape and data_offsets")
	}
	return e, err
}

// integers reads a list of numbers from 0.
func (h safeHeader) integers() ([]int64, error) {
	if err := h.want('['); err != nil {
		return nil, err
	}
	var list []int64
	for h.More() {
		token, err := h.Token()
		if err != nil {
			return nil, err
		}
		number, ok := token.(json.Number)
		n, err := strconv.ParseUint(number.String(), 10, 63)
		if !ok || err != nil {
			return nil, fmt.Errorf("has %v where a size or a place is wanted", token)
		}
		list = append(list, int64(n))
	}
	return list, h.want(']')
}
