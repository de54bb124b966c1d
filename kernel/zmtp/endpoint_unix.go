//go:build unix

package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"
)

// maxSocketPath is the room in sockaddr_un.sun_path, without the final zero, on
// Linux; others have a little less, and their bind says so.
const maxSocketPath = 107

// listenFile binds a Unix socket that only its owner can connect to. A socket
// file that nobody listens on, left by a process that was killed, is replaced;
// anything else that has the name is an error.
func (e endpoint) listenFile() (net.Listener, endpoint, error) {
	if err := e.removeStale(); err != nil {
		return nil, e, err
	}
	// On Linux the mode of the open socket is the mode of the file that bind
	// makes, so there is no moment in which others could connect. Elsewhere this
	// fails and the chmod below does it.
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) })
	}}
	ln, err := lc.Listen(context.Background(), "unix", e.address)
	if err != nil {
		return nil, e, fmt.Errorf("zmtp: listen on %s: %w", e, err)
	}
	ln.(*net.UnixListener).SetUnlinkOnClose(false) // close does it, if the file is still ours
	if err = os.Chmod(e.address, 0o600); err == nil {
		e.file, err = os.Lstat(e.address)
	}
	if err != nil {
		ln.Close()
		return nil, e, fmt.Errorf("zmtp: listen on %s: %w", e, err)
	}
	return ln, e, nil
}

// removeStale removes a socket file that nobody listens on.
func (e endpoint) removeStale() error {
	before, err := os.Lstat(e.address)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("zmtp: listen on %s: %w", e, err)
	}
	if before.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("zmtp: listen on %s: the file exists and is not a socket; remove it or choose another name", e)
	}
	c, err := net.DialTimeout("unix", e.address, time.Second)
	if err == nil {
		c.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("zmtp: listen on %s: another process listens there: %w", e, syscall.EADDRINUSE)
	}
	if now, err := os.Lstat(e.address); err != nil || !os.SameFile(before, now) {
		return fmt.Errorf("zmtp: listen on %s: another process listens there: %w", e, syscall.EADDRINUSE)
	}
	if err := os.Remove(e.address); err != nil {
		return fmt.Errorf("zmtp: listen on %s: remove the socket that nobody listens on: %w", e, err)
	}
	return nil
}

// close ends the listener and removes the socket file if it is the one that
// listenFile made.
func (e endpoint) close(ln net.Listener) {
	if e.file != nil {
		if now, err := os.Lstat(e.address); err == nil && os.SameFile(e.file, now) {
			os.Remove(e.address)
		}
	}
	ln.Close()
}

// passing reports whether a dial that failed with err may succeed when it is
// tried again: nobody listens yet.
func passing(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EAGAIN)
}
