package main

import (
	"errors"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	const source = "package p\nfunc f(x int) error {\n\tif x < 0 {\n\t\treturn &ArgError{Arg: \"x\"}\n\t}\n\tif x > 9 {\n\t\treturn err\n\t}\n\tif x == 5 {\n\t\tx++\n\t}\n}\n"
	const profile = "mode: set\ncahier/p/f.go:2.21,3.11 1 1\ncahier/p/f.go:3.11,5.3 1 0\ncahier/p/f.go:6.11,8.3 1 0\ncahier/p/f.go:6.11,8.3 1 1\ncahier/p/f.go:9.12,11.3 1 0\n"
	read := func(name string) ([]byte, error) {
		if !strings.HasSuffix(name, "f.go") {
			return nil, errors.New("no such file")
		}
		return []byte(source), nil
	}
	var out strings.Builder
	if err := list(&out, strings.NewReader(profile), read); err != nil {
		t.Fatal(err)
	}
	const want = "p/f.go:3: if x < 0 { return &ArgError{Arg: \"x\"} }\n1 refusals that no test has reached\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
	if err := list(&out, strings.NewReader("cahier/p/g.go:1.1,2.2 1 0\n"), read); err == nil || err.Error() != "no such file" {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := list(&out, strings.NewReader("cahier/p/f.go:90.1,92.2 1 0\n"), read); err == nil || !strings.Contains(err.Error(), "other files") {
		t.Errorf("an old profile: %v", err)
	}
}
