package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// delimiter ends the routing prefix of a message.
var delimiter = []byte("<IDS|MSG>")

// DefaultScheme is the signature scheme of a connection file that names none.
const DefaultScheme = "hmac-sha256"

// rememberedDigests bounds the history by which a replay is known: as many as
// jupyter_client keeps.
const rememberedDigests = 1 << 16

// Session is one party of a conversation: a kernel or a client process. It
// makes messages, signs them, and verifies and decodes those of the other
// party. Its methods may be called from any goroutine.
type Session struct {
	id       string
	username string
	count    atomic.Uint64 // messages made

	key  []byte // empty: nothing is signed and nothing verified
	hash func() hash.Hash

	mu   sync.Mutex // guards seen
	seen digests
}

// NewSession makes a session with a new id. Scheme is the connection file's
// signature_scheme; empty means [DefaultScheme], and one that is not known
// gives a [SchemeError]. With an empty key nothing is signed or verified.
func NewSession(scheme string, key []byte) (*Session, error) {
	h, err := schemeHash(scheme)
	if err != nil {
		return nil, err
	}
	return &Session{id: uuid.NewString(), username: "kernel", key: bytes.Clone(key), hash: h}, nil
}

func schemeHash(scheme string) (func() hash.Hash, error) {
	switch scheme {
	case "", "hmac-sha256":
		return sha256.New, nil
	case "hmac-sha384":
		return sha512.New384, nil
	case "hmac-sha512":
		return sha512.New, nil
	}
	return nil, &SchemeError{Scheme: scheme}
}

// anonymous is the session of children of messages that no session made.
func anonymous() *Session {
	return &Session{id: uuid.NewString(), username: "kernel", hash: sha256.New}
}

// SetUsername sets the user name in headers; call it before the first message.
func (s *Session) SetUsername(name string) { s.username = name }

// ID is the session id in the headers of this party: new for every Session.
func (s *Session) ID() string { return s.id }

// New makes a message without a parent: a request, or one of the few
// publications that no request caused.
func (s *Session) New(c Content) *Message {
	return &Message{Header: s.header(c.MsgType()), Content: c, session: s}
}

func (s *Session) header(msgType string) Header {
	return Header{
		MsgID:    s.id + "_" + strconv.FormatUint(s.count.Add(1), 10),
		Session:  s.id,
		Username: s.username,
		Date:     time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
		MsgType:  msgType,
		Version:  Version,
	}
}

// Encode writes m as frames, with its signature: identities, delimiter,
// signature, header, parent header, metadata, content, buffers. It fails only
// when the content or the metadata cannot be written as JSON objects.
func (s *Session) Encode(m *Message) ([][]byte, error) {
	header, err := m.Header.encode()
	if err != nil {
		return nil, fmt.Errorf("wire: %s: header: %w", m.Type(), err)
	}
	parent, err := m.Parent.encode()
	if err != nil {
		return nil, fmt.Errorf("wire: %s: parent header: %w", m.Type(), err)
	}
	metadata := rawObject(m.Metadata)
	if err := checkObject(metadata); err != nil {
		return nil, fmt.Errorf("wire: %s: metadata: %w", m.Type(), err)
	}
	if m.Content == nil {
		return nil, fmt.Errorf("wire: %s: no content", m.Type())
	}
	content, err := marshal(m.Content)
	if err != nil {
		return nil, fmt.Errorf("wire: %s: content: %w", m.Type(), root(err))
	}
	if len(content) == 0 || content[0] != '{' {
		return nil, fmt.Errorf("wire: %s: content: %w", m.Type(), checkObject(content))
	}
	frames := make([][]byte, 0, len(m.Identities)+6+len(m.Buffers))
	frames = append(frames, m.Identities...)
	frames = append(frames, delimiter, s.Sign(header, parent, metadata, content), header, parent, metadata, content)
	return append(frames, m.Buffers...), nil
}

// root drops the names of the types through which JSON came to the value that it
// cannot say.
func root(err error) error {
	var m *json.MarshalerError
	for errors.As(err, &m) {
		err = m.Err
	}
	return err
}

func checkObject(b []byte) error {
	var o map[string]json.RawMessage
	return unmarshalObject(b, &o)
}

