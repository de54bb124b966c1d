package wire

import (
	"encoding/json"
	"fmt"
)

// Message is one message of the protocol.
//
// Messages come from [Session.Decode], [Session.New] and [Message.Child]. A
// decoded message shares memory with the frames that it was decoded from.
type Message struct {
	// Identities is the routing prefix: on a ROUTER socket the peer's
	// identity, on iopub the topic.
	Identities [][]byte
	Header     Header
	// Parent is the header of the request that caused this message, byte for
	// byte; the zero Header when there is none.
	Parent Header
	// Metadata is a JSON object; empty stands for {}.
	Metadata json.RawMessage
	Content  Content
	// Buffers are binary data that travel beside the JSON. They are not signed.
	Buffers [][]byte

	session *Session // makes the headers of children
}

// Type returns the message type, such as "execute_request".
func (m *Message) Type() string { return m.Header.MsgType }

// Child makes a message that m caused: a reply, or a publication. It carries
// m's identities, for a reply; who publishes it puts a topic in their place.
func (m *Message) Child(c Content) *Message {
	s := m.session
	if s == nil { // a literal Message, not one of ours
		s = anonymous()
	}
	return &Message{
		Identities: m.Identities,
		Header:     s.header(c.MsgType()),
		Parent:     m.Header,
		Content:    c,
		session:    s,
	}
}

// Header identifies a message.
//
// A header that was decoded keeps the bytes that it was decoded from and is
// written with exactly these, as parent headers have to be; do not change its
// fields.
type Header struct {
	MsgID    string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	// Date is ISO 8601 with a zone and microseconds.
	Date    string `json:"date"`
	MsgType string `json:"msg_type"`
	Version string `json:"version"`
	// SubshellID is empty for the main shell.
	SubshellID string `json:"subshell_id,omitempty"`

	raw string // the JSON as received
}

// IsZero reports whether there is no header: the parent of a message that no
// request caused.
func (h Header) IsZero() bool { return h == Header{} }

// maxHeader bounds a header in bytes: it is copied into every message that
// answers it.
const maxHeader = 64 << 10

func (h Header) encode() ([]byte, error) {
	if h.raw != "" {
		return []byte(h.raw), nil
	}
	if h.IsZero() {
		return []byte("{}"), nil
	}
	return marshal(h)
}

// decodeHeader reads a header or, with parent, a parent header, which may be
// empty.
func decodeHeader(b []byte, parent bool) (Header, error) {
	if len(b) > maxHeader {
		return Header{}, fmt.Errorf("%d bytes long, at most %d are allowed", len(b), maxHeader)
	}
	var h Header
	if err := unmarshalObject(b, &h); err != nil {
		return Header{}, err
	}
	if parent && h.IsZero() {
		return Header{}, nil
	}
	if !parent {
		if h.MsgType == "" {
			return Header{}, fmt.Errorf("msg_type is missing or empty")
		}
		if h.MsgID == "" {
			return Header{}, fmt.Errorf("msg_id is missing or empty")
		}
	}
	h.raw = string(b)
	return h, nil
}

// Content is the body of a message. The pointers to this package's message
// structs are Contents.
type Content interface {
	// MsgType is the message type that the content belongs to.
	MsgType() string
}

// Unknown is the content of a message whose type the protocol does not define.
type Unknown struct {
	Name string          // the message type
	Raw  json.RawMessage // a JSON object; empty stands for {}
}

// MsgType returns u.Name.
func (u *Unknown) MsgType() string { return u.Name }

// MarshalJSON writes the object as it is.
func (u *Unknown) MarshalJSON() ([]byte, error) { return rawObject(u.Raw), nil }

// UnmarshalJSON keeps the object as it is.
func (u *Unknown) UnmarshalJSON(b []byte) error {
	u.Raw = append(json.RawMessage(nil), b...)
	return nil
}
