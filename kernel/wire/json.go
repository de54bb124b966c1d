package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Object is a JSON object with any values, such as a MIME bundle. Nil is
// written as {}. Numbers that were decoded are [json.Number]s, so that they
// are written again as they were.
type Object map[string]any

// MarshalJSON writes {} for nil.
func (o Object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("{}"), nil
	}
	return marshal(map[string]any(o))
}

// UnmarshalJSON reads an object; null gives an empty one.
func (o *Object) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return err
	}
	*o = m
	return nil
}

// List is a JSON array. Nil is written as [].
type List[T any] []T

// MarshalJSON writes [] for nil.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return marshal([]T(l))
}

// marshal is json.Marshal without the escapes for HTML, which would only make
// the text of cells longer.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// trimSpace trims what JSON calls white space and nothing else: bytes.TrimSpace
// also takes characters off that are no JSON, and what is left would pass.
func trimSpace(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }

// rawObject gives an absent or null object its form on the wire.
func rawObject(b json.RawMessage) json.RawMessage {
	if t := trimSpace(b); len(t) == 0 || bytes.Equal(t, []byte("null")) {
		return json.RawMessage("{}")
	}
	return b
}

// errNotObject tells JSON of another kind from JSON that cannot be read.
type errNotObject struct{ got string }

func (e errNotObject) Error() string { return "a JSON object is wanted, got " + e.got }

// unmarshalObject decodes a frame that has to hold one JSON object; null and
// nothing else is taken for an empty object.
func unmarshalObject(b []byte, v any) error {
	t := trimSpace(b)
	if len(t) == 0 {
		return errors.New("empty, want a JSON object")
	}
	if t[0] != '{' && !bytes.Equal(t, []byte("null")) {
		if !json.Valid(t) {
			return errors.New("not valid JSON")
		}
		return errNotObject{kindOf(t[0])}
	}
	if err := json.Unmarshal(t, v); err != nil {
		return err
	}
	return nil
}

func kindOf(c byte) string {
	switch c {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// shapeError says which field had which kind of value, for JSON that is valid
// but not what the message type asks for.
func shapeError(err error) error {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) && t.Field != "" {
		return fmt.Errorf("field %s: want %s, got %s", t.Field, t.Type, t.Value)
	}
	return err
}
