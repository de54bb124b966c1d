//go:build linux || darwin

package worker_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"

	"cahier/interp"
	"cahier/interp/worker"
)

// counter is an Output that counts.
type counter struct{ bytes atomic.Int64 }

func (c *counter) Stream(_ string, p []byte) { c.bytes.Add(int64(len(p))) }
func (c *counter) Display(interp.Bundle)     {}
func (c *counter) Update(interp.Bundle)      {}
func (c *counter) ClearOutput(bool)          {}
func (c *counter) Comm(interp.CommEvent)     {}
func (c *counter) Input(context.Context, string, bool) (string, error) {
	return "", context.Canceled
}

func benchCell(b *testing.B, code string, bytes int64) {
	s := start(b)
	out := &counter{}
	if res := runTo(s, 1, "print ready", out); res.Err != nil {
		b.Fatal(res.Err)
	}
	out.bytes.Store(0)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		if res := runTo(s, n, code, out); res.Err != nil {
			b.Fatal(res.Err)
		}
	}
	if got, want := out.bytes.Load(), int64(n)*bytes; got != want {
		b.Fatalf("%d bytes came, want %d", got, want)
	}
	if bytes > 0 {
		b.SetBytes(bytes)
	}
}

// BenchmarkExecute is the round trip of a cell that does next to nothing.
func BenchmarkExecute(b *testing.B) { benchCell(b, "value 2", 0) }

// BenchmarkPrint is a cell that prints a line.
func BenchmarkPrint(b *testing.B) { benchCell(b, "print hello", 6) }

// BenchmarkDisplay is a cell with ten displays.
func BenchmarkDisplay(b *testing.B) {
	benchCell(b, "display 1\ndisplay 2\ndisplay 3\ndisplay 4\ndisplay 5\ndisplay 6\ndisplay 7\ndisplay 8\ndisplay 9\ndisplay 10", 0)
}

// BenchmarkLines is a million lines, each printed by its own call.
func BenchmarkLines(b *testing.B) { benchCell(b, "lines 1000000", 6888890) }

// BenchmarkRawLines is the same past the executor, on descriptor 1.
func BenchmarkRawLines(b *testing.B) { benchCell(b, "rawlines 1000000", 6888890) }

// BenchmarkBig is 10 MB in one call.
func BenchmarkBig(b *testing.B) { benchCell(b, "big 10000000", 10_000_000) }

// BenchmarkComplete is the round trip of a completion.
func BenchmarkComplete(b *testing.B) {
	s := start(b)
	for b.Loop() {
		if _, err := s.Complete(context.Background(), "Print", 5); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplace is the time from a death to the result of the next cell.
func BenchmarkReplace(b *testing.B) {
	s := start(b)
	for b.Loop() {
		if res := runTo(s, 1, "kill 9", &counter{}); res.Err == nil {
			b.Fatal("no error")
		}
		if res := runTo(s, 2, "value 1", &counter{}); res.Err != nil {
			b.Fatal(res.Err)
		}
	}
}

// BenchmarkStart is the time from Start to the result of the first cell, with
// the executor of the tests.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := worker.Start(worker.Options{Command: []string{os.Args[0]}, Env: []string{envWorker + "=yes"}})
		if err != nil {
			b.Fatal(err)
		}
		if res := runTo(s, 1, "value 1", &counter{}); res.Err != nil {
			b.Fatal(res.Err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
