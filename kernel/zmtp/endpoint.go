package zmtp

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"time"
)

// Endpoint is the endpoint of one channel as a Jupyter connection file describes
// it: "tcp://ip:port", or "ipc://ip-port", where ip is a path.
func Endpoint(transport, ip string, port int) string {
	if transport == "ipc" {
		return fmt.Sprintf("ipc://%s-%d", ip, port)
	}
	return transport + "://" + net.JoinHostPort(ip, strconv.Itoa(port))
}

// endpoint is a parsed endpoint. For ipc it also knows the socket file that
// listen made.
type endpoint struct {
	network string // "tcp" or "unix"
	address string // host:port or path
	file    fs.FileInfo
}

func (e endpoint) String() string {
	if e.network == "unix" {
		return "ipc://" + e.address
	}
	return e.network + "://" + e.address
}

// parseEndpoint reads "tcp://host:port" or "ipc://path".
func parseEndpoint(s string) (endpoint, error) {
	transport, address, ok := strings.Cut(s, "://")
	switch {
	case !ok || address == "":
		return endpoint{}, fmt.Errorf("zmtp: endpoint %q: want tcp://host:port or ipc://path", s)
	case transport == "tcp":
		if _, _, err := net.SplitHostPort(address); err != nil {
			return endpoint{}, fmt.Errorf("zmtp: endpoint %q: want tcp://host:port: %w", s, err)
		}
		return endpoint{network: "tcp", address: address}, nil
	case transport == "ipc" && address[0] == '@':
		return endpoint{}, fmt.Errorf("zmtp: endpoint %q: an abstract socket has no file mode that would keep others out; use a path", s)
	case transport == "ipc" && len(address) > maxSocketPath:
		return endpoint{}, fmt.Errorf("zmtp: endpoint %q: the path has %d bytes, a socket's has at most %d; use a shorter directory", s, len(address), maxSocketPath)
	case transport == "ipc":
		return endpoint{network: "unix", address: address}, nil
	}
	return endpoint{}, fmt.Errorf("zmtp: endpoint %q: transport %q is not supported, want tcp or ipc", s, transport)
}

// listen binds the endpoint and returns it as it was bound.
func (e endpoint) listen(remote bool) (net.Listener, endpoint, error) {
	if e.network == "unix" {
		return e.listenFile()
	}
	addr, err := net.ResolveTCPAddr("tcp", e.address)
	if err != nil {
		return nil, e, fmt.Errorf("zmtp: listen on %s: %w", e, err)
	}
	if !remote && !addr.IP.IsLoopback() {
		return nil, e, fmt.Errorf("zmtp: listen on %s: not a loopback address; whoever reaches it could run code here. Use 127.0.0.1, or allow it explicitly", e)
	}
	ln, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, e, fmt.Errorf("zmtp: listen on %s: %w", e, err)
	}
	e.address = ln.Addr().String()
	return ln, e, nil
}

// dial connects once.
func (e endpoint) dial(ctx context.Context, timeout time.Duration) (net.Conn, error) {
	d := net.Dialer{Timeout: timeout}
	return d.DialContext(ctx, e.network, e.address)
}
