package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cahier/notebooks"
	"cahier/notebooks/schema"
)

// galleryLimit bounds one notebook of the gallery.
const galleryLimit = 2 * time.Minute

// ignoreOutput is the tag, nbval's, of cells that show numbers of a training: it
// multiplies what processors round differently, so such a cell checks itself what
// it is sure of.
const ignoreOutput = "nbval-ignore-output"

// trainings are the notebooks that train networks.
var trainings = []string{"02-recurrent.ipynb", "04-transformer.ipynb", "05-training.ipynb"}

// TestGallery runs every notebook of the gallery from top to bottom through the
// program itself, in a process of its own, and compares what the cells show with
// what the committed notebook shows: text by text, numbers by tolerance.
func TestGallery(t *testing.T) {
	files, err := filepath.Glob("notebooks/gallery/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if raceEnabled && slices.Contains(trainings, filepath.Base(file)) {
				t.Skip("training takes minutes under the race detector; without it this runs")
			}
			want, err := notebooks.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			valid(t, file)
			canonical(t, file, want)
			out := filepath.Join(t.TempDir(), "out.ipynb")
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			code, _, stderr := cahier(t, "", "run", file, "-o", out, "--quiet", "--timeout", galleryLimit.String())
			if code != 0 {
				t.Fatalf("code %d\n%s", code, stderr)
			}
			if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
				t.Errorf("the notebook itself changed, %v", err)
			}
			got, err := notebooks.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			valid(t, out)
			for i, cell := range want.Cells {
				if !slices.Contains(cell.Tags(), ignoreOutput) {
					sameOutputs(t, i, got.Cells[i], cell)
				}
			}
		})
	}
}

// canonical checks that the committed file is one that Jupyter would write the
// same, so that opening and saving it changes nothing.
func canonical(t *testing.T, file string, n *notebooks.Notebook) {
	t.Helper()
	var b strings.Builder
	if _, err := n.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if doc, err := os.ReadFile(file); err != nil || string(doc) != b.String() {
		t.Errorf("%s is not written as Jupyter writes it, %v", file, err)
	}
}

func sameOutputs(t *testing.T, index int, got, want *notebooks.Cell) {
	t.Helper()
	if len(got.Outputs) != len(want.Outputs) {
		t.Errorf("cell %d shows %d outputs, want %d", index, len(got.Outputs), len(want.Outputs))
		return
	}
	for k := range want.Outputs {
		g, w := got.Outputs[k], want.Outputs[k]
		if g.Type() != w.Type() {
			t.Errorf("cell %d, output %d is a %s, want %s", index, k, g.Type(), w.Type())
			continue
		}
		_, gotText, _ := g.Stream()
		_, wantText, _ := w.Stream()
		for mime, v := range w.Data() {
			if text, ok := v.(string); ok && strings.HasPrefix(mime, "text/") {
				wantText += text
				other, _ := g.Data()[mime].(string)
				gotText += other
			} else if _, ok := g.Data()[mime]; !ok {
				t.Errorf("cell %d, output %d has no %s", index, k, mime)
			}
		}
		if why := differ(gotText, wantText); why != "" {
			t.Errorf("cell %d, output %d: %s\n got %s\nwant %s", index, k, why, gotText, wantText)
		}
	}
}

var (
	embedded = regexp.MustCompile(`data:[a-z]+/[a-z]+;base64,[A-Za-z0-9+/=]+|data-values="[A-Za-z0-9+/=]+"`)
	bars     = regexp.MustCompile(`[▁▂▃▄▅▆▇█]`)
	literal  = regexp.MustCompile(`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`)
)

// differ compares two texts: numbers may differ by a hundredth of themselves or
// 0.1, because processors round differently; the rest is the same.
func differ(got, want string) string {
	got, want = embedded.ReplaceAllString(got, "picture"), embedded.ReplaceAllString(want, "picture")
	plain := func(s string) string {
		return strings.Join(strings.Fields(bars.ReplaceAllString(literal.ReplaceAllString(s, "#"), "")), " ")
	}
	if plain(got) != plain(want) {
		return "the text differs"
	}
	g, w := literal.FindAllString(got, -1), literal.FindAllString(want, -1)
	for i := range w {
		a, errA := strconv.ParseFloat(g[i], 64)
		b, errB := strconv.ParseFloat(w[i], 64)
		if errA != nil || errB != nil || math.Abs(a-b) > max(0.1, 0.01*math.Abs(b)) {
			return "number " + g[i] + ", want " + w[i]
		}
	}
	return ""
}

func TestDiffer(t *testing.T) {
	for _, c := range []struct{ got, want, why string }{
		{"accuracy 93.9 %", "accuracy 94.0 %", ""},
		{"accuracy 90.0 %", "accuracy 94.0 %", "number 90.0, want 94.0"},
		{"a 1", "b 1", "the text differs"},
		{"3 ██", "3 █", ""},
		{"std 1 ▁▂▃▄▅▆▇█", "std 1 █▇▆▅▄▃▂▁", ""},
		{"1 2", "1", "the text differs"},
		{`<img src="data:image/png;base64,AAAA">`, `<img src="data:image/png;base64,BBBB12">`, ""},
	} {
		if why := differ(c.got, c.want); why != c.why {
			t.Errorf("%q and %q: %q, want %q", c.got, c.want, why, c.why)
		}
	}
}

// valid asks the official schema about a file.
func valid(t *testing.T, file string) {
	t.Helper()
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%s: %v", filepath.Base(file), err)
	}
}
