package zmtp

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Options configures a listening socket. The zero value is a plain (NULL)
// socket with the default limits that logs nothing.
type Options struct {
	// Curve, if not nil, makes the socket a CURVE server with this key pair. Any
	// client that knows the public key is accepted, as Jupyter wants it; a
	// client without CURVE is not.
	Curve *KeyPair
	// Limits that are zero have their default values.
	Limits Limits
	// Logger takes connection faults at debug level and peers that were cut
	// off or turned away at warning level. Nil discards.
	Logger *slog.Logger
	// AllowRemote permits a tcp address that is not a loopback address.
	AllowRemote bool
}

// DialOptions configures a connecting socket.
type DialOptions struct {
	// Identity is the routing identity for a ROUTER, at most 255 bytes, not
	// beginning with a zero byte. Empty lets the ROUTER invent one.
	Identity []byte
	// Curve, if not nil, encrypts the connection.
	Curve *CurveClient
	// Limits that are zero have their default values.
	Limits Limits
	// Logger takes connection faults at debug level. Nil discards.
	Logger *slog.Logger
}

// Limits bounds what peers can make a socket hold and wait for. A field that is
// zero has the default given with it.
type Limits struct {
	HandshakeTimeout time.Duration // 5 s: a handshake that is not over by then is closed
	MaxPending       int           // 64 handshakes at a time; for one more the oldest is given up
	MaxPeers         int           // 512 peers after the handshake; one more is turned away
	MaxMessage       int64         // 256 MiB in one received message; an XPUB takes 4 KiB at most
	MaxFrames        int           // 1,024 frames in one received message
	RecvBytes        int           // 16 MiB of complete messages of one peer wait for Recv, or one larger message
	RecvTotal        int           // 1 GiB received and not yet taken by Recv, all peers, complete or not
	QueueBytes       int           // 16 MiB queued for one peer, or one larger message; XPUB: 128 MiB, shared by all its peers
	StallTime        time.Duration // 3 s: a peer with a full queue that takes nothing for so long is cut off
}

// Sizes that need no tuning.
const (
	smallMessage  = 4 << 10   // bytes in one message during the handshake, and received by an XPUB
	maxCommand    = 512       // bytes in a ZMTP command after the handshake
	maxTopics     = 100       // subscriptions of one peer
	maxPongs      = 16        // unanswered PINGs kept for one peer
	maxIdentity   = 255       // bytes of a routing identity
	eagerBytes    = 256 << 10 // a frame up to this size is allocated when it is announced
	flushBytes    = 64 << 10  // bytes coalesced before a write
	chunkBytes    = 256 << 10 // a large frame is written in pieces of this size, each one counts as progress
	readBufBytes  = 16 << 10
	frameOverhead = 32 // what a frame costs besides its bytes, for the bounds

	waitTick        = 20 * time.Millisecond
	handshakeChance = 200 * time.Millisecond // a handshake is not given up for another one before
	eofGrace        = 500 * time.Millisecond // Close waits so long for peers that have been sent everything to hang up
)

func (l Limits) withDefaults(queue int) Limits {
	def(&l.HandshakeTimeout, 5*time.Second)
	def(&l.MaxPending, 64)
	def(&l.MaxPeers, 512)
	def(&l.MaxMessage, 256<<20)
	def(&l.MaxFrames, 1024)
	def(&l.RecvBytes, 16<<20)
	def(&l.RecvTotal, 1<<30)
	def(&l.QueueBytes, queue)
	def(&l.StallTime, 3*time.Second)
	return l
}

func def[T int | int64 | time.Duration](p *T, v T) {
	if *p <= 0 {
		*p = v
	}
}

// Default outgoing bounds. A publication is the same memory in all queues of an
// XPUB, so its bound costs that much once, not once for each peer.
const (
	queueBytes    = 16 << 20
	pubQueueBytes = 128 << 20
)

// Errors that callers may want to tell apart, with errors.Is.
var (
	// ErrNoPeer: no connection has this identity, or it ended or was cut off
	// before the message was queued.
	ErrNoPeer = errors.New("no such peer")
	// ErrClosed: the socket was closed, or a dialled socket lost its
	// connection. It also is a net.ErrClosed.
	ErrClosed = fmt.Errorf("zmtp: socket closed: %w", net.ErrClosed)
	// ErrLimit: a peer sent, or a caller wanted to send, more than a limit
	// allows.
	ErrLimit = errors.New("over the limit")
)

func logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}
