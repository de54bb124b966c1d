// Package zmtp has the ZeroMQ sockets that a Jupyter kernel binds (ROUTER,
// XPUB, REP) and those that a Jupyter client connects (DEALER, SUB, REQ), over
// tcp and ipc, plain (NULL) or encrypted (CURVE).
//
// It stands on the two sound parts of github.com/go-zeromq/zmq4, the ZMTP
// handshake (zmq4.Open) and the framed connection (zmq4.Conn), and does not use
// that module's sockets: those end or block for ever on a few malformed bytes.
// Between the module and the network sits a guard that follows the framing of
// everything that arrives and refuses it before anything is allocated.
//
// # What a stranger on a port can do
//
// Nothing that arrives before or after the handshake ends the process, and no
// peer waits for another one's handshake:
//
//   - A handshake has its own goroutine, a deadline and 4 KB. At most
//     Limits.MaxPending run at a time; when one more comes, the oldest has to end.
//   - A message has at most Limits.MaxMessage bytes (4 KB on an XPUB, which
//     receives subscriptions only) and Limits.MaxFrames frames. Memory for a
//     large frame is taken as its bytes arrive.
//   - Complete messages that wait for Recv are bounded for each peer
//     (Limits.RecvBytes); the peer's reader stops, the network pushes back.
//     Recv takes from the peers in turn, so a flood delays nobody. All bytes
//     held for a socket are bounded too (Limits.RecvTotal).
//   - A socket has at most Limits.MaxPeers peers.
//
// # Slow peers
//
// Every peer has its own outgoing queue, bounded in bytes, and its own writer.
// Messages are never dropped one by one: a lost idle status hangs a front end.
// When a queue is full the sender waits, for as long as the peer takes what is
// written to it. A peer that takes nothing for Limits.StallTime is cut off; its
// ZeroMQ library reconnects. How XPub.Send keeps one slow subscriber from
// holding up the others is written there.
//
// # Source
//
// ZMTP 3.0: https://rfc.zeromq.org/spec/23/ ; CURVE: https://rfc.zeromq.org/spec/26/ ;
// Z85: https://rfc.zeromq.org/spec/32/ ; ROUTER, DEALER, REQ, REP:
// https://rfc.zeromq.org/spec/28/ ; XPUB, SUB: https://rfc.zeromq.org/spec/29/ .
package zmtp
