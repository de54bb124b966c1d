package zmtp

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// ZMTP 3 by hand, for peers that do not keep to it.

func rawGreeting(mechanism string) []byte { return curveGreeting(mechanism, 0) }

func rawCommand(name, body string) []byte {
	return appendFrame(nil, flagCommand, []byte(short(name)+body))
}

// short is a string after its length in one byte.
func short(s string) string { return string([]byte{byte(len(s))}) + s }

func property(key, value string) string {
	return short(key) + string(binary.BigEndian.AppendUint32(nil, uint32(len(value)))) + value
}

func rawReady(typ, identity string) []byte {
	return rawCommand("READY", property("Socket-Type", typ)+property("Identity", identity))
}

// rawHello is all that a well-behaved peer sends before its first message.
func rawHello(typ, identity string) []byte {
	return append(rawGreeting("NULL"), rawReady(typ, identity)...)
}

// announce is the header of a frame of n bytes of which none follow.
func announce(n uint64) []byte { return binary.BigEndian.AppendUint64([]byte{flagLong}, n) }

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// rawDial connects to a socket's address and sends data; writing may fail when
// the socket has had enough.
func rawDial(t testing.TB, addr string, data []byte) net.Conn {
	t.Helper()
	network, address, _ := strings.Cut(addr, "://")
	if network == "ipc" {
		network = "unix"
	}
	c, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, _ = c.Write(data)
	c.SetWriteDeadline(time.Time{})
	return c
}

// awaitEnd reads until the other side ends the connection.
func awaitEnd(t testing.TB, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, err := io.Copy(io.Discard, c)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Error("the connection was not ended")
	}
}

// await waits until cond holds.
func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}
