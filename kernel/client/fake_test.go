package client

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// The test binary is the kernel too: with this variable set it serves the
// connection file that it is given. Its value is how it differs from a good
// kernel.
const fakeVariable = "CLIENT_TEST_KERNEL"

func TestMain(m *testing.M) {
	if how := os.Getenv(fakeVariable); how != "" {
		if err := fakeKernel(how, os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fakeSpec starts this binary as a kernel.
func fakeSpec(t *testing.T, how, interruptMode string) Spec {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Spec{
		Argv:          []string{self, "{connection_file}"},
		Env:           map[string]string{fakeVariable: how},
		InterruptMode: interruptMode,
		Name:          "fake",
	}
}

// fake is a kernel whose language has a handful of commands, one a line.
type fake struct {
	session               *wire.Session
	shell, control, stdin *zmtp.Router
	iopub                 *zmtp.XPub
	interrupted           chan struct{}
	count                 int
	deaf                  atomic.Int32 // publications to swallow
}

func fakeKernel(how, connectionFile string) error {
	switch how {
	case "exit at once":
		return fmt.Errorf("no licence")
	case "never answer":
		select {}
	}
	file, err := wire.ReadConnectionFile(connectionFile)
	if err != nil {
		return err
	}
	k := &fake{interrupted: make(chan struct{}, 1)}
	if k.session, err = file.Session(); err != nil {
		return err
	}
	var options zmtp.Options
	if file.CurvePublicKey != "" {
		keys, err := zmtp.ParseKeyPair(file.CurvePublicKey, file.CurveSecretKey)
		if err != nil {
			return err
		}
		options.Curve = &keys
	}
	welcome := func(topic []byte) [][]byte {
		frames, err := k.session.Encode(k.session.New(&wire.IOPubWelcome{Subscription: string(topic)}))
		if err != nil {
			return nil
		}
		return append([][]byte{topic}, frames...)
	}
	if how == "no welcome" {
		// As if the subscription took until after the first answer.
		welcome = nil
		k.deaf.Store(2)
	}
	for ch, r := range map[wire.Channel]**zmtp.Router{wire.Shell: &k.shell, wire.Control: &k.control, wire.Stdin: &k.stdin} {
		if *r, err = zmtp.ListenRouter(file.Endpoint(ch), options); err != nil {
			return err
		}
	}
	if k.iopub, err = zmtp.ListenXPub(file.Endpoint(wire.IOPub), welcome, options); err != nil {
		return err
	}
	if _, err := zmtp.ListenRep(file.Endpoint(wire.Heartbeat), options); err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		for range signals {
			k.interrupted <- struct{}{}
		}
	}()
	go k.serve(k.control)
	return k.serve(k.shell)
}

func (k *fake) serve(r *zmtp.Router) error {
	for {
		in, err := r.Recv(context.Background())
		if err != nil {
			return err
		}
		m, err := k.session.Decode(in.Frames)
		if err != nil {
			return err
		}
		k.publish(m.Child(&wire.Status{ExecutionState: wire.Busy}))
		var reply wire.Content
		switch c := m.Content.(type) {
		case *wire.KernelInfoRequest:
			reply = &wire.KernelInfoReply{Outcome: wire.Ok, ProtocolVersion: wire.Version, LanguageInfo: wire.LanguageInfo{Name: "fake"}}
		case *wire.InterruptRequest:
			k.interrupted <- struct{}{}
			reply = &wire.InterruptReply{Outcome: wire.Ok}
		case *wire.ShutdownRequest:
			reply = &wire.ShutdownReply{Outcome: wire.Ok}
		case *wire.ExecuteRequest:
			k.count++
			outcome := wire.Ok
			for line := range strings.Lines(c.Code) {
				if outcome = k.run(m, in.Identity, strings.TrimSpace(line)); outcome.Status != wire.StatusOk {
					k.publish(m.Child(&wire.Error{EName: outcome.EName, EValue: outcome.EValue}))
					break
				}
			}
			reply = &wire.ExecuteReply{Outcome: outcome, ExecutionCount: k.count}
		}
		if reply != nil {
			k.send(r, in.Identity, m.Child(reply))
		}
		k.publish(m.Child(&wire.Status{ExecutionState: wire.Idle}))
		if _, end := m.Content.(*wire.ShutdownRequest); end {
			_ = r.Close(time.Second)
			_ = k.iopub.Close(time.Second)
			os.Exit(0)
		}
	}
}

func (k *fake) run(m *wire.Message, identity []byte, line string) wire.Outcome {
	command, rest, _ := strings.Cut(line, " ")
	switch command {
	case "print":
		k.publish(m.Child(&wire.Stream{Name: "stdout", Text: rest + "\n"}))
	case "many":
		n, _ := strconv.Atoi(rest)
		for i := range n {
			k.publish(m.Child(&wire.Stream{Name: "stdout", Text: strconv.Itoa(i) + "\n"}))
		}
	case "late":
		go func() {
			time.Sleep(20 * time.Millisecond)
			k.publish(m.Child(&wire.Stream{Name: "stdout", Text: "late\n"}))
		}()
	case "ask":
		k.send(k.stdin, identity, m.Child(&wire.InputRequest{Prompt: rest}))
		in, err := k.stdin.Recv(context.Background())
		if err != nil {
			return wire.Failed("Stdin", err.Error(), nil)
		}
		answer, err := k.session.Decode(in.Frames)
		if err != nil {
			return wire.Failed("Stdin", err.Error(), nil)
		}
		value := answer.Content.(*wire.InputReply).Value
		if value == wire.EndOfInput {
			return wire.Failed("EOF", "end of input", nil)
		}
		k.publish(m.Child(&wire.Stream{Name: "stdout", Text: value}))
	case "hang":
		<-k.interrupted
		return wire.Failed("Interrupted", "as asked", nil)
	case "die":
		fmt.Fprintln(os.Stderr, "last words")
		k.publish(m.Child(&wire.Stream{Name: "stdout", Text: "going\n"}))
		time.Sleep(50 * time.Millisecond) // the writer goroutine takes it out
		os.Exit(7)
	case "fail":
		return wire.Failed("Failure", rest, []string{"here"})
	case "where":
		dir, _ := os.Getwd()
		k.publish(m.Child(&wire.Stream{Name: "stdout", Text: dir + " " + os.Getenv("JPY_PARENT_PID")}))
	}
	return wire.Ok
}

func (k *fake) publish(m *wire.Message) {
	if k.deaf.Add(-1) >= 0 {
		return
	}
	m.Identities = [][]byte{[]byte("kernel." + m.Type())}
	frames, err := k.session.Encode(m)
	if err != nil {
		panic(err)
	}
	_ = k.iopub.Send(frames)
}

func (k *fake) send(r *zmtp.Router, identity []byte, m *wire.Message) {
	m.Identities = nil
	frames, err := k.session.Encode(m)
	if err != nil {
		panic(err)
	}
	_ = r.Send(identity, frames)
}
