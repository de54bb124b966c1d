package kernel

import (
	"encoding/json"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"cahier/kernel/wire"
)

// A front end that runs all cells sends its requests in a burst. After an error,
// before the reply is sent, the lane waits until the burst is over: requests that
// were sent before the error was known are to be aborted, although a fast cell
// fails before they have arrived. Requests sent after the reply are never aborted.
const (
	burstQuiet = 20 * time.Millisecond // without a further request, the burst is over
	burstMax   = 200 * time.Millisecond
)

// onExecuteRequest runs a cell. (protocol: "Execute".)
func (k *Kernel) onExecuteRequest(r *request, q *wire.ExecuteRequest) {
	if q.StoreHistory {
		k.count.Add(1)
	}
	count := int(k.count.Load())
	if !q.Silent {
		r.publish(&wire.ExecuteInput{Code: q.Code, ExecutionCount: count})
	}
	out := r.sink(q.Silent, q.AllowStdin)
	defer out.ended.Store(true)
	res := k.execute(&Request{
		Code: q.Code, Count: count, Silent: q.Silent, StoreHistory: q.StoreHistory, AllowStdin: q.AllowStdin, Out: out,
	})
	if res.Err == nil {
		k.finish(r, q, count, out, res)
		return
	}
	k.remember(q, count, nil)
	e := res.Err
	if !q.Silent {
		if err := k.pub.write(r.msg.Child(&wire.Error{EName: e.Name, EValue: e.Value, Traceback: e.Traceback})); err != nil {
			k.log.Error("error of a cell cannot be published", "err", err)
		}
	}
	k.pub.flush(out.parent, nil)
	if q.StopOnError && !q.Silent {
		k.abortUntil = k.queue.settle(burstQuiet, burstMax)
	}
	out.ended.Store(true)
	r.reply(&wire.ExecuteReply{Outcome: wire.Failed(e.Name, e.Value, e.Traceback), ExecutionCount: count})
}

// finish publishes the value of a cell that ran to its end, evaluates the
// user_expressions and replies.
func (k *Kernel) finish(r *request, q *wire.ExecuteRequest, count int, out *sink, res Result) {
	if res.Value != nil && !q.Silent {
		v := res.Value
		out.show("the cell's value", &wire.ExecuteResult{
			ExecutionCount: count, Data: bundle(*v), Metadata: v.Metadata, Transient: wire.Transient{DisplayID: v.DisplayID},
		})
	}
	k.remember(q, count, res.Value)
	reply := &wire.ExecuteReply{Outcome: wire.Ok, ExecutionCount: count, UserExpressions: map[string]*wire.Evaluated{}}
	for _, name := range slices.Sorted(maps.Keys(q.UserExpressions)) {
		reply.UserExpressions[name] = k.evaluate(q.UserExpressions[name], out)
	}
	if res.Page != nil {
		reply.Payload = append(reply.Payload, wire.Object{"source": "page", "data": bundle(*res.Page), "start": 0})
	}
	if res.SetNextInput != nil {
		reply.Payload = append(reply.Payload, wire.Object{"source": "set_next_input", "text": *res.SetNextInput, "replace": false})
	}
	k.pub.flush(out.parent, nil)
	out.ended.Store(true)
	r.reply(reply)
}

// execute runs the cell.
func (k *Kernel) execute(req *Request) Result {
	res, e := user(k, "Execute", func() Result { return k.exec.Execute(k.cells, req) })
	if e != nil {
		res = Result{Err: e}
	}
	return res
}

// evaluate computes one of the user_expressions.
func (k *Kernel) evaluate(expr string, out *sink) *wire.Evaluated {
	type evaluated struct {
		data Data
		err  *CellError
	}
	v, e := user(k, "Evaluate", func() evaluated {
		d, e := k.exec.Evaluate(k.cells, expr, out)
		return evaluated{d, e}
	})
	if e == nil {
		e = v.err
	}
	if e != nil {
		return &wire.Evaluated{Outcome: wire.Failed(e.Name, e.Value, e.Traceback)}
	}
	value := &wire.Evaluated{Outcome: wire.Ok, Data: bundle(v.data), Metadata: v.data.Metadata}
	if _, err := json.Marshal(value); err != nil {
		return &wire.Evaluated{Outcome: wire.Failed("DisplayError", err.Error(), nil)}
	}
	return value
}

// user runs a function of the executor that runs code of the user, for the shell
// lane. Whatever that code does to the goroutine (panic, runtime.Goexit, never
// return) ends in an error; it does not come back only if the kernel ends.
func user[T any](k *Kernel, what string, f func() T) (T, *CellError) {
	type end struct {
		value T
		err   *CellError
	}
	ended := make(chan end, 1)
	k.running.Store(true)
	defer k.running.Store(false)
	go func() {
		returned := false
		var e end
		defer func() {
			if p := recover(); !returned {
				if p == nil {
					p = "the goroutine of the cell was ended (runtime.Goexit)"
				}
				k.log.Error("the executor failed", "in", what, "panic", p, "stack", string(debug.Stack()))
				e.err = failure("the kernel's executor failed: %v", p)
			}
			ended <- e
		}()
		e.value = f()
		returned = true
	}()
	select {
	case e := <-ended:
		return e.value, e.err
	case <-k.abandon:
		var none T
		return none, failure("the kernel ended and the cell did not stop within %v", cellGrace)
	}
}

// failure is an error of the kernel that costs a cell.
func failure(format string, a ...any) *CellError {
	const name = "KernelError"
	text := fmt.Sprintf(format, a...)
	return &CellError{Name: name, Value: text, Traceback: []string{name + ": " + text}}
}

// abort answers an execute_request that waited while another one failed. The
// specification prefers status error, but JupyterLab clears the cell's prompt
// only for this one.
func (k *Kernel) abort(r *request) {
	r.reply(&wire.ExecuteReply{Outcome: wire.Outcome{Status: wire.StatusAborted}})
}

// remember puts a cell into the history.
func (k *Kernel) remember(q *wire.ExecuteRequest, count int, value *Data) {
	if !q.StoreHistory {
		return
	}
	var output *string
	if value != nil {
		if s, ok := value.MIME["text/plain"].(string); ok {
			output = &s
		}
	}
	k.history.add(count, q.Code, output)
}

// bundle is a MIME bundle as the protocol wants it: with a text/plain, and with
// JSON types as JSON values, not as strings that hold JSON.
func bundle(d Data) wire.Object {
	b := make(wire.Object, len(d.MIME)+1)
	var types []string
	for t, v := range d.MIME {
		if s, ok := v.(string); ok && isJSON(t) {
			if raw := []byte(strings.TrimSpace(s)); len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') && json.Valid(raw) {
				v = json.RawMessage(raw)
			}
		}
		b[t] = v
		types = append(types, t)
	}
	if _, ok := b["text/plain"]; !ok && len(types) > 0 {
		slices.Sort(types)
		b["text/plain"] = "[" + strings.Join(types, ", ") + "]"
	}
	return b
}

func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasSuffix(mime, "+json")
}
