package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// Spec says how to start a kernel. The first fields are those of a kernelspec.
type Spec struct {
	// Argv is the command; {connection_file} and {resource_dir} in it stand
	// for paths.
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"` // message, or signal, the default
	Env           map[string]string `json:"env"`            // added to this process's
	Metadata      map[string]any    `json:"metadata"`

	Name        string    `json:"-"` // of the kernelspec, its folder's
	ResourceDir string    `json:"-"` // the kernelspec's folder
	Dir         string    `json:"-"` // working directory; empty means this process's
	Encrypt     bool      `json:"-"` // the connection with CURVE; the kernelspec's metadata say whether the kernel can
	Log         io.Writer `json:"-"` // takes what the kernel itself writes to stdout and stderr; may be nil
}

// Start starts a kernel in a session of its own and waits until it answers. The
// connection file lies in a new folder that only the user can read and that goes
// away with the kernel. When a port that was free is taken before the kernel can
// have it, Start tries again with others.
func Start(ctx context.Context, spec Spec, o Options) (*Client, error) {
	var err error
	for range 3 {
		var c *Client
		if c, err = start(ctx, spec, o); err == nil {
			return c, nil
		}
		var dead *DeadError
		if !errors.As(err, &dead) || !strings.Contains(dead.Log, "address already in use") && !strings.Contains(dead.Log, "Address already in use") {
			break
		}
	}
	return nil, err
}

func start(ctx context.Context, spec Spec, o Options) (_ *Client, err error) {
	if len(spec.Argv) == 0 {
		return nil, errors.New("the kernelspec has no argv")
	}
	dir, err := os.MkdirTemp("", "kernel-*") // mode 0700
	if err != nil {
		return nil, err
	}
	file, err := newConnectionFile(spec.Name)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if spec.Encrypt {
		keys, err := zmtp.NewKeyPair()
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		file.CurvePublicKey, file.CurveSecretKey = keys.Public.Z85(), keys.Secret.Z85()
	}
	path := filepath.Join(dir, "connection.json")
	if err := file.Write(path); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p, err := launch(spec, dir, path)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c, err := connect(ctx, file, p, o)
	if err != nil {
		return nil, errors.Join(err, p.kill())
	}
	c.signal = spec.InterruptMode != "message"
	return c, nil
}

// newConnectionFile chooses five free ports of the loopback address. They stay
// taken until all are chosen, so that they differ.
func newConnectionFile(name string) (*wire.ConnectionFile, error) {
	file := &wire.ConnectionFile{
		Transport: wire.TCP, IP: "127.0.0.1",
		Key: rand.Text(), SignatureScheme: wire.DefaultScheme, KernelName: name,
	}
	for ch := wire.Shell; ch <= wire.Heartbeat; ch++ {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		file.SetPort(ch, l.Addr().(*net.TCPAddr).Port)
	}
	return file, nil
}

// process is a kernel that we started. Its goroutine waits for it and then
// removes the connection file.
type process struct {
	cmd   *exec.Cmd
	dir   string        // holds the connection file
	log   *tail         // the end of its output
	ended chan struct{} // closed when the process has ended
	how   string        // how; to be read after ended
}

func launch(spec Spec, dir, connectionFile string) (*process, error) {
	argv := make([]string, len(spec.Argv))
	r := strings.NewReplacer("{connection_file}", connectionFile, "{resource_dir}", spec.ResourceDir)
	for i, a := range spec.Argv {
		argv[i] = r.Replace(a)
	}
	p := &process{
		cmd:   exec.Command(argv[0], argv[1:]...),
		dir:   dir,
		log:   &tail{next: spec.Log},
		ended: make(chan struct{}),
	}
	p.cmd.Dir = spec.Dir
	p.cmd.Env = append(os.Environ(), "JPY_PARENT_PID="+strconv.Itoa(os.Getpid()))
	for name, value := range spec.Env {
		p.cmd.Env = append(p.cmd.Env, name+"="+os.ExpandEnv(value))
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	// A worker of the kernel may hold the pipes for a moment longer.
	p.cmd.WaitDelay = time.Second
	p.cmd.SysProcAttr = ownSession()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("the kernel cannot be started: %w", err)
	}
	go func() {
		err := p.cmd.Wait()
		p.how = p.cmd.ProcessState.String()
		if err != nil && p.cmd.ProcessState.Success() {
			p.how = err.Error()
		}
		_ = os.RemoveAll(dir)
		close(p.ended)
	}()
	return p, nil
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// deadError describes the end of the process; call it after that.
func (p *process) deadError() *DeadError {
	return &DeadError{How: p.how, Log: p.log.String()}
}

// kill ends the process and its group if it still runs, and waits for it.
func (p *process) kill() error {
	if !p.hasEnded() {
		if err := p.killGroup(); err != nil && !p.hasEnded() && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("the kernel, process %d, cannot be ended: %w", p.cmd.Process.Pid, err)
		}
	}
	<-p.ended
	return nil
}

// tail keeps the last bytes that were written to it.
type tail struct {
	next io.Writer // takes everything as well; may be nil

	mu  sync.Mutex // guards buf
	buf []byte
}

const tailBytes = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if extra := len(t.buf) - tailBytes; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	if t.next != nil {
		// A log that cannot be written must not stop the kernel.
		_, _ = t.next.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf))
}
