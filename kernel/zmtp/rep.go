package zmtp

import "github.com/go-zeromq/zmq4"

// Rep is a bound REP socket that answers every request with its own frames: a
// kernel's heartbeat. The goroutine that reads from a peer answers it, so nobody
// has to call anything, and nobody else's work delays it but the Go scheduler's.
// A peer that does not read its answers stops being read from, and is cut off
// after Limits.StallTime.
type Rep struct{ *server }

// ListenRep binds a REP socket; endpoints are those of ListenRouter.
func ListenRep(endpoint string, opts Options) (*Rep, error) {
	s, err := bind(zmq4.Rep, endpoint, opts, queueBytes)
	if err != nil {
		return nil, err
	}
	return newRep(s), nil
}

func newRep(s *server) *Rep {
	s.take = func(p *peer, frames [][]byte) error {
		s.in.release(p.in) // complete: it counts in the outgoing queue now
		if err := p.push(frames, nil); err != nil && err != ErrClosed {
			return err
		}
		return nil
	}
	s.start()
	return &Rep{s}
}
