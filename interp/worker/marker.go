package worker

import (
	"bytes"
	"encoding/binary"
)

// Markers stand in the bytes of the two pipes behind descriptors 1 and 2. Each
// begins with a nonce that only supervisor and child know and is written with
// one write of at most pipeAtomic bytes, so that nothing can come in between.
//
//	nonce  [16]byte  0xff (which no UTF-8 text holds: the search is fast), 15 random bytes
//	kind   uint8
//	_      [3]byte
//	length uint32    markText: bytes of text that follow
//	value  uint64    markSync: its number; markText: the request whose output it is
const (
	nonceSize  = 16
	markerSize = nonceSize + 1 + 3 + 4 + 8
)

type markKind uint8

const (
	// markSync stands in both pipes: everything in front of it in one pipe
	// comes before everything behind it in the other.
	markSync markKind = iota + 1
	// markFrame is a markSync at which a frame stands in the order, too.
	markFrame
	// markText is followed by text of a request that is not the running one.
	markText
)

type marker struct {
	kind   markKind
	length uint32
	value  uint64
}

func (m marker) append(b, nonce []byte) []byte {
	b = append(b, nonce...)
	b = append(b, byte(m.kind), 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, m.length)
	return binary.BigEndian.AppendUint64(b, m.value)
}

// scanner takes the bytes of a pipe apart into text and markers. Bytes that
// look like the beginning of a marker are kept until it is known what they are.
type scanner struct {
	nonce []byte
	text  func(owner uint64, p []byte) // owner 0: whoever runs now
	mark  func(m marker)               // markSync and markFrame

	keep  []byte // beginning of a marker
	owner uint64 // of the next left bytes
	left  uint32
}

// feed takes the next bytes of the pipe. p is the caller's again afterwards.
func (s *scanner) feed(p []byte) {
	if len(s.keep) > 0 {
		// The kept bytes are few; only as many are added as can decide.
		n := min(len(p), markerSize)
		joined := append(s.keep, p[:n]...)
		rest := s.scan(joined)
		if len(p) == n {
			s.keep = append([]byte(nil), rest...)
			return
		}
		// rest is shorter than a marker, so it lies in p whole.
		s.keep = nil
		p = p[n-len(rest):]
	}
	if rest := s.scan(p); len(rest) > 0 {
		s.keep = append([]byte(nil), rest...)
	}
}

// scan hands on all of p but the bytes at its end that may begin a marker, and
// returns those.
func (s *scanner) scan(p []byte) []byte {
	for len(p) > 0 {
		if s.left > 0 {
			n := min(len(p), int(s.left))
			s.text(s.owner, p[:n])
			s.left -= uint32(n)
			p = p[n:]
			continue
		}
		i := bytes.Index(p, s.nonce)
		if i < 0 {
			i = len(p) - s.tail(p)
			if i > 0 {
				s.text(0, p[:i])
			}
			return p[i:]
		}
		if i > 0 {
			s.text(0, p[:i])
			p = p[i:]
		}
		if len(p) < markerSize {
			return p
		}
		m := marker{
			kind:   markKind(p[nonceSize]),
			length: binary.BigEndian.Uint32(p[nonceSize+4:]),
			value:  binary.BigEndian.Uint64(p[nonceSize+8:]),
		}
		p = p[markerSize:]
		switch m.kind {
		case markText:
			s.owner, s.left = m.value, m.length
		case markSync, markFrame:
			s.mark(m)
		}
	}
	return nil
}

// tail counts the bytes at the end of p that may be the beginning of a nonce.
func (s *scanner) tail(p []byte) int {
	for n := min(len(p), nonceSize-1); n > 0; n-- {
		if p[len(p)-n] == s.nonce[0] && bytes.HasPrefix(s.nonce, p[len(p)-n:]) {
			return n
		}
	}
	return 0
}

// end hands on what is kept: no more bytes come, so it is text.
func (s *scanner) end() {
	if len(s.keep) > 0 && len(s.keep) < nonceSize {
		s.text(0, s.keep)
	}
	s.keep = nil
}
