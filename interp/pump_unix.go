//go:build unix

package interp

import "syscall"

func (p *pump) loop() {
	c, err := p.r.SyscallConn()
	if err != nil {
		return
	}
	for {
		end := false
		// Wait until there is something, then take it under the lock.
		err := c.Read(func(fd uintptr) bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			n, done := p.take(int(fd))
			end = done
			return n > 0 || done
		})
		if err != nil || end {
			return
		}
	}
}

// take reads what is there and delivers it; done says that nothing will come
// any more.
func (p *pump) take(fd int) (n int, done bool) {
	for {
		k, err := syscall.Read(fd, p.buf[:])
		if k > 0 {
			p.deliver(p.buf[:k])
			n += k
			if k < len(p.buf) {
				return n, false
			}
			continue
		}
		if err == syscall.EINTR {
			continue
		}
		return n, err != syscall.EAGAIN
	}
}

// drain delivers what is in the pipe now.
func (p *pump) drain() {
	c, err := p.r.SyscallConn()
	if err != nil {
		return
	}
	_ = c.Control(func(fd uintptr) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.take(int(fd))
	})
}
