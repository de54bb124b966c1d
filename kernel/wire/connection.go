package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Transports of a connection file.
const (
	TCP = "tcp"
	IPC = "ipc"
)

// ConnectionFile says where a kernel listens and with which key messages are
// signed. (jupyter_client docs/kernels.rst, "Connection files".)
type ConnectionFile struct {
	Transport string `json:"transport"` // tcp or ipc
	// IP is an address or, with ipc, the beginning of the sockets' paths.
	IP string `json:"ip"`
	// Ports; 0 lets the system choose one. With ipc they are the numbers that
	// end the paths.
	ShellPort   int `json:"shell_port"`
	IOPubPort   int `json:"iopub_port"`
	StdinPort   int `json:"stdin_port"`
	ControlPort int `json:"control_port"`
	HBPort      int `json:"hb_port"`
	// Key signs messages; empty means that nothing is signed.
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name,omitempty"`
	// CURVE keys in Z85, 40 characters each: both or none.
	CurvePublicKey string `json:"curve_publickey,omitempty"`
	CurveSecretKey string `json:"curve_secretkey,omitempty"`
}

// ConnectionFileError says in one line what is wrong with a connection file.
type ConnectionFileError struct {
	Path string // empty if the file did not come from a path
	Why  string
	Err  error // the cause, if there is one
}

// Error returns one line.
func (e *ConnectionFileError) Error() string {
	if e.Path == "" {
		return "connection file: " + e.Why
	}
	return "connection file " + strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(e.Path) + ": " + e.Why
}

// Unwrap returns the cause.
func (e *ConnectionFileError) Unwrap() error { return e.Err }

// maxConnectionFile bounds a connection file in bytes; real ones have 400.
const maxConnectionFile = 1 << 20

