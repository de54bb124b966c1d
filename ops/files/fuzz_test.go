package files

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cahier/ops"
)

// seeds are the committed files whose names end so, and then some.
func seeds(f *testing.F, ends string, more ...[]byte) {
	f.Helper()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if ends != "" && strings.HasSuffix(e.Name(), ends) {
			data, err := os.ReadFile(filepath.Join("testdata", e.Name()))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
			n++
		}
	}
	if n == 0 && ends != "" {
		f.Fatalf("there is no seed that ends in %s", ends)
	}
	for _, data := range more {
		f.Add(data)
	}
}

// sameTensor fails unless both are equal, NaN included.
func sameTensor(t *testing.T, a, b *ops.Tensor) {
	t.Helper()
	if a.DType() != b.DType() || !a.Shape().Equal(b.Shape()) {
		t.Fatalf("%v %v became %v %v", a.DType(), a.Shape(), b.DType(), b.Shape())
	}
	x, y := a.Float64s(), b.Float64s()
	for i := range x {
		if x[i] != y[i] && (x[i] == x[i] || y[i] == y[i]) {
			t.Fatalf("element %d: %v became %v", i, x[i], y[i])
		}
	}
}

// What can be read can be written, and read again as the same.

func FuzzSafetensors(f *testing.F) {
	seeds(f, ".safetensors", safe(`{"x":{"dtype":"F32","shape":[0,4294967296],"data_offsets":[0,0]}}`, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, metadata, err := DecodeSafetensors(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := EncodeSafetensors(&b, tensors, SafetensorsOptions{Metadata: metadata}); err != nil {
			t.Fatal(err)
		}
		again, meta, err := DecodeSafetensors(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil || len(again) != len(tensors) || len(meta) != len(metadata) {
			t.Fatalf("%d tensors and %d metadata became %d and %d: %v", len(tensors), len(metadata), len(again), len(meta), err)
		}
		for name, x := range tensors {
			sameTensor(t, x, again[name])
		}
	})
}

func FuzzNPY(f *testing.F) {
	seeds(f, ".npy", array(1, dictOf("'<f8'", "(4294967296, 4294967296)")), array(2, dictOf("'>u2'", "(2L,)"), 1, 2, 3, 4))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := DecodeNPY(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := EncodeNPY(&b, x); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeNPY(&b)
		if err != nil {
			t.Fatal(err)
		}
		sameTensor(t, x, again)
	})
}

func FuzzNPZ(f *testing.F) {
	seeds(f, ".npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, err := DecodeNPZ(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := EncodeNPZ(&b, tensors, NPZOptions{Compress: true}); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeNPZ(bytes.NewReader(b.Bytes()), int64(b.Len()), NPZOptions{MaxBytes: 1 << 30})
		if err != nil || len(again) != len(tensors) {
			t.Fatalf("%d arrays became %d: %v", len(tensors), len(again), err)
		}
		for name, x := range tensors {
			sameTensor(t, x, again[name])
		}
	})
}

func FuzzCSV(f *testing.F) {
	seeds(f, "", []byte("a,b\n1,2\nNA,-inf\n"), []byte("\ufeff\"a\"\n 1e-40\n"), []byte("x\n\"\n"), []byte("a,b\n1\n"), []byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := DecodeCSV(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := EncodeCSV(&b, table); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeCSV(&b)
		if err != nil {
			t.Fatal(err)
		}
		sameTensor(t, table.Values, again.Values)
	})
}

func FuzzImage(f *testing.F) {
	for _, ends := range []string{".png", ".gif", ".jpg"} {
		seeds(f, ends)
	}
	seeds(f, "", pngHead(1<<20, 1<<20))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := DecodeImage(bytes.NewReader(data), int64(len(data)), ImageOptions{MaxPixels: 1 << 16})
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := EncodeImage(&b, "png", x); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeImage(bytes.NewReader(b.Bytes()), int64(b.Len()), ImageOptions{Channels: x.Size(0)})
		if err != nil {
			t.Fatal(err)
		}
		sameTensor(t, x, again)
	})
}
