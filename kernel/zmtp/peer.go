package zmtp

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// outgoing is one entry of a peer's queue: a message, or the body of a command.
type outgoing struct {
	frames  [][]byte
	command []byte
	size    int // messageSize
}

// peer is one connection after its handshake.
//
// Goroutines: the one that made the handshake reads, in run; run starts one
// that writes. Both end when the connection is closed, by kill or the other
// side; the writer ends also when finish was called and the queue is written.
type peer struct {
	identity string
	nc       net.Conn // the network connection
	g        *guard
	conn     *zmq4.Conn
	in       *inLetters
	lim      *Limits
	log      *slog.Logger
	progress atomic.Int64  // when bytes were last taken, or first queued: time since epoch
	wake     chan struct{} // capacity 1: queue, fin or dead changed; for the writer
	dead     chan struct{} // closed by kill
	drained  chan struct{} // closed when the writer has ended
	gone     chan struct{} // closed when the reader has ended

	mu      sync.Mutex // guards what follows
	queue   []outgoing
	bytes   int           // queued or being written
	pongs   int           // commands in queue
	room    chan struct{} // closed, and replaced, when bytes were written
	waiters bool          // somebody waits for room
	killed  bool          // dead is closed
	reason  string        // why
	fin     bool          // nothing more is queued; the writer ends when it has written all
	flushed bool          // the writer has written all after fin
	subs    map[string]struct{}

	// XPub.sendMu guards these.
	held   time.Duration // for which publications waited for this peer while others were idle, minus half of the time
	heldAt time.Time     // when held was last brought up to date
}

// epoch makes monotonic times small numbers.
var epoch = time.Now()

func since() int64 { return int64(time.Since(epoch)) }

// handshake makes a peer of a fresh connection. The caller sets a deadline and
// recovers: the module slices what it reads in a handshake unchecked.
func handshake(nc net.Conn, typ zmq4.SocketType, identity []byte, server bool, sec security, lim *Limits, log *slog.Logger) (*peer, error) {
	under, err := sec.secure(nc, typ, identity)
	if err != nil {
		return nil, err
	}
	g := newGuard(under, lim.MaxFrames)
	conn, err := zmq4.Open(g, null.Security(), typ, identity, server, nil)
	if err != nil {
		return nil, err
	}
	p := &peer{
		identity: conn.Peer.Meta["Identity"],
		nc:       nc, g: g, conn: conn, lim: lim, log: log,
		wake: make(chan struct{}, 1), dead: make(chan struct{}), drained: make(chan struct{}), gone: make(chan struct{}),
		room: make(chan struct{}),
	}
	p.in = &inLetters{from: p}
	g.coalesce = true
	g.pong = p.pong
	g.progress = func() { p.progress.Store(since()) }
	if typ == zmq4.XPub {
		g.maxFrames = 1
	} else {
		g.maxBytes = uint64(lim.MaxMessage)
	}
	if cc, ok := under.(*curveConn); ok {
		cc.maxBody, cc.progress = g.maxBytes, g.progress
	}
	return p, nil
}

// chargeTo makes what arrives count in b.
func (p *peer) chargeTo(b *inbox) {
	charge := func(n int) error { return b.charge(p.in, n) }
	if cc, ok := p.g.Conn.(*curveConn); ok {
		cc.charge = charge
	} else {
		p.g.charge = charge
	}
}

// run reads messages and gives them to take until the connection ends or take
// fails, and starts the writer. It returns when both have ended.
func (p *peer) run(take func(frames [][]byte) error) {
	go func() {
		defer close(p.drained)
		p.write()
	}()
	defer func() {
		close(p.gone)
		<-p.drained
	}()
	defer func() {
		if r := recover(); r != nil {
			p.kill(fmt.Sprintf("fault while reading: %v\n%s", r, debug.Stack()))
		}
	}()
	for {
		m, err := p.conn.RecvMsg()
		if err != nil {
			p.kill(err.Error())
			return
		}
		if m.Type == zmq4.CmdMsg || len(m.Frames) == 0 {
			continue
		}
		if err := take(m.Frames); err != nil {
			p.kill(err.Error())
			return
		}
	}
}

// kill ends the connection. Only the first call has an effect.
func (p *peer) kill(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.killed {
		return
	}
	p.killed, p.reason = true, reason
	close(p.dead)
	p.nc.Close()
	p.log.Debug("zmtp: connection ended", "identity", p.identity, "reason", reason)
}

// errFull is tryPush's answer when the caller has to wait.
var errFull = errors.New("queue full")

