package notebooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"cahier/notebooks/schema"
)

// The files of testdata/python were written by Python's nbformat 5.11.1.
func pythonFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/python/*.ipynb")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files
}

func TestWritesAsPythonDoes(t *testing.T) {
	for _, file := range pythonFiles(t) {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n, err := ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		sameText(t, file, encode(t, n), string(want))
		if err := schema.Validate([]byte(encode(t, n))); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestNormalisesOtherWritersAsPythonDoes(t *testing.T) {
	n, err := ReadFile("testdata/python/other-writer.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/python/other-writer.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, "other-writer", encode(t, n), string(want))
}

func encode(t *testing.T, n *Notebook) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := n.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sameText(t *testing.T, name, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Errorf("%s: line %d\n got %q\nwant %q", name, i+1, at(g, i), at(w, i))
			return
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}

func TestUnknownThingsStay(t *testing.T) {
	const doc = `{
 "cells": [
  {
   "cell_type": "chart",
   "future": [
    1.50,
    {}
   ],
   "metadata": {},
   "source": [
    "a\n",
    "b"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [
    {
     "output_type": "hologram",
     "text": [
      "kept\n",
      "as lines"
     ]
    }
   ],
   "prompt": 1e3,
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 7,
 "top": null
}
`
	n, err := Read(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, "unknown", encode(t, n), doc)
	if err := schema.Validate([]byte(encode(t, n))); err != nil && strings.Contains(err.Error(), "hologram") {
		t.Errorf("a newer version may add types: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	for doc, want := range map[string]string{
		"":                               "not a notebook: the file is empty",
		" \n":                            "not a notebook: the file is empty",
		"package main":                   "not a notebook: line 1, column 1 is not JSON",
		"{\n \"a\": tru}":                "line 2, column 10 is not JSON",
		`{"cells": [`:                    "the text ends in the middle",
		`{"nbformat": 4} x`:              "line 1, column 17: text after the end",
		`[1]`:                            "want a JSON object",
		`null`:                           "want a JSON object",
		"{\"a\": \"\xff\"}":              "not UTF-8",
		"\ufeff{}":                       "byte order mark",
		`{"a": NaN}`:                     "is not JSON",
		`{}`:                             "a JSON object without nbformat",
		`{"worksheets": []}`:             "notebook format 3 or older, want 4",
		`{"nbformat": 3}`:                "notebook format 3, want 4",
		`{"nbformat": 5}`:                "notebook format 5, want 4",
		`{"nbformat": "4"}`:              "nbformat is a string, want the number 4",
		`{"nbformat": 4}`:                "no cells",
		`{"nbformat": 4, "cells": {}}`:   "cells is an object, want an array",
		`{"nbformat": 4, "cells": [1]}`:  "cells[0] is the number 1, want an object",
		`{"nbformat": 4, "cells": [{}]}`: "cells[0].cell_type is missing or null",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}`:                           "cells[0].source is the number 1, want a string or an array of strings",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}`:                         "cells[0].source is an array, want a string",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": null}]}`:                      "cells[0].metadata is missing or null",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "id": 1}]}`:                               "cells[0].id is the number 1",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": null}]}`:                       "cells[0].outputs is missing or null",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{}]}]}`:                       "cells[0].outputs[0].output_type is missing",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type":"stream"}]}]}`: "cells[0].outputs[0].text is missing",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "execution_count": 1.5}]}`:                "cells[0].execution_count is the number 1.5, want a whole number",
		`{"nbformat": 4, "nbformat_minor": -1, "cells": []}`:                                       "nbformat_minor is the number -1",
	} {
		n, err := Read(strings.NewReader(doc))
		var format *FormatError
		if n != nil || !errors.As(err, &format) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one line with %q", doc, err, want)
		}
	}
	name := filepath.Join(t.TempDir(), "x.ipynb")
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(name); err == nil || !strings.HasPrefix(err.Error(), name+": not a notebook") {
		t.Errorf("the file is not named: %v", err)
	}
}

func TestValidateNamesTheFault(t *testing.T) {
	for doc, want := range map[string]string{
		`{"cells":[{"cell_type":"code","metadata":{},"source":"","outputs":[],"execution_count":null}],"metadata":{},"nbformat":4,"nbformat_minor":5}`:                                              "cells[0]: missing property 'id'",
		`{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":4,"x":1}`:                                                                                                                          "notebook: additional properties 'x' not allowed",
		`{"cells":[],"metadata":{"kernelspec":{}},"nbformat":4,"nbformat_minor":4}`:                                                                                                                 "metadata.kernelspec: missing properties 'name', 'display_name'",
		`{"cells":[{"cell_type":"raw","id":"a b","metadata":{},"source":""}],"metadata":{},"nbformat":4,"nbformat_minor":5}`:                                                                        "cells[0].id: 'a b' does not match pattern",
		`{"cells":[{"cell_type":"raw","id":"a","metadata":{},"source":""},{"cell_type":"raw","id":"a","metadata":{},"source":""}],"metadata":{},"nbformat":4,"nbformat_minor":5}`:                   `cells[1]: id "a" is that of cells[0] too`,
		`{"cells":[{"cell_type":"chart","metadata":{}}],"metadata":{},"nbformat":4,"nbformat_minor":4}`:                                                                                             `cells[0]: nbformat 4.4 has no cell type "chart"`,
		`{"cells":[{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"pyout"}]}],"metadata":{},"nbformat":4,"nbformat_minor":4}`:                                              `cells[0].outputs[0]: nbformat 4.4 has no output type "pyout"`,
		`{"cells":[{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"display_data","data":{"text/plain":1},"metadata":{}}]}],"metadata":{},"nbformat":4,"nbformat_minor":4}`: `cells[0].outputs[0].data.text/plain: want a string or an array of strings`,
	} {
		n, err := Read(strings.NewReader(doc))
		if err != nil {
			t.Errorf("%s: %v", doc, err)
			continue
		}
		if err := schema.Validate([]byte(encode(t, n))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", doc, err, want)
		}
	}
}

func TestBuiltNotebookIsValid(t *testing.T) {
	n := New()
	n.Metadata["kernelspec"] = map[string]string{"name": "cahier", "display_name": "Go"}
	n.NewCell(Markdown, "# t")
	c := n.NewCell(Code, "1")
	one := 1
	c.ExecutionCount = &one
	c.Metadata["tags"] = []any{"a"}
	c.Outputs = []Output{NewStream("stdout", "a\nb"), NewDisplay(map[string]any{"text/plain": "x"}, nil),
		NewResult(1, map[string]any{"text/plain": "1"}, nil), NewError("Panic", "boom", []string{"at"})}
	text := encode(t, n)
	m, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate([]byte(encode(t, m))); err != nil {
		t.Error(err)
	}
	if !m.Cells[1].HasTag("a") || m.Cells[1].HasTag("b") || m.Cells[0].HasTag("a") {
		t.Error("tags")
	}
	sameText(t, "again", encode(t, m), text)
	if len(n.Cells[0].ID) != 8 || n.Cells[0].ID == c.ID {
		t.Errorf("ids %q %q", n.Cells[0].ID, c.ID)
	}
	n.Metadata["bad"] = func() {}
	if _, err := n.WriteTo(&bytes.Buffer{}); err == nil {
		t.Error("a function was written as JSON")
	}
}

func TestOutputAccessors(t *testing.T) {
	name, text, ok := NewStream("stderr", "x").Stream()
	if name != "stderr" || text != "x" || !ok {
		t.Error(name, text, ok)
	}
	d := NewDisplay(map[string]any{"a": "b"}, map[string]any{"c": 1})
	if _, _, ok := d.Stream(); ok || d.Data()["a"] != "b" || d.Metadata()["c"] != 1 {
		t.Error(d)
	}
	ename, value, lines, ok := NewError("E", "v", []string{"l"}).Error()
	if ename != "E" || value != "v" || !reflect.DeepEqual(lines, []string{"l"}) || !ok {
		t.Error(ename, value, lines, ok)
	}
	if NewStream("a", "b").Data() != nil || NewStream("a", "b").Metadata() != nil {
		t.Error("a stream has no bundle")
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "n.ipynb")
	n := New()
	if err := n.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(name, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "link.ipynb")
	if err := os.Symlink("n.ipynb", link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	n.NewCell(Markdown, "new")
	if err := n.WriteFile(link); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	info, err := os.Stat(name)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v, %v", info.Mode(), err)
	}
	if m, err := ReadFile(name); err != nil || len(m.Cells) != 1 {
		t.Errorf("read back %v, %v", m, err)
	}
	onlyFiles(t, dir, "link.ipynb", "n.ipynb")
}

func TestWriteFileLeavesTheOldOneOnError(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "n.ipynb")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	n := New()
	n.Metadata["bad"] = func() {}
	if err := n.WriteFile(name); err == nil {
		t.Error("a function was written")
	}
	if err := New().WriteFile(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
	if err := New().WriteFile(filepath.Join(dir, "none", "n.ipynb")); err == nil {
		t.Error("a folder that does not exist")
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling")); err == nil {
		if err := New().WriteFile(filepath.Join(dir, "dangling")); err == nil || !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("a dangling link: %v", err)
		}
		os.Remove(filepath.Join(dir, "dangling"))
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "old" {
		t.Errorf("the old file holds %q, %v", got, err)
	}
	onlyFiles(t, dir, "n.ipynb")
}

func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

// FuzzRead checks that any document is refused, or read, written, and then
// stays what it is.
func FuzzRead(f *testing.F) {
	for _, file := range pythonFiles(f) {
		doc, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Add([]byte(`{"nbformat":4,"cells":[{"cell_type":"code","outputs":[{"output_type":"display_data","data":{"text/html":["a\r",1]}}],"attachments":{"a":1}}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		n, err := Read(bytes.NewReader(doc))
		if err != nil {
			var format *FormatError
			if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%v", err)
			}
			return
		}
		_ = schema.Validate([]byte(encode(t, n)))
		once := encode(t, n)
		if !json.Valid([]byte(once)) {
			t.Fatalf("not JSON: %s", once)
		}
		m, err := Read(strings.NewReader(once))
		if err != nil {
			t.Fatalf("%v in %s", err, once)
		}
		if twice := encode(t, m); twice != once {
			t.Fatalf("written once\n%s\nand again\n%s", once, twice)
		}
	})
}

func TestTags(t *testing.T) {
	c := &Cell{Metadata: map[string]any{"tags": []any{"a", 1.0, "b"}}}
	if got := c.Tags(); len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("tags %v", got)
	}
	if got := (&Cell{}).Tags(); got != nil {
		t.Errorf("tags %v of a cell without any", got)
	}
}
