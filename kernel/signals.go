package kernel

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Signals catches the signals that front ends send to a kernel.
type Signals struct{ c chan os.Signal }

// CatchSignals takes SIGINT and SIGTERM, which would end the process, into
// custody for [Config.Signals]. The main function calls it first of all: nbclient
// sends SIGINT to kernels that have just started, and to idle ones.
func CatchSignals() *Signals {
	s := &Signals{c: make(chan os.Signal, 16)}
	signal.Notify(s.c, os.Interrupt, syscall.SIGTERM)
	return s
}

// Release gives the signals back.
func (s *Signals) Release() { signal.Stop(s.c) }

// watchSignals is the goroutine that handles signals: SIGINT interrupts the
// running cell and does nothing when there is none, SIGTERM ends the kernel.
func (k *Kernel) watchSignals(ctx context.Context) {
	if k.signals == nil {
		return
	}
	for {
		select {
		case s := <-k.signals.c:
			if s == os.Interrupt {
				k.interrupt()
				continue
			}
			k.log.Info("the kernel ends", "signal", s.String())
			k.Stop()
		case <-ctx.Done():
			return
		}
	}
}

// parentPoll is how often the parent process is looked for.
const parentPoll = time.Second

// watchParent is the goroutine that ends the kernel when the process that started
// it is gone: nobody would ever shut it down.
func (k *Kernel) watchParent(ctx context.Context, every time.Duration) {
	if k.parent <= 0 {
		return
	}
	gone := parentWatch(k.parent)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if gone() {
				k.log.Warn("the parent process is gone; the kernel ends", "pid", k.parent)
				k.Stop()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
