// Package wire holds the messages of the Jupyter protocol, version 5.5, as Go
// types, and turns them into signed multipart frames and back. It does no I/O
// except for the helpers that read and write a connection file.
//
// A [Session] is one party of a conversation: it signs and numbers what it
// sends, verifies what it receives and refuses what it has seen before. A
// [Message] that a session decoded or made answers with [Message.Child], which
// is the only way to make a message with a parent; so a reply that belongs to
// nothing cannot be written by accident.
//
//	s, err := wire.NewSession("hmac-sha256", key)
//	m, err := s.Decode(frames)             // frames as they came from the socket
//	if q, ok := m.Content.(*wire.InspectRequest); ok { ... }
//	out, err := s.Encode(m.Child(&wire.InspectReply{Outcome: wire.Ok}))
//
// Contents are always pointers to the structs of this package. A message of a
// type that the protocol does not define has an [Unknown] content. Reading is
// tolerant (unknown fields are passed over, absent ones get the protocol's
// defaults); writing is strict (objects and lists are never null).
//
// Source: jupyter_client's docs/messaging.rst. Sections named in comments are
// that document's.
package wire

// Version is the version of the protocol that this package speaks.
const Version = "5.5"

// Channel names one of the five connections between a front end and a kernel.
type Channel uint8

// The channels.
const (
	Shell Channel = iota
	IOPub
	Stdin
	Control
	Heartbeat
)

// String returns the channel's name as the protocol writes it.
func (c Channel) String() string {
	switch c {
	case Shell:
		return "shell"
	case IOPub:
		return "iopub"
	case Stdin:
		return "stdin"
	case Control:
		return "control"
	case Heartbeat:
		return "hb"
	}
	return "channel?"
}