// ReadConnectionFile reads and checks a connection file. Its error is a
// [ConnectionFileError].
func ReadConnectionFile(path string) (*ConnectionFile, error) {
	refuse := func(why string, err error) (*ConnectionFile, error) {
		return nil, &ConnectionFileError{Path: path, Why: why, Err: err}
	}
	if path == "" {
		return refuse("no path is given; a front end passes it as {connection_file}", nil)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse("there is no such file; the front end that starts the kernel writes it", err)
	case err != nil:
		return refuse("cannot be read: "+cause(err), err)
	case !info.Mode().IsRegular():
		return refuse("is not a regular file", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return refuse("cannot be read: "+cause(err), err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxConnectionFile+1))
	if err != nil {
		return refuse("cannot be read: "+cause(err), err)
	}
	c, err := ParseConnectionFile(b)
	var e *ConnectionFileError
	if errors.As(err, &e) {
		e.Path = path
	}
	return c, err
}

// cause drops the path from a file error: the line has it already.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// ParseConnectionFile checks the text of a connection file. Unknown keys are
// passed over. Its error is a [ConnectionFileError].
func ParseConnectionFile(b []byte) (*ConnectionFile, error) {
	if len(b) > maxConnectionFile {
		return nil, &ConnectionFileError{Why: fmt.Sprintf("longer than %d bytes", maxConnectionFile)}
	}
	var c ConnectionFile
	present := map[string]json.RawMessage{}
	if err := unmarshalObject(b, &present); err != nil {
		return nil, &ConnectionFileError{Why: "is not a JSON object: " + oneLine(err), Err: err}
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, &ConnectionFileError{Why: oneLine(shapeError(err)), Err: err}
	}
	for _, k := range []string{"ip", "shell_port", "iopub_port", "stdin_port", "control_port", "hb_port", "key"} {
		if _, ok := present[k]; !ok {
			return nil, &ConnectionFileError{Why: k + " is missing"}
		}
	}
	if c.Transport == "" {
		c.Transport = TCP
	}
	if c.SignatureScheme == "" {
		c.SignatureScheme = DefaultScheme
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &c, nil
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// Check says what is wrong with c, as a [ConnectionFileError].
func (c *ConnectionFile) Check() error {
	refuse := func(format string, a ...any) error {
		return &ConnectionFileError{Why: fmt.Sprintf(format, a...)}
	}
	switch c.Transport {
	case TCP:
		if c.IP != "localhost" && net.ParseIP(c.IP) == nil {
			return refuse("ip is %q, want an IP address such as 127.0.0.1", c.IP)
		}
	case IPC:
		if c.IP == "" || strings.ContainsRune(c.IP, 0) {
			return refuse("ip is %q, want the beginning of a path because transport is ipc", c.IP)
		}
	default:
		return refuse("transport is %q, want tcp or ipc", c.Transport)
	}
	seen := map[int]Channel{}
	for ch := Shell; ch <= Heartbeat; ch++ {
		p := c.Port(ch)
		if p < 0 || p > 65535 {
			return refuse("%s_port is %d, want 0 to 65535", ch, p)
		}
		if p == 0 {
			continue
		}
		if other, ok := seen[p]; ok {
			return refuse("%s_port and %s_port are both %d", other, ch, p)
		}
		seen[p] = ch
	}
	if _, err := schemeHash(c.SignatureScheme); err != nil {
		return &ConnectionFileError{Why: err.Error(), Err: err}
	}
	if (c.CurvePublicKey == "") != (c.CurveSecretKey == "") {
		return refuse("has only one of curve_publickey and curve_secretkey, want both or none")
	}
	for _, k := range []struct{ name, key string }{{"curve_publickey", c.CurvePublicKey}, {"curve_secretkey", c.CurveSecretKey}} {
		if k.key != "" && len(k.key) != 40 {
			return refuse("%s has %d characters, want 40 of Z85", k.name, len(k.key))
		}
	}
	return nil
}

// Port returns a channel's port.
func (c *ConnectionFile) Port(ch Channel) int {
	if p := c.port(ch); p != nil {
		return *p
	}
	return 0
}

// SetPort sets a channel's port.
func (c *ConnectionFile) SetPort(ch Channel, port int) {
	if p := c.port(ch); p != nil {
		*p = port
	}
}

func (c *ConnectionFile) port(ch Channel) *int {
	switch ch {
	case Shell:
		return &c.ShellPort
	case IOPub:
		return &c.IOPubPort
	case Stdin:
		return &c.StdinPort
	case Control:
		return &c.ControlPort
	case Heartbeat:
		return &c.HBPort
	}
	return nil
}

// Endpoint returns where a channel listens, as ZeroMQ writes it:
// tcp://127.0.0.1:5555, or ipc:///run/user/1000/kernel-1.
func (c *ConnectionFile) Endpoint(ch Channel) string {
	if c.Transport == IPC {
		return "ipc://" + c.IP + "-" + strconv.Itoa(c.Port(ch))
	}
	ip := c.IP
	if ip == "localhost" {
		ip = "127.0.0.1"
	}
	return "tcp://" + net.JoinHostPort(ip, strconv.Itoa(c.Port(ch)))
}

// Loopback reports whether only this machine can reach the address.
func (c *ConnectionFile) Loopback() bool {
	return c.Transport == IPC || c.IP == "localhost" || net.ParseIP(c.IP).IsLoopback()
}

// Session makes a session with the file's key and scheme.
func (c *ConnectionFile) Session() (*Session, error) {
	return NewSession(c.SignatureScheme, []byte(c.Key))
}

// Write writes the file so that only its owner can read it (mode 0600), whole
// or not at all.
func (c *ConnectionFile) Write(path string) error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return &ConnectionFileError{Path: path, Why: oneLine(err), Err: err}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".connection-*") // has mode 0600
	if err == nil {
		_, err = f.Write(append(b, '\n'))
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			os.Remove(f.Name())
		}
	}
	if err != nil {
		return &ConnectionFileError{Path: path, Why: "cannot be written: " + cause(err), Err: err}
	}
	return nil
}
