package rt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Sleep is time.Sleep that an interrupt ends.
func (r *Runtime) Sleep(d time.Duration) {
	if d <= 0 {
		runtime.Gosched()
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Done():
		r.exit()
	}
}

// wait calls block, which waits in compiled code, on a goroutine of its own, and
// returns when that returns. When an interrupt comes first, stop is called, and
// the current goroutine ends; undo is called when block returns after all.
func (r *Runtime) wait(block, stop, undo func()) {
	done := r.Done()
	if done == nil {
		block()
		return
	}
	const returned, left = 1, 2
	var state atomic.Int32
	var fault any // written before over is closed
	normal := false
	over := make(chan struct{})
	go func() {
		defer func() {
			if !normal {
				fault = recover()
			}
			if state.CompareAndSwap(0, returned) {
				close(over)
			} else if normal && undo != nil {
				undo()
			}
		}()
		block()
		normal = true
	}()
	select {
	case <-over:
	case <-done:
		if state.CompareAndSwap(0, left) {
			if stop != nil {
				stop()
			}
			r.exit()
		}
		<-over
	}
	switch {
	case fault != nil:
		panic(fault)
	case !normal:
		runtime.Goexit() // so did block
	}
}

// Ask calls ask with a context that an interrupt of the current goroutine's cell
// ends. After that the goroutine ends.
func (r *Runtime) Ask(ctx context.Context, ask func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := r.Done()
	go func() {
		select {
		case <-done:
			cancel()
		case <-ctx.Done():
		}
	}()
	line, err := ask(ctx)
	select {
	case <-done:
		r.exit()
	default:
	}
	return line, err
}

// waits are the functions and methods of compiled packages that wait and that an
// interrupt is to end, under the names of [go/types.Func.FullName]. Those of
// methods take the receiver first.
func (r *Runtime) waits() map[string]any {
	return map[string]any{
		"(*sync.Mutex).Lock": func(m *sync.Mutex) {
			if !m.TryLock() {
				r.wait(m.Lock, nil, m.Unlock)
			}
		},
		"(*sync.RWMutex).Lock": func(m *sync.RWMutex) {
			if !m.TryLock() {
				r.wait(m.Lock, nil, m.Unlock)
			}
		},
		"(*sync.RWMutex).RLock": func(m *sync.RWMutex) {
			if !m.TryRLock() {
				r.wait(m.RLock, nil, m.RUnlock)
			}
		},
		"(sync.Locker).Lock":     func(l sync.Locker) { r.wait(l.Lock, nil, l.Unlock) },
		"(*sync.WaitGroup).Wait": func(g *sync.WaitGroup) { r.wait(g.Wait, nil, nil) },
		"(*sync.WaitGroup).Go":   func(g *sync.WaitGroup, f func()) { g.Go(r.callback(f)) },
		"(*sync.Cond).Wait":      r.condWait,
		"time.AfterFunc":         func(d time.Duration, f func()) *time.Timer { return time.AfterFunc(d, r.callback(f)) },
		"context.AfterFunc":      func(c context.Context, f func()) func() bool { return context.AfterFunc(c, r.callback(f)) },
		"(*os/exec.Cmd).Run":     r.run,
		"(*os/exec.Cmd).Wait":    r.waitFor,
		"(*os/exec.Cmd).Output":  r.output,
		"(*os/exec.Cmd).CombinedOutput": func(c *exec.Cmd) ([]byte, error) {
			if c.Stdout != nil || c.Stderr != nil {
				return c.CombinedOutput() // which refuses
			}
			var b bytes.Buffer
			c.Stdout, c.Stderr = &b, &b
			err := r.run(c)
			return b.Bytes(), err
		},
		"net/http.Get":                      func(url string) (*http.Response, error) { return r.get(http.DefaultClient, "GET", url) },
		"net/http.Head":                     func(url string) (*http.Response, error) { return r.get(http.DefaultClient, "HEAD", url) },
		"(*net/http.Client).Do":             r.request,
		"(*net/http.Client).Get":            func(c *http.Client, url string) (*http.Response, error) { return r.get(c, "GET", url) },
		"(*net/http.Client).Head":           func(c *http.Client, url string) (*http.Response, error) { return r.get(c, "HEAD", url) },
		"net/http.ListenAndServe":           func(addr string, h http.Handler) error { return r.listen(&http.Server{Addr: addr, Handler: h}) },
		"net/http.Serve":                    func(l net.Listener, h http.Handler) error { return r.serve(&http.Server{Handler: h}, l) },
		"(*net/http.Server).ListenAndServe": r.listen,
		"(*net/http.Server).Serve":          r.serve,
		"(net.Listener).Accept": func(l net.Listener) (c net.Conn, err error) {
			r.wait(func() { c, err = l.Accept() }, nil, func() {
				if c != nil {
					_ = c.Close()
				}
			})
			return c, err
		},
	}
}

