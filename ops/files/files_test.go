package files

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
)

// TestAtomic: whatever goes wrong, the earlier file stays and nothing is left
// beside it.
func TestAtomic(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "x.npy")
	if err := os.WriteFile(name, []byte("as it was"), 0o640); err != nil {
		t.Fatal(err)
	}
	alone := func() {
		t.Helper()
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Errorf("beside the file there are %v (%v)", entries, err)
		}
	}
	broken := errors.New("broken")
	for what, write := range map[string]func(w io.Writer) error{
		"at once":    func(io.Writer) error { return broken },
		"half way":   func(w io.Writer) error { _, err := w.Write(make([]byte, 1<<20)); return errors.Join(err, broken) },
		"no tensor":  func(w io.Writer) error { return errors.Join(EncodeNPY(w, nil), broken) },
		"zero value": func(w io.Writer) error { return errors.Join(EncodeNPY(w, &ops.Tensor{}), broken) },
	} {
		if err := writeFile(name, write); !errors.Is(err, broken) {
			t.Errorf("%s: %v", what, err)
		}
		if data, err := os.ReadFile(name); err != nil || string(data) != "as it was" {
			t.Errorf("%s: the file holds %q (%v)", what, data, err)
		}
		alone()
	}
	if err := WriteNPY(name, ops.Ones(2)); err != nil {
		t.Fatal(err)
	}
	alone()
	if x, err := ReadNPY(name); err != nil || x.At(1) != 1 {
		t.Errorf("%v, %v", x, err)
	}
	if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("the permissions became %v (%v)", info.Mode(), err)
	}
	if err := os.Chmod(name, 0o440); err != nil {
		t.Fatal(err)
	}
	if err := WriteNPY(name, ops.Zeros(2)); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be written: %v", err)
	}
	alone()
	if err := WriteNPY(dir, ops.Zeros(2)); err == nil || !strings.Contains(err.Error(), "it is no regular file") {
		t.Errorf("a folder: %v", err)
	}
	if err := WriteNPY(filepath.Join(dir, "nowhere", "x.npy"), ops.Zeros(2)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := ReadNPY(filepath.Join(dir, "nothing.npy")); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "files.ReadNPY: open ") {
		t.Errorf("no file: %v", err)
	}
	if _, err := ReadNPY(dir); err == nil {
		t.Error("a folder is read")
	}
}

