package wire

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

const goodConnection = `{"transport":"tcp","ip":"127.0.0.1","shell_port":1001,"iopub_port":1002,"stdin_port":1003,"control_port":1004,"hb_port":1005,"key":"a-b","signature_scheme":"hmac-sha256","kernel_name":"go","jupyter_session":"x.ipynb"}`

func TestParseConnectionFile(t *testing.T) {
	c, err := ParseConnectionFile([]byte(goodConnection))
	if err != nil {
		t.Fatal(err)
	}
	want := &ConnectionFile{Transport: "tcp", IP: "127.0.0.1", ShellPort: 1001, IOPubPort: 1002, StdinPort: 1003, ControlPort: 1004, HBPort: 1005,
		Key: "a-b", SignatureScheme: "hmac-sha256", KernelName: "go"}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if got := c.Endpoint(Control); got != "tcp://127.0.0.1:1004" {
		t.Errorf("control at %s", got)
	}
	if !c.Loopback() {
		t.Error("127.0.0.1 is not taken for loopback")
	}
	c.SetPort(Heartbeat, 7)
	if c.HBPort != 7 || c.Port(Heartbeat) != 7 {
		t.Errorf("hb_port is %d, want 7", c.HBPort)
	}
	if s, err := c.Session(); err != nil || string(s.key) != "a-b" {
		t.Errorf("session %v, %v", s, err)
	}
}

func TestEndpoints(t *testing.T) {
	for _, tt := range []struct {
		c        ConnectionFile
		want     string
		loopback bool
	}{
		{ConnectionFile{Transport: "tcp", IP: "::1", ShellPort: 5}, "tcp://[::1]:5", true},
		{ConnectionFile{Transport: "tcp", IP: "localhost", ShellPort: 5}, "tcp://127.0.0.1:5", true},
		{ConnectionFile{Transport: "tcp", IP: "0.0.0.0", ShellPort: 5}, "tcp://0.0.0.0:5", false},
		{ConnectionFile{Transport: "ipc", IP: "run/kernel-x-ipc", ShellPort: 1}, "ipc://run/kernel-x-ipc-1", true},
	} {
		if got := tt.c.Endpoint(Shell); got != tt.want || tt.c.Loopback() != tt.loopback {
			t.Errorf("%+v: %s, loopback %t; want %s, %t", tt.c, got, tt.c.Loopback(), tt.want, tt.loopback)
		}
	}
}

func TestParseConnectionFileRefuses(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(goodConnection, old, new, 1) }
	key := strings.Repeat("a", 40)
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "not a JSON object: empty"},
		{"cut", goodConnection[:50], "not a JSON object: unexpected end"},
		{"text", "hello\nworld", "not valid JSON"},
		{"list", "[]", "got an array"},
		{"no port", with(`"hb_port":1005,`, ""), "hb_port is missing"},
		{"no key", with(`"key":"a-b",`, ""), "key is missing"},
		{"port is text", with("1005", `"x"`), "field hb_port: want int, got string"},
		{"port too large", with("1005", "70000"), "hb_port is 70000, want 0 to 65535"},
		{"port negative", with("1005", "-1"), "hb_port is -1"},
		{"same port twice", with("1005", "1001"), "shell_port and hb_port are both 1001"},
		{"address", with("127.0.0.1", "nowhere"), `ip is "nowhere"`},
		{"transport", with(`"tcp"`, `"udp"`), `transport is "udp", want tcp or ipc`},
		{"scheme", with("hmac-sha256", "hmac-md5"), `signature scheme "hmac-md5" is not known`},
		{"ipc without a path", strings.Replace(with(`"tcp"`, `"ipc"`), "127.0.0.1", "", 1), "want the beginning of a path"},
		{"half a CURVE pair", with(`"key"`, `"curve_publickey":"`+key+`","key"`), "only one of curve_publickey and curve_secretkey"},
		{"short CURVE key", with(`"key"`, `"curve_publickey":"`+key+`","curve_secretkey":"abc","key"`), "curve_secretkey has 3 characters, want 40"},
		{"too long", strings.Repeat(" ", maxConnectionFile+1), "longer than"},
	} {
		c, err := ParseConnectionFile([]byte(tt.text))
		var e *ConnectionFileError
		if !errors.As(err, &e) || c != nil {
			t.Errorf("%s: got %v, %v; want a ConnectionFileError", tt.name, c, err)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%s: %q, want one line with %q", tt.name, err, tt.want)
		}
	}
}

func TestReadConnectionFileRefuses(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret.json")
	if err := os.WriteFile(secret, []byte(goodConnection), 0); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"":                              "no path is given",
		filepath.Join(dir, "none.json"): "there is no such file",
		filepath.Join(dir, "a\nb"):      `a\nb: there is no such file`,
		dir:                             "is not a regular file",
		bad:                             "bad.json: is not a JSON object",
		filepath.Join(bad, "x"):         "cannot be read",
	}
	if os.Geteuid() != 0 && runtime.GOOS != "windows" { // root may read everything
		tests[secret] = "cannot be read: permission denied"
	}
	for path, want := range tests {
		_, err := ReadConnectionFile(path)
		var e *ConnectionFileError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v, want a ConnectionFileError", path, err)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q, want one line with %q", path, err, want)
		}
	}
}

func TestWriteConnectionFile(t *testing.T) {
	c, err := ParseConnectionFile([]byte(goodConnection))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "k.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
	got, err := ReadConnectionFile(path)
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("read %+v, %v; want %+v", got, err, c)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := c.Write(filepath.Join(dir, "none", "k.json")); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("into a missing folder: %v", err)
	}
}
