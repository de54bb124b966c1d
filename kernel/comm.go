package kernel

import (
	"encoding/json"
	"sync"

	"cahier/kernel/wire"
)

// comms is the registry of open comms and their targets.
type comms struct {
	mu     sync.Mutex        // guards target
	target map[string]string // by comm id
}

func (c *comms) open(id, target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.target == nil {
		c.target = map[string]string{}
	}
	c.target[id] = target
}

// close reports whether the comm was open.
func (c *comms) close(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.target[id]
	delete(c.target, id)
	return ok
}

func (c *comms) isOpen(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.target[id]
	return ok
}

// list returns the open comms of a target, or all if target is empty.
func (c *comms) list(target string) map[string]wire.CommInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]wire.CommInfo{}
	for id, t := range c.target {
		if target == "" || t == target {
			all[id] = wire.CommInfo{TargetName: t}
		}
	}
	return all
}

// onCommInfoRequest lists the open comms. (protocol: "Comm info".)
func (k *Kernel) onCommInfoRequest(r *request, q *wire.CommInfoRequest) {
	r.reply(&wire.CommInfoReply{Outcome: wire.Ok, Comms: k.comms.list(q.TargetName)})
}

// onCommOpen opens a comm, or closes it at once if nobody knows its target.
// (protocol: "Custom Messages".)
func (k *Kernel) onCommOpen(r *request, q *wire.CommOpen) {
	k.comms.open(q.CommID, q.TargetName) // first: the handler may close it
	if !k.comm(r, CommEvent{Kind: CommOpen, ID: q.CommID, Target: q.TargetName, Data: q.Data}) {
		k.comms.close(q.CommID)
		k.log.Debug("comm_open for an unknown target", "target", q.TargetName)
		r.publish(&wire.CommClose{CommID: q.CommID})
	}
}

func (k *Kernel) onCommMsg(r *request, q *wire.CommMsg) {
	if !k.comms.isOpen(q.CommID) {
		k.log.Debug("comm_msg for a comm that is not open", "comm", q.CommID)
		return
	}
	k.comm(r, CommEvent{Kind: CommMsg, ID: q.CommID, Data: q.Data})
}

func (k *Kernel) onCommClose(r *request, q *wire.CommClose) {
	if !k.comms.close(q.CommID) {
		k.log.Debug("comm_close for a comm that is not open", "comm", q.CommID)
		return
	}
	k.comm(r, CommEvent{Kind: CommClose, ID: q.CommID, Data: q.Data})
}

// comm gives an event to the executor and waits until what the handlers emit is
// on its way.
func (k *Kernel) comm(r *request, ev CommEvent) (known bool) {
	ev.Metadata, ev.Buffers = json.RawMessage(r.msg.Metadata), r.msg.Buffers
	out := r.sink(false, false)
	k.running.Store(true) // handlers can be interrupted
	defer k.running.Store(false)
	known, _ = user(k, "Comm", func() bool { return k.exec.Comm(k.cells, ev, out) })
	k.pub.flush(out.parent, nil)
	return known
}
