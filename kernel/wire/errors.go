package wire

import "fmt"

// Reason says why frames are not a message. It is small enough to count by.
type Reason uint8

// The reasons, in the order in which a message is examined.
const (
	NoDelimiter     Reason = iota + 1 // there is no frame <IDS|MSG>
	TooFewFrames                      // fewer than five frames follow the delimiter
	Unsigned                          // the signature is empty although there is a key
	BadSignature                      // the signature does not fit the frames
	Replayed                          // the same signature came before
	BadHeader                         // the header is not the JSON that it has to be
	BadParent                         // the parent header is not an object
	BadMetadata                       // the metadata are not an object
	BadContent                        // the content is not a JSON object
	BadField                          // the content is an object with a field of a wrong kind
	numberOfReasons = iota + 1
)

// Reasons lists all reasons.
func Reasons() []Reason {
	var all []Reason
	for r := NoDelimiter; r < numberOfReasons; r++ {
		all = append(all, r)
	}
	return all
}

// String returns a name such as "bad signature".
func (r Reason) String() string {
	switch r {
	case NoDelimiter:
		return "no delimiter"
	case TooFewFrames:
		return "too few frames"
	case Unsigned:
		return "unsigned"
	case BadSignature:
		return "bad signature"
	case Replayed:
		return "replayed"
	case BadHeader:
		return "bad header"
	case BadParent:
		return "bad parent header"
	case BadMetadata:
		return "bad metadata"
	case BadContent:
		return "bad content"
	case BadField:
		return "bad field"
	}
	return fmt.Sprintf("reason %d", uint8(r))
}

// DecodeError says why frames were refused.
type DecodeError struct {
	Reason Reason
	Detail string
	// Message is what could be read, if Reason is BadField: the message is
	// genuine and whole, so its sender can be told. Its Content is an
	// [Unknown] that holds the object.
	Message *Message
}

// Error returns one line with reason and detail.
func (e *DecodeError) Error() string {
	if e.Detail == "" {
		return "wire: " + e.Reason.String()
	}
	return "wire: " + e.Reason.String() + ": " + e.Detail
}

// SchemeError refuses a signature scheme.
type SchemeError struct{ Scheme string }

// Error names the scheme and those that are known.
func (e *SchemeError) Error() string {
	return fmt.Sprintf("signature scheme %q is not known; use hmac-sha256, hmac-sha384 or hmac-sha512", e.Scheme)
}
