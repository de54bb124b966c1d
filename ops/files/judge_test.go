package files

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cahier/ops"
)

var update = flag.Bool("update", false, "write the files that outside/tensor_files.py reads")

// expectation is what Python says of an array.
type expectation struct {
	DType  string
	Shape  []int
	Values []string
}

// expected are the expectations of testdata by file and name.
func expected(t *testing.T) map[string]map[string]expectation {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]expectation
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// check compares a tensor with what Python says, bit for bit; tolerance is for
// lossy pictures.
func (e expectation) check(t *testing.T, what string, x *ops.Tensor, tolerance float64) {
	t.Helper()
	if x == nil {
		t.Errorf("%s is missing", what)
		return
	}
	if x.DType().String() != e.DType || !slices.Equal(x.Shape(), e.Shape) {
		t.Errorf("%s is %v %v, want %s %v", what, x.DType(), x.Shape(), e.DType, e.Shape)
		return
	}
	ints, floats := []int64(nil), x.Float64s()
	if !x.DType().IsFloat() {
		ints = x.Int64s()
	}
	for i, text := range e.Values {
		if ints != nil {
			want, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(float64(ints[i]-want)) > tolerance {
				t.Errorf("%s: element %d is %d, want %d", what, i, ints[i], want)
			}
			continue
		}
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Float64bits(floats[i]) != math.Float64bits(want) {
			t.Errorf("%s: element %d is %v, want %v", what, i, floats[i], want)
		}
	}
}

// TestPythonFiles reads everything that Python has written.
func TestPythonFiles(t *testing.T) {
	for name, want := range expected(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			got := map[string]*ops.Tensor{}
			var err error
			tolerance := 0.0
			switch filepath.Ext(name) {
			case ".npy":
				got[""], err = ReadNPY(path)
			case ".npz":
				got, err = ReadNPZ(path)
			case ".safetensors":
				got, _, err = ReadSafetensors(path)
			case ".jpg":
				tolerance = 2 // two decoders round their transforms and colours differently
				got[""], err = ReadImage(path, ImageOptions{Last: true})
			default:
				got[""], err = ReadImage(path, ImageOptions{Last: true})
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Errorf("has %d tensors, want %d", len(got), len(want))
			}
			for key, e := range want {
				e.check(t, name+" "+key, got[key], tolerance)
			}
		})
	}
}

// TestBytes writes what Python has written, byte for byte.
func TestBytes(t *testing.T) {
	dir := t.TempDir()
	same := func(name string, write func(path string) error) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := write(path); err != nil {
			t.Error(err)
			return
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%q, Python writes\n%q", name, got, want)
		}
	}
	for _, name := range []string{"b1.npy", "u1.npy", "i8.npy", "f4.npy", "f8.npy", "scalar.npy", "vector.npy", "empty.npy"} {
		x, err := ReadNPY(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		same(name, func(path string) error { return WriteNPY(path, x) })
	}
	tensors, metadata, err := ReadSafetensors(filepath.Join("testdata", "own.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if metadata["made"] != "by <Python>" || len(metadata) != 1 {
		t.Errorf("the metadata is %q", metadata)
	}
	same("own.safetensors", func(path string) error {
		return WriteSafetensors(path, tensors, SafetensorsOptions{Metadata: metadata})
	})
}

// TestWritten compares what is written now with the committed files, which
// outside/tensor_files.py reads: they hold the same.
func TestWritten(t *testing.T) {
	cube := ops.Arange(24).Reshape(2, 3, 4)
	tensors := map[string]*ops.Tensor{"cube": cube.T().Clone().T(), "ids": ops.ArangeInt(5), "flags": ops.WrapBool([]bool{true, false})}
	pixels := func(channels int) *ops.Tensor {
		v := make([]uint8, 0, 5*7*channels)
		for y := range 5 {
			for x := range 7 {
				for c := range channels {
					v = append(v, uint8((x*37+y*59+c*101)%256))
				}
			}
		}
		return ops.WrapUint8(v, 5, 7, channels)
	}
	last := ImageOptions{Last: true}
	for name, write := range map[string]func(path string) error{
		"written.npz":            func(path string) error { return WriteNPZ(path, tensors) },
		"written_compressed.npz": func(path string) error { return WriteNPZ(path, tensors, NPZOptions{Compress: true}) },
		"written_gray.png":       func(path string) error { return WriteImage(path, pixels(1), last) },
		"written_rgb.png":        func(path string) error { return WriteImage(path, pixels(3).Permute(2, 0, 1)) },
		"written_rgba.png":       func(path string) error { return WriteImage(path, pixels(4), last) },
		"written.gif":            func(path string) error { return WriteImage(path, pixels(3), last) },
	} {
		committed := filepath.Join("testdata", name)
		if *update {
			if err := write(committed); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(t.TempDir(), name)
		if err := write(path); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// Not the bytes: another release of Go may compress in another way.
		got, want := contents(t, path), contents(t, committed)
		if len(got) != len(want) {
			t.Errorf("%s has %d tensors, want %d", name, len(got), len(want))
		}
		for key, x := range want {
			if got[key] == nil {
				t.Fatalf("%s has no %q any more: run the test with -update, then outside/tensor_files.py", name, key)
			}
			sameTensor(t, x, got[key])
		}
	}
}

func contents(t *testing.T, path string) map[string]*ops.Tensor {
	t.Helper()
	all := map[string]*ops.Tensor{}
	var err error
	if filepath.Ext(path) == ".npz" {
		all, err = ReadNPZ(path)
	} else {
		all[""], err = ReadImage(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRefusedByType: arrays that are no numbers say what they are.
func TestRefusedByType(t *testing.T) {
	for name, want := range map[string]string{
		"complex": `"<c16" is complex`, "text": `"<U1" is text`, "bytes": `"|S1" is bytes`, "date": `"<M8[D]" is a date`, "span": `"<m8[s]" is a time span`,
		"record": "records of several fields", "object": `"|O" is a Python object`, "large": "holds 9223372036854775808, which does not fit an Int64",
	} {
		path := filepath.Join("testdata", "refused_"+name+".npy")
		if _, err := ReadNPY(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "files.ReadNPY: "+path+": ") {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// TestFloat16 compares every value of 16 bits with its definition.
func TestFloat16(t *testing.T) {
	for h := range 1 << 16 {
		sign, exponent, fraction := 1-2*float64(h>>15), h>>10&0x1f, float64(h&0x3ff)
		var want float64
		switch {
		case exponent == 31 && fraction == 0:
			want = math.Inf(int(sign))
		case exponent == 31:
			want = math.NaN()
		case exponent == 0:
			want = math.Copysign(math.Ldexp(fraction, -24), sign)
		default:
			want = sign * math.Ldexp(1024+fraction, exponent-25)
		}
		got := float64(float16(uint16(h)))
		if math.Float64bits(got) != math.Float64bits(want) && !(got != got && want != want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

// TestFortranIsAView: the elements are not copied around.
func TestFortranIsAView(t *testing.T) {
	x, err := ReadNPY(filepath.Join("testdata", "fortran.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Stride(); !slices.Equal(got, []int{1, 2, 6}) {
		t.Errorf("strides %v, want those of Fortran order", got)
	}
	if x.At(1, 2, 3) != 23 || x.At(1, 0, 2) != 14 {
		t.Errorf("elements %v", x)
	}
}
