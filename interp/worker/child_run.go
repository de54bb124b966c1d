package worker

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"time"

	"cahier/interp"
)

// runAll runs executes and evaluates one after the other.
func (c *child) runAll() {
	for f := range c.runs {
		c.run(f)
	}
}

// run runs one execute or evaluate and sends its result.
func (c *child) run(f frame) {
	c.restore()
	ctx := c.begin(f.id)
	defer c.end(f.id)
	c.order.Lock()
	c.running = f.id
	c.order.Unlock()
	_ = c.send(frameStarted, f.id, nil)

	var result resultBody
	var wrong []string
	c.cell.Lock()
	stopped := c.stopped
	c.entered = true
	c.cell.Unlock()
	out := c.newOutput(f.id)
	if stopped {
		result.Err = newCellError(nameInterrupted, "the cell was interrupted before it began", nil)
	} else {
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.call(ctx, f, out, &result, &wrong)
		}()
		<-done
	}
	c.restore()
	for _, w := range wrong {
		out.Stream("stderr", []byte(w+"\n"))
	}
	c.cell.Lock()
	c.current = 0
	c.cell.Unlock()
	if err := c.sendOrdered(frameResult, f.id, result, true); err != nil {
		_ = c.sendOrdered(frameResult, f.id, resultBody{Err: newCellError(nameTooLarge, err.Error(), nil)}, true)
	}
}

// call gives the request to the executor and fills in how it ended. An executor
// ends a cell that panics or calls runtime.Goexit itself; if one comes through
// it becomes an error here. (After a Goexit nothing is returned, so the results
// are pointers.)
func (c *child) call(ctx context.Context, f frame, out *output, result *resultBody, wrong *[]string) {
	ended := false
	defer func() {
		if ended {
			return
		}
		if r := recover(); r != nil {
			t := parseTrace(string(debug.Stack()))
			*result = resultBody{Err: newCellError(namePanic, fmt.Sprint(r), t.frames)}
			return
		}
		*result = resultBody{Err: newCellError(nameGoexit, "the cell called runtime.Goexit", nil)}
	}()
	switch f.kind {
	case frameExecute:
		var b executeBody
		if err := f.decode(&b); err != nil {
			panic(err)
		}
		r := c.exec.Execute(ctx, b.Cell, out)
		result.Err, result.SetNextInput = r.Err, r.SetNextInput
		result.Value = encodeOptional(r.Value, wrong)
		result.Page = encodeOptional(r.Page, wrong)
	case frameEvaluate:
		var b evaluateBody
		if err := f.decode(&b); err != nil {
			panic(err)
		}
		var v interp.Bundle
		v, result.Err = c.exec.Evaluate(ctx, b.Expr, out)
		if result.Err == nil {
			result.Value = encodeOptional(&v, wrong)
		}
	}
	ended = true
}

func encodeOptional(b *interp.Bundle, wrong *[]string) *bundleBody {
	if b == nil {
		return nil
	}
	body, w := encodeBundle(*b)
	*wrong = append(*wrong, w...)
	return body
}

// restore gives the cell descriptors 1 and 2, whatever the last one did to
// them, and compiled code the files that stand for them.
func (c *child) restore() {
	c.std.restore()
	const closed = ^uintptr(0)
	if os.Stdout.Fd() == closed {
		os.Stdout = os.NewFile(1, "/dev/stdout")
	}
	if os.Stderr.Fd() == closed {
		old := os.Stderr
		os.Stderr = os.NewFile(2, "/dev/stderr")
		if log.Writer() == old {
			log.SetOutput(os.Stderr)
		}
	}
}

// output is the child's end of a request's Output.
type output struct {
	c  *child
	id uint64
}

// Stream implements [interp.Output]. The text is in the pipe when it returns:
// it survives whatever happens to this process next.
func (o *output) Stream(name string, p []byte) {
	c, i := o.c, 0
	if name != "stdout" {
		i = 1
	}
	c.order.Lock()
	defer c.order.Unlock()
	if c.last >= 0 && c.last != i {
		c.mark(markSync) // text of the two streams keeps its order
	}
	c.last = i
	if o.id == c.running {
		_ = c.std.write(i, p)
		return
	}
	for len(p) > 0 {
		n := min(len(p), pipeAtomic-markerSize)
		c.scratch = marker{kind: markText, length: uint32(n), value: o.id}.append(c.scratch[:0], c.nonce)
		c.scratch = append(c.scratch, p[:n]...)
		_ = c.std.write(i, c.scratch)
		p = p[n:]
	}
}

// Display implements [interp.Output].
func (o *output) Display(b interp.Bundle) { o.show(frameDisplay, b) }

// Update implements [interp.Output].
func (o *output) Update(b interp.Bundle) { o.show(frameUpdate, b) }

func (o *output) show(kind frameKind, b interp.Bundle) {
	body, wrong := encodeBundle(b)
	for _, w := range wrong {
		o.Stream("stderr", []byte(w+"\n"))
	}
	if err := o.c.sendOrdered(kind, o.id, body, false); err != nil {
		o.Stream("stderr", []byte(err.Error()+"\n"))
	}
}

// ClearOutput implements [interp.Output].
func (o *output) ClearOutput(wait bool) {
	_ = o.c.sendOrdered(frameClear, o.id, clearBody{Wait: wait}, false)
}

// Comm implements [interp.Output].
func (o *output) Comm(ev interp.CommEvent) {
	buffers := ev.Buffers
	ev.Buffers = nil
	if err := o.c.sendOrdered(frameCommOut, o.id, commBody{Event: ev}, false, buffers...); err != nil {
		o.Stream("stderr", []byte(err.Error()+"\n"))
	}
}

// takenTime is how long the interrupt is waited for that took a question back.
const takenTime = time.Second

// Input implements [interp.Output].
func (o *output) Input(ctx context.Context, prompt string, password bool) (string, error) {
	c := o.c
	reply := make(chan inputReplyBody, 1)
	c.state.Lock()
	c.nextInput++
	n := c.nextInput
	c.inputs[n] = reply
	c.state.Unlock()
	defer func() {
		c.state.Lock()
		delete(c.inputs, n)
		c.state.Unlock()
	}()
	if err := c.sendOrdered(frameInputRequest, o.id, inputBody{Input: n, Prompt: prompt, Password: password}, false); err != nil {
		return "", err
	}
	select {
	case r := <-reply:
		if r.Taken {
			// Mostly by an interrupt, which is on its way: the cell is to end by it
			// rather than go on without its line.
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(takenTime):
			}
		}
		return r.Line, textError(r.Err)
	case <-ctx.Done():
		_ = c.send(frameInputCancel, o.id, inputBody{Input: n})
		return "", ctx.Err()
	}
}
