package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// patience bounds every test; none should come near it.
const patience = 30 * time.Second

func start1(t *testing.T, spec Spec, o Options) (context.Context, *Client) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // where connection files go
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	c, err := Start(ctx, spec, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	return ctx, c
}

// outputs collects what an execution publishes, as "type text".
func outputs(to *[]string) func(*wire.Message) {
	return func(m *wire.Message) {
		s := m.Type()
		switch c := m.Content.(type) {
		case *wire.Stream:
			s += " " + c.Text
		case *wire.Status:
			s += " " + c.ExecutionState
		case *wire.Error:
			s += " " + c.EName
		}
		*to = append(*to, s)
	}
}

func TestExecute(t *testing.T) {
	ctx, c := start1(t, fakeSpec(t, "good", "message"), Options{})
	if got := c.Info().LanguageInfo.Name; got != "fake" {
		t.Errorf("language %q", got)
	}
	if err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
	var got []string
	reply, err := c.Execute(ctx, "print a\nprint b\nfail so", ExecuteOptions{Output: outputs(&got)})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"status busy", "stream a\n", "stream b\n", "error Failure", "status idle"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if reply.Status != wire.StatusError || reply.EName != "Failure" || reply.EValue != "so" || reply.ExecutionCount != 1 {
		t.Errorf("reply %+v", reply)
	}
	got = nil
	if _, err := c.Execute(ctx, "many 5000", ExecuteOptions{Output: outputs(&got)}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 5002 || got[1] != "stream 0\n" || got[5000] != "stream 4999\n" {
		t.Errorf("%d messages, %q ... %q", len(got), got[1], got[len(got)-2])
	}
	if err := c.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Execute(ctx, "print a", ExecuteOptions{}); !errors.Is(err, ErrClosed) && !errors.As(err, new(*DeadError)) {
		t.Errorf("after Shutdown: %v", err)
	}
}

func TestEncryptedConnection(t *testing.T) {
	spec := fakeSpec(t, "good", "message")
	spec.Encrypt = true
	ctx, c := start1(t, spec, Options{})
	if c.file.CurvePublicKey == "" {
		t.Error("the connection file has no key")
	}
	if reply, err := c.Execute(ctx, "print a", ExecuteOptions{}); err != nil || reply.Status != wire.StatusOk {
		t.Errorf("%v, %+v", err, reply)
	}
	if err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
}

func TestEnvironmentOfTheKernel(t *testing.T) {
	spec := fakeSpec(t, "good", "message")
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	spec.Dir = dir
	ctx, c := start1(t, spec, Options{})
	var got []string
	if _, err := c.Execute(ctx, "where", ExecuteOptions{Output: outputs(&got)}); err != nil {
		t.Fatal(err)
	}
	if want := "stream " + dir + " " + strconv.Itoa(os.Getpid()); len(got) != 3 || got[1] != want {
		t.Errorf("got %q, want %q", got, want)
	}
	files, err := filepath.Glob(filepath.Join(os.TempDir(), "*", "connection.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("connection files %v, %v", files, err)
	}
	for path, want := range map[string]os.FileMode{files[0]: 0o600, filepath.Dir(files[0]): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v; %v", path, info.Mode().Perm(), want, err)
		}
	}
}

func TestKernelWithoutWelcome(t *testing.T) {
	ctx, c := start1(t, fakeSpec(t, "no welcome", "message"), Options{})
	var got []string
	if _, err := c.Execute(ctx, "print a", ExecuteOptions{Output: outputs(&got)}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 {
		t.Errorf("got %q", got)
	}
}

func TestLateOutputGoesToOther(t *testing.T) {
	late := make(chan string, 100)
	ctx, c := start1(t, fakeSpec(t, "good", "message"), Options{Other: func(m *wire.Message) {
		if s, ok := m.Content.(*wire.Stream); ok {
			late <- s.Text
		}
	}})
	if _, err := c.Execute(ctx, "late", ExecuteOptions{}); err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-late:
		if s != "late\n" {
			t.Errorf("got %q", s)
		}
	case <-ctx.Done():
		t.Error("nothing came")
	}
}

func TestInput(t *testing.T) {
	ctx, c := start1(t, fakeSpec(t, "good", "message"), Options{})
	var got []string
	reply, err := c.Execute(ctx, "ask name?", ExecuteOptions{
		Output: outputs(&got),
		Input: func(_ context.Context, prompt string, password bool) (string, error) {
			return fmt.Sprint("answer to ", prompt, password), nil
		},
	})
	if err != nil || reply.Status != wire.StatusOk || len(got) != 3 || got[1] != "stream answer to name?false" {
		t.Errorf("%v, %+v, %q", err, reply, got)
	}
	for name, input := range map[string]func(context.Context, string, bool) (string, error){
		"nobody": nil,
		"failed": func(context.Context, string, bool) (string, error) { return "", errors.New("no") },
	} {
		reply, err := c.Execute(ctx, "ask", ExecuteOptions{Input: input})
		if err != nil || reply.EName != "EOF" {
			t.Errorf("%s: %v, %+v", name, err, reply)
		}
	}
}

func TestInterrupt(t *testing.T) {
	for _, mode := range []string{"message", "signal"} {
		t.Run(mode, func(t *testing.T) {
			ctx, c := start1(t, fakeSpec(t, "good", mode), Options{})
			failed := make(chan error, 1)
			reply, err := c.Execute(ctx, "hang", ExecuteOptions{Output: func(m *wire.Message) {
				if s, ok := m.Content.(*wire.Status); ok && s.ExecutionState == wire.Busy {
					go func() { failed <- c.Interrupt(ctx) }()
				}
			}})
			if err != nil || reply.EName != "Interrupted" {
				t.Errorf("%v, %+v", err, reply)
			}
			if err := <-failed; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestContextEndsTheWait(t *testing.T) {
	ctx, c := start1(t, fakeSpec(t, "good", "message"), Options{})
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := c.Execute(short, "hang", ExecuteOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := c.Interrupt(ctx); err != nil {
		t.Error(err)
	}
	if reply, err := c.Execute(ctx, "print on", ExecuteOptions{}); err != nil || reply.ExecutionCount != 2 {
		t.Errorf("the kernel did not go on: %v, %+v", err, reply)
	}
}

func TestDeathOfTheKernel(t *testing.T) {
	ctx, c := start1(t, fakeSpec(t, "good", "message"), Options{})
	var got []string
	_, err := c.Execute(ctx, "print a\ndie", ExecuteOptions{Output: outputs(&got)})
	var dead *DeadError
	if !errors.As(err, &dead) || dead.How != "exit status 7" || dead.Log != "last words" {
		t.Errorf("got %v", err)
	}
	if want := []string{"status busy", "stream a\n", "stream going\n"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	select {
	case <-c.Gone():
	default:
		t.Error("Gone is open")
	}
}

func TestStartFails(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, c := range []struct {
		name string
		spec Spec
		o    Options
		want string
	}{
		{"no argv", Spec{}, Options{}, "no argv"},
		{"no program", Spec{Argv: []string{filepath.Join(t.TempDir(), "none")}}, Options{}, "cannot be started"},
		{"ends", fakeSpec(t, "exit at once", ""), Options{}, "the kernel died: exit status 1\nno licence"},
		{"silent", fakeSpec(t, "never answer", ""), Options{ReadyTimeout: 200 * time.Millisecond}, "did not answer within 200ms"},
	} {
		k, err := Start(ctx, c.spec, c.o)
		if k != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAttach(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		t.Run(fmt.Sprint("encrypted ", encrypted), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			file, err := newConnectionFile("fake")
			if err != nil {
				t.Fatal(err)
			}
			if encrypted {
				keys, err := zmtp.NewKeyPair()
				if err != nil {
					t.Fatal(err)
				}
				file.CurvePublicKey, file.CurveSecretKey = keys.Public.Z85(), keys.Secret.Z85()
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "c.json")
			if err := file.Write(path); err != nil {
				t.Fatal(err)
			}
			p, err := launch(fakeSpec(t, "good", ""), filepath.Join(dir, "gone"), path)
			if err != nil {
				t.Fatal(err)
			}
			defer p.kill()
			var clients []*Client
			for range 2 {
				c, err := Attach(ctx, path, Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				clients = append(clients, c)
			}
			if err := clients[0].Close(); err != nil {
				t.Error(err)
			}
			c := clients[1]
			if err := c.Ping(ctx); err != nil {
				t.Error(err)
			}
			if reply, err := c.Execute(ctx, "print a", ExecuteOptions{}); err != nil || reply.Status != wire.StatusOk {
				t.Errorf("%v, %+v", err, reply)
			}
			// Nobody tells us of the process; the connections do.
			_, err = c.Execute(ctx, "die", ExecuteOptions{})
			var dead *DeadError
			if !errors.As(err, &dead) || !strings.Contains(err.Error(), "connection ended") {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := Attach(context.Background(), filepath.Join(t.TempDir(), "none.json"), Options{}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is missing: %v", err)
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var log strings.Builder
	tl := tail{next: &log}
	for i := range 2000 {
		fmt.Fprintf(&tl, "line %d\n", i)
	}
	if s := tl.String(); len(s) > tailBytes || !strings.HasSuffix(s, "line 1998\nline 1999") {
		t.Errorf("%d bytes, end %q", len(s), s[len(s)-20:])
	}
	if n := strings.Count(log.String(), "\n"); n != 2000 {
		t.Errorf("the log has %d lines", n)
	}
}
