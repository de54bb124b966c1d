package zmtp

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// testContext ends long before the test's own deadline would.
func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// frames makes a message of strings.
func frames(s ...string) [][]byte {
	m := make([][]byte, len(s))
	for i := range s {
		m[i] = []byte(s[i])
	}
	return m
}

func equal(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// checkLeaks fails the test if it leaves goroutines or descriptors behind. It is
// called first, so that it looks last.
func checkLeaks(t testing.TB) {
	before, fds := runtime.NumGoroutine(), descriptors()
	t.Cleanup(func() {
		var n, f int
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if n, f = runtime.NumGoroutine(), descriptors(); n <= before && f <= fds {
				return
			}
		}
		buf := make([]byte, 1<<20)
		t.Errorf("goroutines: %d before, %d after; descriptors: %d before, %d after\n%s", before, n, fds, f, buf[:runtime.Stack(buf, true)])
	})
}

// descriptors counts the open descriptors, 0 where /proc does not tell.
func descriptors() int {
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(d)
}

// transports are the kinds of endpoint that every socket works over.
func transports(t *testing.T) map[string]string {
	dir, err := os.MkdirTemp("", "zmtp") // t.TempDir can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return map[string]string{
		"tcp": "tcp://127.0.0.1:0",
		"ipc": "ipc://" + filepath.Join(dir, "s"),
	}
}

// security variants of the tests: server options and matching dial options.
type variant struct {
	name   string
	server Options
	client DialOptions
}

func variants(t testing.TB) []variant {
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	return []variant{
		{"null", Options{}, DialOptions{}},
		{"curve", Options{Curve: &keys}, DialOptions{Curve: &CurveClient{Server: keys.Public, Keys: &keys}}},
		{"curve with fresh client keys", Options{Curve: &keys}, DialOptions{Curve: &CurveClient{Server: keys.Public}}},
	}
}

// echo answers everything that a ROUTER receives until it is closed.
func echo(r *Router) {
	for {
		m, err := r.Recv(context.Background())
		if err != nil {
			return
		}
		_ = r.Send(m.Identity, m.Frames)
	}
}

// welcome is the hook of an XPUB.
func welcome(topic []byte) [][]byte { return frames("welcome", string(topic)) }
