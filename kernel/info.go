package kernel

import (
	"cahier/kernel/wire"
)

// onKernelInfoRequest says what the kernel is, on shell and on control.
// (protocol: "Kernel info".)
func (k *Kernel) onKernelInfoRequest(r *request) {
	l := k.exec.Language()
	r.reply(&wire.KernelInfoReply{
		Outcome:               wire.Ok,
		ProtocolVersion:       wire.Version,
		Implementation:        Implementation,
		ImplementationVersion: k.version,
		LanguageInfo: wire.LanguageInfo{
			Name: l.Name, Version: l.Version, MIMEType: l.MIMEType, FileExtension: l.FileExtension,
			PygmentsLexer: l.PygmentsLexer, CodeMirrorMode: l.CodeMirrorMode, NBConvertExporter: l.NBConvert,
		},
		Banner:    l.Banner,
		HelpLinks: k.links,
		// Neither the debugger nor subshells.
		SupportedFeatures: nil,
		Debugger:          false,
	})
}

// onConnectRequest tells the ports. It is deprecated. (protocol: "Connect".)
func (k *Kernel) onConnectRequest(r *request) {
	c := k.conn
	r.reply(&wire.ConnectReply{
		Outcome: wire.Ok, ShellPort: c.ShellPort, IOPubPort: c.IOPubPort, StdinPort: c.StdinPort, HBPort: c.HBPort, ControlPort: c.ControlPort,
	})
}

// onInterruptRequest stops the running cell. (protocol: "Kernel interrupt".)
func (k *Kernel) onInterruptRequest(r *request) {
	k.interrupt()
	r.reply(&wire.InterruptReply{Outcome: wire.Ok})
}

// onShutdownRequest ends the kernel: the running cell is answered first, then the
// request, on its channel and for everybody on iopub; Serve delivers all of it.
// (protocol: "Kernel shutdown".)
func (k *Kernel) onShutdownRequest(r *request, q *wire.ShutdownRequest) {
	if r.channel == wire.Control {
		k.quiesce()
	} else {
		k.queue.close() // this is the shell lane: nothing runs
	}
	c := &wire.ShutdownReply{Outcome: wire.Ok, Restart: q.Restart}
	r.reply(c)
	r.publish(c)
	r.then = k.Stop
}

// onDebugRequest says that there is no debugger, so that no front end waits.
// (protocol: "Debug request".)
func (k *Kernel) onDebugRequest(r *request, q *wire.DebugRequest) {
	r.reply(&wire.DebugReply{
		Type: "response", RequestSeq: q.Seq, Command: q.Command, Success: false,
		Message: "this kernel has no debugger",
	})
}
