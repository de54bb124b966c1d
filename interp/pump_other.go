//go:build !unix

package interp

import "time"

// loop delivers what comes through the pipe.
func (p *pump) loop() {
	for {
		n, err := p.r.Read(p.buf[:])
		if n > 0 {
			p.mu.Lock()
			p.deliver(p.buf[:n])
			p.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// drain waits a moment: here a pipe cannot be read without waiting for text.
func (p *pump) drain() {
	time.Sleep(time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
}
