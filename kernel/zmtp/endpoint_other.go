//go:build !unix

package zmtp

import (
	"errors"
	"fmt"
	"net"
)

const maxSocketPath = 107

// listenFile refuses: without file modes anybody could connect.
func (e endpoint) listenFile() (net.Listener, endpoint, error) {
	return nil, e, fmt.Errorf("zmtp: listen on %s: ipc needs a Unix system, use tcp", e)
}

func (e endpoint) close(ln net.Listener) { ln.Close() }

// passing reports whether a dial that failed with err may succeed when it is
// tried again: nobody listens yet.
func passing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