// tryPush queues a message, or says errFull or why the peer takes no more. p.mu
// is held.
func (p *peer) tryPush(o outgoing) error {
	switch {
	case p.killed:
		return fmt.Errorf("%w: %s", ErrNoPeer, p.reason)
	case p.fin:
		return ErrClosed
	case p.bytes > 0 && p.bytes+o.size > p.lim.QueueBytes:
		return errFull
	}
	if p.bytes == 0 {
		p.progress.Store(since()) // a peer with nothing to take does not stand still
	}
	p.bytes += o.size
	p.queue = append(p.queue, o)
	p.signal()
	return nil
}

// push queues a message, waiting while the queue is full and the peer takes
// something. also, if not nil, is called under p.mu when the message is queued.
func (p *peer) push(frames [][]byte, also func()) error {
	o := outgoing{frames: frames, size: messageSize(frames)}
	for {
		p.mu.Lock()
		err := p.tryPush(o)
		if err == nil && also != nil {
			also()
		}
		room := p.room
		p.waiters = p.waiters || err == errFull
		p.mu.Unlock()
		if err != errFull {
			return err
		}
		p.awaitRoom(room)
	}
}

// awaitRoom waits a little for room, and cuts the peer off when it has taken
// nothing for StallTime.
func (p *peer) awaitRoom(room <-chan struct{}) {
	tick := time.NewTimer(waitTick)
	defer tick.Stop()
	select {
	case <-room:
	case <-p.dead:
	case <-tick.C:
		p.cutIfStalled()
	}
}

// cutIfStalled ends a peer with a full queue that has taken nothing for
// StallTime.
func (p *peer) cutIfStalled() {
	if still := time.Duration(since() - p.progress.Load()); still > p.lim.StallTime {
		p.cut(fmt.Sprintf("took nothing for %v", still.Round(time.Millisecond)))
	}
}

func (p *peer) cut(reason string) {
	p.mu.Lock()
	killed, bytes := p.killed, p.bytes
	p.mu.Unlock()
	if !killed {
		p.log.Warn("zmtp: slow peer cut off", "identity", p.identity, "reason", reason, "queued_bytes", bytes)
	}
	p.kill("cut off: it " + reason)
}

// pong queues a command; only the writer writes.
func (p *peer) pong(body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pongs < maxPongs && !p.killed && !p.fin {
		p.pongs++
		p.queue = append(p.queue, outgoing{command: body})
		p.signal()
	}
}

// finish lets the writer end when it has written what is queued.
func (p *peer) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fin = true
	p.signal()
}

// delivered reports whether all that was queued before finish has been written.
func (p *peer) delivered() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flushed || p.bytes == 0
}

// signal wakes the writer.
func (p *peer) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// write is the writer: it alone calls SendMsg, which the module does not lock.
// After finish it half-closes the connection, so that the other side reads
// everything before it sees the end.
func (p *peer) write() {
	var batch []outgoing
	for {
		p.mu.Lock()
		batch, p.queue = p.queue, batch[:0]
		p.pongs = 0
		fin := p.fin && len(batch) == 0
		p.flushed = fin
		p.mu.Unlock()
		if fin {
			if w, ok := p.nc.(interface{ CloseWrite() error }); ok {
				w.CloseWrite()
			} else {
				p.nc.Close()
			}
			return
		}
		if err := p.writeBatch(batch); err != nil {
			p.kill(err.Error())
			return
		}
		if cap(batch) > 1024 {
			batch = nil // after a burst
			continue
		}
		if len(batch) == 0 {
			select {
			case <-p.wake:
			case <-p.dead:
				return
			}
		}
	}
}

// writeBatch writes messages and frees their room as they leave.
func (p *peer) writeBatch(batch []outgoing) error {
	freed := 0
	for i, o := range batch {
		var err error
		if o.command != nil {
			_, err = p.g.Write(appendFrame(nil, flagCommand, o.command))
		} else {
			err = p.conn.SendMsg(zmq4.NewMsgFrom(o.frames...))
		}
		batch[i] = outgoing{} // it is written or copied; let it go before its room is given away
		if freed += o.size; err == nil && (i == len(batch)-1 || len(p.g.wbuf) >= flushBytes || freed >= flushBytes) {
			err = p.g.Flush()
			p.mu.Lock()
			p.bytes -= freed
			if p.waiters {
				close(p.room)
				p.room, p.waiters = make(chan struct{}), false
			}
			p.mu.Unlock()
			freed = 0
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// matches reports whether the peer has subscribed to topic. p.mu is held.
func (p *peer) matches(topic string) bool {
	for t := range p.subs {
		if strings.HasPrefix(topic, t) {
			return true
		}
	}
	return false
}
