package interp

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestMagics(t *testing.T) {
	s := newTester(t)
	s.must("x := []int{1, 2, 3}\nconst c = 2\nfunc f() {}\ntype T struct{}")
	file := filepath.Join(t.TempDir(), "out.txt")
	for _, c := range []struct{ code, want string }{
		{"%help time", "%time CODE, %%time"},
		{"%help %%bash", "runs the rest of the cell as a shell script"},
		{"%help strings.ToUpper", "upper case"},
		{"%lsmagic", "%whos\ncell magics  %%bash"},
		{"%who", "variables  x\nconstants  c\nfunctions  f\ntypes      T\n"},
		{"%whos", "x     []int  3     [1 2 3]"},
		{"%time len(x)", "time: "},
		{"%timeit len(x)", "per run"},
		{"%%time\nx = append(x, 4)\nfmt.Println(len(x))", "4\ntime: "},
		{"%pwd", string(filepath.Separator)},
		{"%history", "%who"},
		{"%%writefile " + file + "\nhello", "wrote 5 bytes"},
		{"%doc strings.ToUpper", "upper case"},
	} {
		s.stdout.Reset()
		s.must(c.code)
		if got := s.text(); !strings.Contains(got, c.want) {
			t.Errorf("%s prints %q, want %q in it", c.code, got, c.want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "hello" {
		t.Errorf("the file has %q, %v", b, err)
	}
	for code, want := range map[string]string{
		"%hlep":                        "did you mean %help?",
		"%help %tiem":                  "did you mean %time?",
		"%who x":                       "%who wants no argument, got \"x\"",
		"%pwd /":                       "wants no argument",
		"%reset now":                   "takes no argument but -f",
		"%cd /no/such":                 "no such file",
		"%env A B=1":                   "is no name of an environment variable",
		"%env =1":                      "is no name of an environment variable",
		"%env NOT_SET_ANYWHERE":        "is not set",
		"%history -x":                  "unknown option -x",
		"%history -l":                  "-l wants a number",
		"%history -g":                  "-g wants a text",
		"%history 7-3":                 "is no number of a cell and no range",
		"%run /no/such.go":             "no such file",
		"%load /no/such":               "no such file",
		"%cat /no/such":                "no such file",
		"%ls /no/such":                 "no such file",
		"%doc nosuch.Name":             "nothing is known of",
		"%replay":                      "nothing to replay",
		"%time":                        "wants an argument",
		"%timeit":                      "wants an argument",
		"%%writefile\nx":               "wants an argument",
		"%%writefile /no/such/file\nx": "no such file",
		"!":                            "! wants a command",
		"!exit 3":                      "exit status 3",
		"!echo {nope}":                 "undefined: nope",
		"!echo {len(x}":                "",
		"n := !exit 3":                 "exit status 3",
		"%nothinglike":                 "%help lists them",
		"%%who\n":                      "is not a cell magic",
		"%bash":                        "is a cell magic",
		"%run":                         "wants an argument",
	} {
		r := s.exec(code)
		if want == "" && r.Err == nil {
			continue
		}
		if r.Err == nil || !strings.Contains(r.Err.Value, want) {
			t.Errorf("%s: %+v, want %q", code, r.Err, want)
		}
	}
	if runtime.GOOS != "windows" {
		s.stdout.Reset()
		s.must("!echo {x} there")
		if got := s.text(); got != "[1 2 3 4] there\n" {
			t.Errorf("a shell command prints %q", got)
		}
	}
	s.must("%reset -f")
	if r := s.exec("x"); r.Err == nil {
		t.Error("x is still there after %reset")
	}
}

// TestHelp looks at what %help shows: all magics, as text and as a table.
func TestHelp(t *testing.T) {
	s := newTester(t)
	s.must("%help")
	if len(s.displays) != 1 {
		t.Fatalf("%d displays", len(s.displays))
	}
	plain, _ := s.displays[0].MIME["text/plain"].(string)
	html, _ := s.displays[0].MIME["text/html"].(string)
	for _, c := range magicTable() {
		for _, text := range []string{plain, html} {
			if !strings.Contains(text, c.usages()) && !strings.Contains(text, escapeHTML(c.usages())) {
				t.Errorf("%%help lacks %s:\n%s", c.usages(), text)
			}
		}
	}
	for line := range strings.Lines(plain) {
		if len([]rune(line)) > 130 {
			t.Errorf("a line of %d characters: %s", len([]rune(line)), line)
		}
	}
}

func TestShellExpressions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sh on Windows")
	}
	s := newTester(t)
	s.must("x := []int{1, 2}\nname := \"a b\"\nm := map[string]int{\"k\": 7}\ntype P int\nfunc (p P) String() string { return \"point\" }\np := P(1)\nconst c = 3\ndone := true")
	for _, c := range []struct{ code, want string }{
		{"!echo {x} there", "[1 2] there\n"},
		{"!echo '{name}'", "a b\n"},
		{"!echo {len(x) + 1} {m[\"k\"]} {p} {c}", "3 7 point 3\n"},
		{"!echo {strings.Repeat(name, 2)}", "a ba b\n"},
		{"!echo {{c}} ${HOME:+home} {c}{c}", "{c} home 33\n"},
		{"!echo 1 2 | awk '{print $2}'", "2\n"},
		{"!echo 1 2 | awk '{print}'", "1 2\n"},
		{"!echo out; echo err >&2", "out\n"},
		{"%%bash\nfor i in 1 2; do\n  echo $i\ndone", "1\n2\n"},
	} {
		s.stdout.Reset()
		s.must(c.code)
		if got := s.text(); got != c.want {
			t.Errorf("%s prints %q, want %q", c.code, got, c.want)
		}
	}
	for _, c := range []struct{ code, want string }{
		{"lines := !printf 'a\\nb \"c\"\\n'\nfmt.Sprintf(\"%q\", lines)", `["a" "b \"c\""]`},
		{"lines = !echo {len(lines)}\nlines[0]", "2"},
		{"none := !cat /dev/null\nlen(none)", "0"},
		{"flag := !done\nflag", "false"}, // Go, since done is a variable
		{"up := true\ndown := !up\ndown", "false"},
		{"var local = []bool{true}\nv := !local[0]\nv", "false"},
		{"f := func(b bool) bool { return b }\nw := !f(true)\nw", "false"},
		{"t := !true\nt", "false"},
	} {
		if got := s.must(c.code); got != c.want {
			t.Errorf("%s is %s, want %s", c.code, got, c.want)
		}
	}
	r := s.exec("!echo {x[9]}")
	if r.Err == nil || !strings.Contains(r.Err.Value, "index out of range") {
		t.Errorf("%+v", r.Err)
	}
}

func TestHistory(t *testing.T) {
	s := newTester(t)
	for _, code := range []string{"a := 1", "fmt.Println(a)", "b := 2\nb"} {
		s.must(code)
	}
	for _, c := range []struct{ code, want string }{
		{"%history", "a := 1\nfmt.Println(a)\nb := 2\nb\n"},
		{"%history -n 2-3", "  2: fmt.Println(a)\n  3: b := 2\n     b\n"},
		{"%history 1, 3", "a := 1\nb := 2\nb\n"},
		{"%history -n -g Print", "  2: fmt.Println(a)\n"},
		{"%history 90", "no such cells\n"},
		{"%history -l 1", "%history 90\n"},
	} {
		s.stdout.Reset()
		s.must(c.code)
		if got := s.text(); got != c.want {
			t.Errorf("%s prints %q, want %q", c.code, got, c.want)
		}
	}
}

func TestFileMagics(t *testing.T) {
	s := newTester(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ code, want string }{
		{"%%writefile -a notes.txt\none\n", "appended 4 bytes to notes.txt\n"},
		{"%%writefile -a notes.txt\ntwo", "appended 3 bytes to notes.txt\n"},
		{"%cat notes.txt", "one\ntwo\n"},
		{"%ls", "           7  notes.txt\n"},
		{"%%writefile prog.go\npackage main\n\nimport \"fmt\"\n\nfunc helper() int { return 42 }\n\nfunc main() { fmt.Println(\"main\", helper()) }\n", "wrote"},
		{"%run prog.go", "main 42\n"},
		{"fmt.Println(helper())", "42\n"},
		{"%cd ..", filepath.Dir(dir)},
		{"%cd -", dir},
		{"%env CAHIER_TEST=some thing", ""},
		{"%env CAHIER_TEST", "some thing\n"},
	} {
		s.stdout.Reset()
		s.must(c.code)
		if got := s.text(); got != c.want && !(len(c.want) > 3 && strings.Contains(got, c.want)) {
			t.Errorf("%s prints %q, want %q", c.code, got, c.want)
		}
	}
	r := s.exec("%load prog.go")
	if r.SetNextInput == nil || !strings.HasPrefix(*r.SetNextInput, "package main") {
		t.Errorf("%%load: %+v", r)
	}
}

// TestDiagnostics reads the errors of a cell: all of them, with their places.
func TestDiagnostics(t *testing.T) {
	s := newTester(t)
	r := s.exec("y := undefinedName + 1\nz := len(3)\n\tfmt.Printn(z)")
	if r.Err == nil {
		t.Fatal("no error")
	}
	got := strings.Join(r.Err.Traceback, "\n")
	for _, want := range []string{
		"cell 1, line 1, column 6: undefined: undefinedName",
		"    1 | y := undefinedName + 1\n      |      ^",
		"cell 1, line 2, column 10: invalid argument: 3",
		"cell 1, line 3, column 6: undefined: fmt.Printn, did you mean fmt.Print?",
		"      | \t    ^",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
