package files

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"cahier/ops"
)

// NPZOptions are those of [ReadNPZ] and [WriteNPZ].
type NPZOptions struct {
	Compress bool  // deflate the arrays, as numpy.savez_compressed does
	MaxBytes int64 // what the arrays may grow to when they are read; 0: see the package
}

// ReadNPZ reads the arrays of an archive that numpy.savez or savez_compressed
// has written, by name; see [ReadNPY] for what an array may be.
func ReadNPZ(name string, options ...NPZOptions) (map[string]*ops.Tensor, error) {
	f, size, err := open(name)
	if err != nil {
		return nil, within("ReadNPZ", name, err)
	}
	defer f.Close()
	tensors, err := DecodeNPZ(f, size, options...)
	return tensors, within("ReadNPZ", name, err)
}

// DecodeNPZ is [ReadNPZ] for what is not a file: size bytes.
func DecodeNPZ(r io.ReaderAt, size int64, options ...NPZOptions) (map[string]*ops.Tensor, error) {
	o, err := one(options)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	// One allowance for all: entries may lie upon each other in the file.
	grown := &expansion{limit: o.MaxBytes, packed: func() int64 { return size }}
	tensors := map[string]*ops.Tensor{}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			return nil, fmt.Errorf("has the file %q, want arrays whose names end in .npy", f.Name)
		}
		if tensors[name] != nil {
			return nil, fmt.Errorf("has the array %q twice", name)
		}
		if err := grown.room(int64(min(f.UncompressedSize64, math.MaxInt64))); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		if tensors[name], err = readEntry(f, grown); err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
	}
	return tensors, nil
}

func readEntry(f *zip.File, grown *expansion) (*ops.Tensor, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	in := grown.of(r)
	t, err := DecodeNPY(in)
	if err != nil {
		return nil, err
	}
	// At the end the checksum is compared.
	if n, err := io.Copy(io.Discard, in); err != nil {
		return nil, err
	} else if n > 0 {
		return nil, fmt.Errorf("has %d bytes behind its elements", n)
	}
	return t, nil
}

// EncodeNPZ is [WriteNPZ] to a writer.
func EncodeNPZ(w io.Writer, tensors map[string]*ops.Tensor, options ...NPZOptions) error {
	o, err := one(options)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		h := &zip.FileHeader{Name: name + ".npy"} // no time: the same tensors give the same bytes
		if o.Compress {
			h.Method = zip.Deflate
		}
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if err := EncodeNPY(part, tensors[name]); err != nil {
			return fmt.Errorf("array %q: %w", name, err)
		}
	}
	return z.Close()
}

// WriteNPZ writes named tensors as an archive that numpy.load reads.
func WriteNPZ(name string, tensors map[string]*ops.Tensor, options ...NPZOptions) error {
	return within("WriteNPZ", name, writeFile(name, func(w io.Writer) error { return EncodeNPZ(w, tensors, options...) }))
}