func TestAtomicLinks(t *testing.T) {
	dir := t.TempDir()
	target, link, dangling := filepath.Join(dir, "target.npy"), filepath.Join(dir, "link.npy"), filepath.Join(dir, "dangling.npy")
	if err := errors.Join(WriteNPY(target, ops.Zeros(1)), os.Symlink(target, link), os.Symlink(filepath.Join(dir, "nothing"), dangling)); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := WriteNPY(link, ops.Ones(1)); err != nil {
		t.Fatal(err)
	}
	if x, err := ReadNPY(target); err != nil || x.Item() != 1 {
		t.Errorf("the target holds %v (%v)", x, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is no link any more (%v)", err)
	}
	if err := WriteNPY(dangling, ops.Ones(1)); err == nil || !strings.Contains(err.Error(), "a link to a file that does not exist") {
		t.Errorf("a link to nothing: %v", err)
	}
}

// TestStrides: what is written is what the tensor shows, whatever its memory.
func TestStrides(t *testing.T) {
	x := ops.Arange(24).Reshape(2, 3, 4)
	for name, v := range map[string]*ops.Tensor{"transposed": x.T(), "cut": x.Slice(2, 1, 3), "broadcast": x.Slice(0, 0, 1).BroadcastTo(2, 3, 4), "reversed": x.Flip(), "empty": x.Slice(1, 0, 0), "scalar": x.Sum()} {
		var b bytes.Buffer
		if err := EncodeNPY(&b, v); err != nil {
			t.Fatal(err)
		}
		got, err := DecodeNPY(&b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameTensor(t, v, got)
	}
}

func TestWriteRefusals(t *testing.T) {
	var none bytes.Buffer
	x := ops.Zeros(1)
	for want, f := range map[string]func() error{
		"tensor \"a\" is nil, want a tensor":    func() error { return EncodeSafetensors(&none, map[string]*ops.Tensor{"a": nil}) },
		"cannot be named \"__metadata__\"":      func() error { return EncodeSafetensors(&none, map[string]*ops.Tensor{"__metadata__": x}) },
		"cannot be named \"\\xff\"":             func() error { return EncodeSafetensors(&none, map[string]*ops.Tensor{"\xff": x}) },
		"the tensor is nil":                     func() error { return EncodeNPY(&none, nil) },
		"the tensor is an empty ops.Tensor":     func() error { return EncodeNPY(&none, &ops.Tensor{}) },
		"array \"a\": the tensor is nil":        func() error { return EncodeNPZ(&none, map[string]*ops.Tensor{"a": nil}) },
		"the table is nil":                      func() error { return EncodeCSV(&none, nil) },
		"the table's Values is nil":             func() error { return EncodeCSV(&none, &Table{}) },
		"have shape [1], want [rows columns]":   func() error { return EncodeCSV(&none, &Table{Values: x}) },
		"has no columns":                        func() error { return EncodeCSV(&none, &Table{Values: ops.Zeros(3, 0)}) },
		"1 names for 2 columns":                 func() error { return EncodeCSV(&none, &Table{Names: []string{"a"}, Values: ops.Zeros(3, 2)}) },
		"the format \"bmp\" is none of":         func() error { return EncodeImage(&none, "bmp", ops.Zeros(1, 2, 2)) },
		"shape [1], want [C H W]":               func() error { return EncodeImage(&none, "png", x) },
		"2 channels of 5 × 5":                   func() error { return EncodeImage(&none, "png", ops.Zeros(2, 5, 5)) },
		"with Last the channels are the last":   func() error { return EncodeImage(&none, "png", ops.Zeros(5, 5, 3)) },
		"3 channels of 0 × 5":                   func() error { return EncodeImage(&none, "png", ops.Zeros(3, 0, 5)) },
		"is Int64, want Uint8, or Float32":      func() error { return EncodeImage(&none, "png", ops.ArangeInt(4).Reshape(1, 2, 2)) },
		"holds NaN":                             func() error { return EncodeImage(&none, "png", ops.Full(math.NaN(), 1, 2, 2)) },
		"a JPEG has no opacity":                 func() error { return EncodeImage(&none, "jpg", ops.Zeros(4, 2, 2)) },
		"a pixel of a GIF is opaque or not":     func() error { return EncodeImage(&none, "gif", ops.Full(0.5, 4, 2, 2)) },
		"a GIF has at most 65535 pixels on a":   func() error { return EncodeImage(&none, "gif", ops.Zeros(1, 1, 65536)) },
		"Channels is 9":                         func() error { return EncodeImage(&none, "png", ops.Zeros(1, 2, 2), ImageOptions{Channels: 9}) },
		"the tensor is nil, want a tensor":      func() error { return EncodeImage(&none, "png", nil) },
		"2 options are given, want at most one": func() error { return EncodeCSV(&none, &Table{}, CSVOptions{}, CSVOptions{}) },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestCSV(t *testing.T) {
	text := "\ufeffyear; \"level, m\";name\r\n# a comment\r\n1900; 1.5;a\r\n1901;;b\r\n1902;-9999;c\r\n1903;n/a;d\r\n1904;+1e-3;e\r\n"
	o := CSVOptions{Comma: ';', Comment: '#', Columns: []string{"level, m", "year"}, Missing: []string{"-9999"}, DType: ops.Float64}
	table, err := DecodeCSV(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{1.5, 1900, math.NaN(), 1901, math.NaN(), 1902, math.NaN(), 1903, 0.001, 1904}
	sameTensor(t, table.Values, ops.Wrap64(want, 5, 2))
	if !slices.Equal(table.Names, []string{"level, m", "year"}) {
		t.Errorf("names %q", table.Names)
	}
	year, err := table.Column("year")
	if err != nil {
		t.Fatal(err)
	}
	sameTensor(t, year, ops.Wrap64([]float64{1900, 1901, 1902, 1903, 1904}))
	if _, err := table.Column("Year"); err == nil || !strings.Contains(err.Error(), `there is no column "Year"; there are "level, m", "year"`) {
		t.Errorf("an unknown column: %v", err)
	}
	twice := &Table{Names: []string{"a", "a"}, Values: ops.Zeros(1, 2)}
	if _, err := twice.Column("a"); err == nil || !strings.Contains(err.Error(), "several columns") {
		t.Errorf("an ambiguous column: %v", err)
	}
	if got := table.String(); !strings.HasPrefix(got, "columns \"level, m\", \"year\"\n") {
		t.Errorf("prints %q", got)
	}
	if got := (&Table{}).String(); got != "an empty files.Table" {
		t.Errorf("an empty one prints %q", got)
	}

	// There and back, compressed and not.
	for _, name := range []string{"t.csv", "t.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if err := WriteCSV(path, table, CSVOptions{Comma: '\t'}); err != nil {
			t.Fatal(err)
		}
		again, err := ReadCSV(path, CSVOptions{Comma: '\t', DType: ops.Float64})
		if err != nil {
			t.Fatal(err)
		}
		sameTensor(t, table.Values, again.Values)
		if !slices.Equal(again.Names, table.Names) {
			t.Errorf("%s: names %q", name, again.Names)
		}
		data, err := os.ReadFile(path)
		if err != nil || strings.HasPrefix(string(data), "\x1f\x8b") != strings.HasSuffix(name, ".gz") {
			t.Errorf("%s begins with %q (%v)", name, data[:2], err)
		}
	}

	// Without names, with fewer digits, of integers and of one missing value.
	for _, c := range []struct {
		table *Table
		want  string
	}{
		{&Table{Values: ops.From([][]float64{{0.1, 2}, {math.Inf(1), math.NaN()}})}, "0.1,2\n+Inf,\n"},
		{&Table{Names: []string{"i"}, Values: ops.From([][]int64{{1 << 62}})}, "i\n4611686018427387904\n"},
		{&Table{Values: ops.WrapBool([]bool{true, false}, 1, 2)}, "1,0\n"},
		{&Table{Values: ops.Full(math.NaN(), 2, 1)}, "NaN\nNaN\n"},
	} {
		var b bytes.Buffer
		if err := EncodeCSV(&b, c.table); err != nil || b.String() != c.want {
			t.Errorf("wrote %q (%v), want %q", b.String(), err, c.want)
		}
	}
	x, err := DecodeCSV(strings.NewReader("x\n1,2\n3,4\n"), CSVOptions{NoHeader: true, Skip: 1})
	if err != nil || x.Names != nil || x.Values.At(1, 1) != 4 {
		t.Errorf("without names: %v, %v", x, err)
	}
	if _, err := x.Column("a"); err == nil || !strings.Contains(err.Error(), "there are without names") {
		t.Errorf("a column without names: %v", err)
	}
	if x, err = DecodeCSV(strings.NewReader("a,b\n")); err != nil || !x.Values.Shape().Equal(ops.Shape{0, 2}) {
		t.Errorf("without rows: %v, %v", x, err)
	}
}

// TestDataSets reads real files.
func TestDataSets(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the shared data is not there")
	}
	co2, err := ReadCSV(filepath.Join(dir, "co2.csv"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := co2.Column("co2")
	if err != nil || v.Len() != 2284 || math.Abs(v.At(0)-316.1) > 1e-4 {
		t.Errorf("co2 has %v (%v)", v, err)
	}
	missing := 0
	for _, x := range v.Float64s() {
		if math.IsNaN(x) {
			missing++
		}
	}
	if missing == 0 || missing > 100 {
		t.Errorf("co2 has %d missing values, which is not what the series is known for", missing)
	}
	digits, err := ReadCSV(filepath.Join(dir, "digits.csv.gz"), CSVOptions{NoHeader: true})
	if err != nil || !digits.Values.Shape().Equal(ops.Shape{1797, 65}) {
		t.Errorf("digits: %v, %v", digits, err)
	}
	iris, err := ReadCSV(filepath.Join(dir, "iris.csv"), CSVOptions{NoHeader: true, Skip: 1})
	if err != nil || !iris.Values.Shape().Equal(ops.Shape{150, 5}) {
		t.Errorf("iris: %v, %v", iris, err)
	}
}

// TestImages goes there and back through every lossless format and layout.
func TestImages(t *testing.T) {
	for _, channels := range []int{1, 3, 4} {
		for _, last := range []bool{false, true} {
			for _, format := range []string{"png", "gif"} {
				if format == "gif" && channels == 4 {
					continue
				}
				v := make([]uint8, channels*6*5)
				for i := range v {
					v[i] = uint8(i * 29)
				}
				o := ImageOptions{Last: last, Channels: channels}
				x := ops.WrapUint8(v, o.shape(6, 5, channels)...)
				path := filepath.Join(t.TempDir(), "x."+format)
				if err := WriteImage(path, x, o); err != nil {
					t.Fatal(err)
				}
				got, err := ReadImage(path, o)
				if err != nil {
					t.Fatal(err)
				}
				sameTensor(t, x, got)
				float, err := ReadImage(path, ImageOptions{Last: last, Channels: channels, Float: true})
				if err != nil {
					t.Fatal(err)
				}
				sameTensor(t, x.To(ops.Float64).Div(255).To(ops.Float32), float)
				var b bytes.Buffer
				if err := EncodeImage(&b, "png", float, o); err != nil {
					t.Fatal(err)
				}
				if got, err = DecodeImage(bytes.NewReader(b.Bytes()), int64(b.Len()), o); err != nil {
					t.Fatal(err)
				}
				sameTensor(t, x, got)
			}
		}
	}
	// A matrix is a gray picture; what lies beyond 0 to 1 is cut off.
	img, err := ToImage(ops.From([][]float64{{-1, 0.5, 2}}))
	if err != nil || !slices.Equal(img.(*image.Gray).Pix, []uint8{0, 128, 255}) {
		t.Errorf("a matrix becomes %v (%v)", img, err)
	}
	// Gray as the standard library makes it, opacity left out and put in.
	c := image.NewNRGBA(image.Rect(3, 4, 4, 5))
	c.SetNRGBA(3, 4, color.NRGBA{200, 100, 50, 128})
	gray, err := FromImage(c, ImageOptions{Channels: 1})
	if want := color.GrayModel.Convert(color.NRGBA{200, 100, 50, 255}).(color.Gray).Y; err != nil || gray.Item() != float64(want) {
		t.Errorf("gray is %v (%v), want %d", gray, err, want)
	}
	for channels, want := range map[int][]float64{0: {200, 100, 50, 128}, 3: {200, 100, 50}, 4: {200, 100, 50, 128}} {
		x, err := FromImage(c, ImageOptions{Channels: channels})
		if err != nil || !slices.Equal(x.Float64s(), want) {
			t.Errorf("%d channels: %v (%v), want %v", channels, x, err, want)
		}
	}
	// A picture that is not stored straight.
	m := image.NewRGBA(image.Rect(0, 0, 1, 1))
	m.Set(0, 0, color.NRGBA{200, 100, 50, 128})
	x, err := FromImage(m)
	if err != nil || math.Abs(x.At(0, 0, 0)-200) > 1 || x.At(3, 0, 0) != 128 {
		t.Errorf("premultiplied: %v (%v)", x, err)
	}
	// A JPEG is close; its quality matters.
	smooth := ops.Linspace(0, 1, 64).BroadcastTo(3, 64, 64)
	sizes := map[int]int{}
	for _, quality := range []int{0, 10, 100} {
		var b bytes.Buffer
		if err := EncodeImage(&b, "jpeg", smooth, ImageOptions{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		sizes[quality] = b.Len()
		got, err := DecodeImage(bytes.NewReader(b.Bytes()), int64(b.Len()), ImageOptions{Float: true})
		if err != nil || got.Sub(smooth).Abs().Max().Item() > 0.1 {
			t.Errorf("quality %d: far off (%v)", quality, err)
		}
	}
	if !(sizes[10] < sizes[0] && sizes[0] < sizes[100]) {
		t.Errorf("sizes by quality are %v", sizes)
	}
	// A GIF of more colours than it can hold is close too.
	many := ops.NewRNG(1).Rand(3, 40, 40)
	var b bytes.Buffer
	if err := EncodeImage(&b, "gif", many); err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeImage(bytes.NewReader(b.Bytes()), int64(b.Len()), ImageOptions{Float: true}); err != nil || got.Sub(many).Abs().Mean().Item() > 0.2 {
		t.Errorf("dithered: far off (%v)", err)
	}
	// The one transparent colour of a GIF.
	var clear bytes.Buffer
	if err := EncodeImage(&clear, "gif", ops.From([]float64{1, 0, 1, 0, 1, 0, 1, 0}).Reshape(4, 1, 2)); err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeImage(bytes.NewReader(clear.Bytes()), int64(clear.Len())); err != nil || !slices.Equal(got.Float64s(), []float64{255, 0, 255, 0, 255, 0, 255, 0}) {
		t.Errorf("transparent: %v (%v)", got, err)
	}
}
