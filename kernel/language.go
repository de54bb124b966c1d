package kernel

import (
	"unicode/utf8"

	"cahier/kernel/wire"
)

// cursor keeps a position in code points inside of the code.
func cursor(code string, pos int) int {
	return max(0, min(pos, utf8.RuneCountInString(code)))
}

// onCompleteRequest lists completions. (protocol: "Completion".) The types that
// front ends show beside them go into the metadata, one for each match, because
// JupyterLab reads them by index.
func (k *Kernel) onCompleteRequest(r *request, q *wire.CompleteRequest) {
	c, err := k.exec.Complete(k.cells, q.Code, cursor(q.Code, q.CursorPos))
	if err != nil {
		r.fail("CompletionError", err.Error())
		return
	}
	reply := &wire.CompleteReply{Outcome: wire.Ok, CursorStart: c.Start, CursorEnd: c.End, Metadata: wire.Object{}}
	types := make([]wire.CompletionType, 0, len(c.Matches))
	for _, m := range c.Matches {
		reply.Matches = append(reply.Matches, m.Text)
		types = append(types, wire.CompletionType{Start: c.Start, End: c.End, Text: m.Text, Type: m.Type, Signature: m.Signature})
	}
	reply.Metadata[wire.CompletionTypes] = types
	r.reply(reply)
}

// onInspectRequest describes what stands at the cursor. (protocol:
// "Introspection".)
func (k *Kernel) onInspectRequest(r *request, q *wire.InspectRequest) {
	i, err := k.exec.Inspect(k.cells, q.Code, cursor(q.Code, q.CursorPos), q.DetailLevel)
	if err != nil {
		r.fail("InspectionError", err.Error())
		return
	}
	reply := &wire.InspectReply{Outcome: wire.Ok, Found: i.Found}
	if i.Found {
		reply.Data, reply.Metadata = bundle(Data{MIME: i.MIME}), i.Metadata
	}
	r.reply(reply)
}

// onIsCompleteRequest says whether code can be run as it is. (protocol: "Code
// completeness".) The console waits for the answer before every line, so there is
// always one.
func (k *Kernel) onIsCompleteRequest(r *request, q *wire.IsCompleteRequest) {
	c, err := k.exec.IsComplete(k.cells, q.Code)
	if err != nil {
		k.log.Warn("is_complete_request failed", "err", err)
		c = Completeness{Status: "unknown"}
	}
	r.reply(&wire.IsCompleteReply{Status: c.Status, Indent: c.Indent})
}