// waitNames are the names of waits' methods in package rt as cells see it.
var waitNames = func() map[string]string {
	m := map[string]string{}
	for full := range (*Runtime)(nil).waits() {
		if full[0] == '(' {
			m[full] = "Wait" + strings.NewReplacer("(", "", ")", "", "*", "", ".", "·", "/", "·").Replace(full)
		}
	}
	return m
}()

// WaitName is the function of package rt that stands for a compiled method which
// waits; "" for other methods.
func WaitName(full string) string { return waitNames[full] }

// addWaits puts waits where cells find them.
func (r *Runtime) addWaits(values map[string]map[string]reflect.Value) {
	for full, f := range r.waits() {
		path, name := "cahier/rt", waitNames[full]
		if name == "" {
			i := strings.LastIndexByte(full, '.')
			path, name = full[:i], full[i+1:]
		}
		if values[path] == nil {
			values[path] = map[string]reflect.Value{}
		}
		values[path][name] = reflect.ValueOf(f)
	}
}

// callback is f for compiled code that calls it on a goroutine of its own: part
// of the current run, also from the goroutines of timers, and guarded.
func (r *Runtime) callback(f func()) func() {
	run := r.Current()
	if f == nil || run == nil {
		return f
	}
	return func() {
		if r.adopt(run) {
			r.guarded(run, 0, 0, f)
		}
	}
}

// condWait is (*sync.Cond).Wait. The lock is held again when an interrupt ends
// it, since deferred calls will unlock it.
func (r *Runtime) condWait(c *sync.Cond) {
	r.wait(c.Wait, c.L.Lock, func() {
		c.Signal() // what woke this up was for another
		c.L.Unlock()
	})
}

// waitFor is (*exec.Cmd).Wait; an interrupt kills the command.
func (r *Runtime) waitFor(c *exec.Cmd) (err error) {
	r.wait(func() { err = c.Wait() }, func() {
		if c.Process != nil {
			_ = c.Process.Kill()
		}
	}, nil)
	return err
}

func (r *Runtime) run(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	return r.waitFor(c)
}

// maxErrorText is how much of a command's standard error stays in its error.
const maxErrorText = 64 << 10

func (r *Runtime) output(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("exec: Stdout already set")
	}
	var out bytes.Buffer
	text := &head{}
	c.Stdout = &out
	if c.Stderr == nil {
		c.Stderr = text
	}
	err := r.run(c)
	if e, ok := err.(*exec.ExitError); ok && c.Stderr == text {
		e.Stderr = text.bytes()
	}
	return out.Bytes(), err
}

// head keeps the beginning of what is written to it.
type head struct {
	b    []byte
	more int
}

func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), maxErrorText-len(h.b))
	h.b = append(h.b, p[:n]...)
	h.more += len(p) - n
	return len(p), nil
}

func (h *head) bytes() []byte {
	if h.more > 0 {
		return fmt.Appendf(h.b, "\n... omitting %d bytes ...\n", h.more)
	}
	return h.b
}

func (r *Runtime) get(c *http.Client, method, url string) (*http.Response, error) {
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		return nil, err
	}
	return r.request(c, req)
}

func (r *Runtime) request(c *http.Client, req *http.Request) (resp *http.Response, err error) {
	r.wait(func() { resp, err = c.Do(req) }, nil, func() {
		if resp != nil {
			_ = resp.Body.Close()
		}
	})
	return resp, err
}

func (r *Runtime) listen(s *http.Server) (err error) {
	r.wait(func() { err = s.ListenAndServe() }, func() { _ = s.Close() }, nil)
	return err
}

func (r *Runtime) serve(s *http.Server, l net.Listener) (err error) {
	r.wait(func() { err = s.Serve(l) }, func() { _ = s.Close() }, nil)
	return err
}
