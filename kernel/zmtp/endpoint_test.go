package zmtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestEndpoint(t *testing.T) {
	for want, got := range map[string]string{
		"tcp://127.0.0.1:5555": Endpoint("tcp", "127.0.0.1", 5555),
		"tcp://[::1]:5555":     Endpoint("tcp", "::1", 5555),
		"ipc:///run/kernel-3":  Endpoint("ipc", "/run/kernel", 3),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestBadEndpoints: each is refused with an error that says what is wrong.
func TestBadEndpoints(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	for endpoint, want := range map[string]string{
		"":                                  "want tcp://host:port or ipc://path",
		"127.0.0.1:1":                       "want tcp://host:port or ipc://path",
		"tcp://":                            "want tcp://host:port or ipc://path",
		"tcp://127.0.0.1":                   "want tcp://host:port",
		"udp://127.0.0.1:1":                 "not supported",
		"tcp://0.0.0.0:0":                   "not a loopback address",
		"tcp://[::]:0":                      "not a loopback address",
		"tcp://:0":                          "not a loopback address",
		"tcp://192.0.2.1:0":                 "not a loopback address",
		"tcp://127.0.0.1:99999":             "invalid port",
		"ipc://@name":                       "abstract",
		"ipc://" + strings.Repeat("x", 200): "200 bytes",
		"ipc://" + file:                     "not a socket",
		"ipc://" + filepath.Join(dir, "none", "s"): "no such file",
	} {
		r, err := ListenRouter(endpoint, Options{})
		if err == nil {
			r.Close(0)
			t.Errorf("%s was bound", endpoint)
			continue
		}
		if runtime.GOOS == "linux" && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", endpoint, err, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "keep" {
		t.Error("the file that stood in the way was touched")
	}
	for _, opts := range []DialOptions{{Identity: []byte("\x00x")}, {Identity: make([]byte, 256)}, {Curve: &CurveClient{Keys: &KeyPair{}}}} {
		if d, err := DialDealer(testContext(t), "tcp://127.0.0.1:1", opts); err == nil {
			d.Close(0)
			t.Errorf("dialled with %v", opts)
		}
	}
	if r, err := ListenRouter("tcp://127.0.0.1:0", Options{Curve: &KeyPair{}}); err == nil {
		r.Close(0)
		t.Error("bound with keys that do not belong together")
	}
	r, err := ListenRouter("tcp://0.0.0.0:0", Options{AllowRemote: true})
	if err != nil {
		t.Fatal(err)
	}
	r.Close(0)
}

// TestAddr: the bound endpoint can be dialled and does not allow a second bind.
func TestAddr(t *testing.T) {
	for name, at := range transports(t) {
		checkLeaks(t)
		r, err := ListenRouter(at, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (r.Port() == 0) != (name == "ipc") || name == "tcp" && r.Addr() != Endpoint("tcp", "127.0.0.1", r.Port()) {
			t.Errorf("%s: address %s, port %d", name, r.Addr(), r.Port())
		}
		if other, err := ListenRouter(r.Addr(), Options{}); err == nil {
			other.Close(0)
			t.Errorf("%s was bound twice", r.Addr())
		}
		dealer(t, r, "").Close(0) // the attempt did not disturb the first
		r.Close(0)
		r, err = ListenRouter(r.Addr(), Options{}) // at once again
		if err != nil {
			t.Fatal(err)
		}
		r.Close(0)
	}
}

// TestSocketFile: mode 0600, a stale file is replaced, at Close only our own file
// is removed.
func TestSocketFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("ipc needs a Unix system")
	}
	at := transports(t)["ipc"]
	path := strings.TrimPrefix(at, "ipc://")
	r, err := ListenRouter(at, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode() != os.ModeSocket|0o600 {
		t.Errorf("socket file: %v, %v, want mode 0600", fi.Mode(), err)
	}
	r.Close(0)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket file is still there: %v", err)
	}

	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close() // what a killed process leaves
	if r, err = ListenRouter(at, Options{}); err != nil {
		t.Fatal(err)
	}
	dealer(t, r, "").Close(0)

	// Somebody else takes the name.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	r.Close(0)
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("Close removed a socket file that was not its own: %v", err)
	}
}

// TestDialWaits: a client may come before the server, and gives up when its
// context ends.
func TestDialWaits(t *testing.T) {
	for _, at := range transports(t) {
		checkLeaks(t)
		if strings.HasPrefix(at, "tcp") { // a port that is free now
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			at = "tcp://" + ln.Addr().String()
			ln.Close()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if d, err := DialDealer(ctx, at, DialOptions{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(d, err)
		}
		dialled := make(chan error, 1)
		go func() {
			d, err := DialDealer(testContext(t), at, DialOptions{})
			if err == nil {
				err = d.Close(0)
			}
			dialled <- err
		}()
		time.Sleep(10 * time.Millisecond) // it has probably been refused once
		r, err := ListenRouter(at, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-dialled; err != nil {
			t.Error(err)
		}
		r.Close(0)
	}
}

// TestDialFails: what cannot succeed later fails at once.
func TestDialFails(t *testing.T) {
	checkLeaks(t)
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	for name, say := range map[string][]byte{
		"not ZMTP":            []byte(strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 8)),
		"another mechanism":   rawGreeting("PLAIN"),
		"another socket type": rawHello("PUB", ""),
		"malformed READY":     join(rawGreeting("NULL"), rawCommand("READY", "\x0bSocket-Type\x00\x00")),
		"large READY":         join(rawGreeting("NULL"), announce(1<<40)),
	} {
		for _, curve := range []*CurveClient{nil, {Server: keys.Public}} {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for {
					c, err := ln.Accept()
					if err != nil {
						return
					}
					defer c.Close()
					c.Write(say)
				}
			}()
			d, err := DialDealer(testContext(t), fmt.Sprint("tcp://", ln.Addr()), DialOptions{Curve: curve})
			if err == nil {
				d.Close(0)
				t.Errorf("%s: connected", name)
			} else if errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: tried until the end: %v", name, err)
			}
			ln.Close()
		}
	}
}