// Decode verifies and reads one message. The frames are those of the socket,
// with the routing prefix. The error is always a [DecodeError]; the caller may
// drop the message and go on. After BadField the message can be answered.
func (s *Session) Decode(frames [][]byte) (*Message, error) {
	at := -1
	for i, f := range frames {
		if bytes.Equal(f, delimiter) {
			at = i
			break
		}
	}
	if at < 0 {
		return nil, &DecodeError{Reason: NoDelimiter, Detail: fmt.Sprintf("none of %d frames is %s", len(frames), delimiter)}
	}
	body := frames[at+1:]
	if len(body) < 5 {
		return nil, &DecodeError{Reason: TooFewFrames, Detail: fmt.Sprintf("%d after the delimiter, want signature, header, parent header, metadata and content", len(body))}
	}
	if err := s.verify(body[0], body[1:5]); err != nil {
		return nil, err
	}
	m := &Message{Identities: frames[:at:at], Buffers: body[5:], session: s}
	var err error
	if m.Header, err = decodeHeader(body[1], false); err != nil {
		return nil, &DecodeError{Reason: BadHeader, Detail: err.Error()}
	}
	if m.Parent, err = decodeHeader(body[2], true); err != nil {
		return nil, &DecodeError{Reason: BadParent, Detail: err.Error()}
	}
	if err = checkObject(body[3]); err != nil {
		return nil, &DecodeError{Reason: BadMetadata, Detail: err.Error()}
	}
	m.Metadata = rawObject(body[3])
	m.Content = newContent(m.Header.MsgType)
	err = unmarshalObject(body[4], m.Content)
	if err == nil {
		return m, nil
	}
	detail := m.Header.MsgType + ": " + shapeError(err).Error()
	if notObject := new(errNotObject); errors.As(err, notObject) || !json.Valid(body[4]) {
		return nil, &DecodeError{Reason: BadContent, Detail: detail}
	}
	m.Content = &Unknown{Name: m.Header.MsgType, Raw: body[4]}
	return nil, &DecodeError{Reason: BadField, Detail: detail, Message: m}
}

// mac computes the signature over the frames as they are on the wire.
func (s *Session) mac(frames ...[]byte) []byte {
	h := hmac.New(s.hash, s.key)
	for _, f := range frames {
		h.Write(f)
	}
	return h.Sum(nil)
}

// Sign returns the signature of the four frames header, parent header, metadata and
// content: hexadecimal, or empty if the session has no key. Encode does it for
// whole messages.
func (s *Session) Sign(frames ...[]byte) []byte {
	if len(s.key) == 0 {
		return []byte{}
	}
	return hex.AppendEncode(nil, s.mac(frames...))
}

// verify compares the signature in constant time and remembers it. Only
// signatures that fit are remembered, so a stranger cannot fill the history.
func (s *Session) verify(signature []byte, frames [][]byte) error {
	if len(s.key) == 0 {
		return nil
	}
	if len(signature) == 0 {
		return &DecodeError{Reason: Unsigned, Detail: "a signature is wanted because the connection file has a key"}
	}
	want := s.mac(frames...)
	got := make([]byte, hex.DecodedLen(len(signature)))
	if len(got) != len(want) {
		return &DecodeError{Reason: BadSignature, Detail: fmt.Sprintf("%d characters long, want %d", len(signature), hex.EncodedLen(len(want)))}
	}
	if _, err := hex.Decode(got, signature); err != nil {
		return &DecodeError{Reason: BadSignature, Detail: "not hexadecimal"}
	}
	if !hmac.Equal(got, want) {
		return &DecodeError{Reason: BadSignature, Detail: "it does not fit the frames"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.seen.add(digest(want[:len(digest{})])) {
		return &DecodeError{Reason: Replayed, Detail: "a message with this signature came before"}
	}
	return nil
}

// digest is the beginning of a signature: 128 bits tell messages apart.
type digest [16]byte

// digests is a set that forgets its oldest member when it is full.
type digests struct {
	set  map[digest]struct{}
	ring []digest
	next int // where ring is overwritten, once it is full
}

// add reports whether d was not yet in the set.
func (s *digests) add(d digest) bool {
	if _, ok := s.set[d]; ok {
		return false
	}
	if s.set == nil {
		s.set = map[digest]struct{}{}
	}
	s.set[d] = struct{}{}
	if len(s.ring) < rememberedDigests {
		s.ring = append(s.ring, d)
		return true
	}
	delete(s.set, s.ring[s.next])
	s.ring[s.next] = d
	s.next = (s.next + 1) % rememberedDigests
	return true
}
