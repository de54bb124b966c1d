package kerneltest

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cahier/kernel"
	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// Transport is how front ends reach the kernel of a test.
type Transport string

// The transports.
const (
	OverMemory Transport = "memory"
	OverTCP    Transport = "tcp"
	OverIPC    Transport = "ipc"
	OverCURVE  Transport = "curve"
)

// Bench is a kernel under test with a fake executor and a front end.
type Bench struct {
	*FrontEnd
	Kernel   *kernel.Kernel
	Executor *Executor
	Over     Transport
	Memory   *Memory // with OverMemory

	t      testing.TB
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of Serve; set before done is closed
}

// Start starts a kernel; change, if not nil, may alter its configuration. The end
// of the test ends the kernel, and fails the test if Serve returned an error.
func Start(t testing.TB, over Transport, change func(*kernel.Config)) *Bench {
	t.Helper()
	b := &Bench{t: t, Over: over, Executor: &Executor{}, done: make(chan struct{})}
	file := &wire.ConnectionFile{Transport: wire.TCP, IP: "127.0.0.1", Key: "a key for tests", SignatureScheme: wire.DefaultScheme}
	switch over {
	case OverIPC:
		file.Transport, file.IP = wire.IPC, filepath.Join(t.TempDir(), "k")
		for ch := wire.Shell; ch <= wire.Heartbeat; ch++ {
			file.SetPort(ch, int(ch)+1)
		}
	case OverCURVE:
		keys, err := zmtp.NewKeyPair()
		if err != nil {
			t.Fatal(err)
		}
		file.CurvePublicKey, file.CurveSecretKey = keys.Public.Z85(), keys.Secret.Z85()
	}
	log := &testLog{t: t}
	t.Cleanup(log.end)
	cfg := kernel.Config{
		Connection: file, Executor: b.Executor, Version: "0.0.0",
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if over == OverMemory {
		b.Memory = NewMemory()
		cfg.Listen = b.Memory.Listen
	}
	if change != nil {
		change(&cfg)
	}
	k, err := kernel.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.Kernel = k
	var ctx context.Context
	ctx, b.cancel = context.WithCancel(context.Background())
	if over == OverMemory { // before Serve, to see the status starting
		b.FrontEnd = NewFrontEnd(t, b.Memory.Connect("front"), k.Connection())
	}
	go func() {
		b.err = k.Serve(ctx)
		close(b.done)
	}()
	if over != OverMemory {
		b.FrontEnd = NewFrontEnd(t, b.connect("front"), k.Connection())
	}
	b.Await(wire.IOPub, "", func(c wire.Content) bool { _, ok := c.(*wire.IOPubWelcome); return ok })
	t.Cleanup(b.stop)
	return b
}

func (b *Bench) connect(identity string) Conn {
	b.t.Helper()
	if b.Over == OverMemory {
		return b.Memory.Connect(identity)
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	c, err := Dial(ctx, b.Kernel.Connection(), identity)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// Join connects a further front end.
func (b *Bench) Join(identity string) *FrontEnd {
	b.t.Helper()
	f := newFrontEnd(b.t, b.connect(identity), b.Kernel.Connection(), b.book)
	b.t.Cleanup(f.Close)
	f.Await(wire.IOPub, "", func(c wire.Content) bool { _, ok := c.(*wire.IOPubWelcome); return ok })
	return f
}

// Stopped waits until the kernel has ended and returns Serve's error.
func (b *Bench) Stopped() error {
	b.t.Helper()
	select {
	case <-b.done:
		return b.err
	case <-time.After(Patience):
		b.t.Fatalf("the kernel did not end within %v; received:\n%s", Patience, b.log())
		return nil
	}
}

// stop ends kernel and front end.
func (b *Bench) stop() {
	b.cancel()
	select {
	case <-b.done:
		if b.err != nil {
			b.t.Errorf("Serve returned %v", b.err)
		}
	case <-time.After(Patience):
		b.t.Errorf("the kernel did not end within %v", Patience)
	}
	b.Close()
	if n := b.Executor.Closed(); n != 1 {
		b.t.Errorf("the executor was closed %d times, want once", n)
	}
}

// testLog writes the kernel's log into the test's until the test ends; a lane that
// was left behind may log later.
type testLog struct {
	mu sync.Mutex // guards t
	t  testing.TB
}

func (l *testLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.t != nil {
		l.t.Logf("%s", p[:max(0, len(p)-1)])
	}
	return len(p), nil
}

func (l *testLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.t = nil
}
