package files

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cahier/ops"
)

// large is what no refusal may take: hostile files here are small.
const large = 256 << 20

// refuses fails unless f returns an error with want in it, without panic and
// without taking much memory.
func refuses(t *testing.T, name, want string, f func() error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := f()
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want an error with %q", name, err, want)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > large {
		t.Errorf("%s: took %d MiB", name, took>>20)
	}
}

// safe is a safetensors file of a header and n bytes of data.
func safe(header string, n int) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, n)...)
}

func TestHostileSafetensors(t *testing.T) {
	entry := func(fields string) string { return `{"x":{` + fields + `}}` }
	const f4 = `"dtype":"F32","shape":[1],"data_offsets":[0,4]`
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "begins with 8 bytes"},
		{"header beyond the end", binary.LittleEndian.AppendUint64(nil, 100), "declares a header of 100 bytes and has 0 behind that"},
		{"header of 2^63", binary.LittleEndian.AppendUint64(nil, 1<<63), "declares a header of 9223372036854775808 bytes, want at most"},
		{"no header", safe("", 0), "does not begin with {"},
		{"a list", safe("[]", 0), "does not begin with {"},
		{"cut JSON", safe(`{"x":{`, 0), "the JSON is cut off"},
		{"more JSON", safe(`{} {}`, 0), "goes on behind its end"},
		{"no UTF-8", safe("{\"\xff\":1}", 0), "is not UTF-8"},
		{"twice", safe(`{"x":{`+f4+`},"x":{`+f4+`}}`, 8), `"x" is there twice`},
		{"field twice", safe(entry(f4+`,"shape":[1]`), 4), `"shape" is there twice`},
		{"no shape", safe(entry(`"dtype":"F32","data_offsets":[0,4]`), 4), "want dtype, shape and data_offsets"},
		{"null shape", safe(entry(`"dtype":"F32","shape":null,"data_offsets":[0,4]`), 4), "in place of ["},
		{"other case", safe(entry(`"DTYPE":"F32","shape":[1],"data_offsets":[0,4]`), 4), `the unknown field "DTYPE"`},
		{"unknown type", safe(entry(`"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]`), 4), "has elements of type F8_E4M3, want one of BF16, BOOL, F16"},
		{"a number as type", safe(entry(`"dtype":4,"shape":[1],"data_offsets":[0,4]`), 4), "has elements of type 4"},
		{"negative size", safe(entry(`"dtype":"F32","shape":[-1],"data_offsets":[0,4]`), 4), "has -1 where a size"},
		{"broken size", safe(entry(`"dtype":"F32","shape":[1.5],"data_offsets":[0,4]`), 4), "has 1.5 where a size"},
		{"text as size", safe(entry(`"dtype":"F32","shape":["1"],"data_offsets":[0,4]`), 4), "has 1 where a size"},
		{"size of 2^64", safe(entry(`"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]`), 4), "where a size"},
		{"product overflows", safe(entry(`"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]`), 0), "more elements than memory can be addressed"},
		{"overflow hidden by 0", safe(entry(`"dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0]`), 0), "more elements than memory can be addressed"},
		{"one offset", safe(entry(`"dtype":"F32","shape":[1],"data_offsets":[0]`), 4), "has 1 data_offsets, want 2"},
		{"backwards", safe(entry(`"dtype":"F32","shape":[1],"data_offsets":[4,0]`), 4), "want neither holes nor overlaps"},
		{"beyond the data", safe(entry(`"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]`), 4), "ends at byte 4294967296 of the data, which has 4"},
		{"size and bytes differ", safe(entry(`"dtype":"F32","shape":[2],"data_offsets":[0,4]`), 4), "has 4 bytes, want 4 for each of 2 elements"},
		{"half an element", safe(entry(`"dtype":"F32","shape":[1],"data_offsets":[0,6]`), 6), "has 6 bytes, want 4"},
		{"hole", safe(entry(`"dtype":"F32","shape":[1],"data_offsets":[4,8]`), 8), "want neither holes nor overlaps"},
		{"overlap", safe(`{"x":{`+f4+`},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`, 6), "want neither holes nor overlaps"},
		{"shared", safe(`{"x":{`+f4+`},"y":{`+f4+`}}`, 4), "want neither holes nor overlaps"},
		{"remains", safe(entry(f4), 5), "the data has 5 bytes and the tensors end at 4"},
		{"axes", safe(entry(`"dtype":"F32","shape":[`+strings.Repeat("1,", 99)+`1],"data_offsets":[0,4]`), 4), "has 100 axes, want at most 64"},
		{"metadata", safe(`{"__metadata__":{"a":1}}`, 0), `the metadata "a" is no string`},
		{"metadata list", safe(`{"__metadata__":[]}`, 0), "in place of {"},
	} {
		refuses(t, test.name, test.want, func() error {
			_, _, err := DecodeSafetensors(bytes.NewReader(test.data), int64(len(test.data)))
			return err
		})
	}
	// A file that has become shorter than it was said to be.
	data := safe(entry(f4), 4)
	refuses(t, "shorter", "ends within its data", func() error {
		_, _, err := DecodeSafetensors(bytes.NewReader(data[:len(data)-2]), int64(len(data)))
		return err
	})
	refuses(t, "shorter in its header", "is cut off", func() error {
		_, _, err := DecodeSafetensors(bytes.NewReader(data[:10]), int64(len(data)))
		return err
	})
	refuses(t, "shorter in its length", "is cut off", func() error {
		_, _, err := DecodeSafetensors(bytes.NewReader(nil), 8)
		return err
	})
}

// array is an NPY file.
func array(version byte, dict string, data ...byte) []byte {
	b := append([]byte(npyMagic), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dict)))
	}
	return append(append(b, dict...), data...)
}

func dictOf(descr, shape string) string {
	return fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': %s, }", descr, shape)
}

func TestHostileNPY(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is cut off"},
		{"no magic", []byte("hello, world"), "is it an NPY file?"},
		{"version", array(4, ""), "is of version 4.0, want 1, 2 or 3"},
		{"cut in its length", []byte(npyMagic + "\x01\x00\x01"), "is cut off"},
		{"cut in its header", array(1, "")[:10], "the header: has \"\" where {"},
		{"header of 4 GiB", append([]byte(npyMagic+"\x02\x00"), 0xff, 0xff, 0xff, 0xff), "declares a header of 4294967295 bytes"},
		{"header beyond the end", append([]byte(npyMagic+"\x02\x00"), 100, 0, 0, 0), "is cut off"},
		{"a list", array(1, "[]"), "where { is wanted"},
		{"no dictionary's end", array(1, "{'descr': '<f8'"), "where , or } is wanted"},
		{"no colon", array(1, "{'descr' '<f8'}"), "where : is wanted"},
		{"number as name", array(1, "{1: '<f8'}"), "where a string is wanted"},
		{"open string", array(1, "{'descr"), "where a plain string is wanted"},
		{"escape", array(1, `{'descr': '<\x668'}`), "where a plain string is wanted"},
		{"code", array(1, "{'descr': __import__('os').system('ls')}"), "where a string is wanted"},
		{"name twice", array(1, "{'descr': '<f8', 'descr': '<f8'}"), `"descr" is there twice`},
		{"unknown name", array(1, "{'other': 1}"), `the unknown name "other"`},
		{"too few", array(1, "{'descr': '<f8'}"), "want descr, fortran_order and shape"},
		{"order", array(1, "{'fortran_order': 1}"), "where True or False is wanted"},
		{"more behind", array(1, dictOf("'<f8'", "()")+"{}"), "where its end is wanted"},
		{"no type", array(1, dictOf("''", "()")), "is unknown"},
		{"only an order", array(1, dictOf("'<'", "()")), "is unknown"},
		{"strange kind", array(1, dictOf("'<q8'", "()")), `"<q8" is unknown`},
		{"no size", array(1, dictOf("'<f'", "()")), "has a size that is not supported"},
		{"long double", array(1, dictOf("'<f16'", "()")), "has a size that is not supported"},
		{"negative element", array(1, dictOf("'<f-8'", "()")), "has a size that is not supported"},
		{"no byte order", array(1, dictOf("'|f8'", "()")), "says no byte order"},
		{"shape is a number", array(1, dictOf("'<f8'", "3")), "where ( is wanted"},
		{"shape is no tuple", array(1, dictOf("'<f8'", "(3)")), "the shape is no tuple"},
		{"negative size", array(1, dictOf("'<f8'", "(-3,)")), "where a size is wanted"},
		{"size of 10^30", array(1, dictOf("'<f8'", "(1"+strings.Repeat("0", 30)+",)")), "where a size is wanted"},
		{"shape without commas", array(1, dictOf("'<f8'", "(1 2)")), "where , or ) is wanted"},
		{"axes", array(1, dictOf("'<f8'", "("+strings.Repeat("1,", 65)+")")), "more than 64 axes"},
		{"product overflows", array(1, dictOf("'<f8'", "(4294967296, 4294967296)")), "more elements than memory can be addressed"},
		{"no data", array(1, dictOf("'<f8'", "(1000000000000,)")), "1000000000000 elements"},
		{"data cut off", array(1, dictOf("'<f8'", "(2,)"), make([]byte, 15)...), "2 elements of 8 bytes"},
	} {
		refuses(t, test.name, test.want, func() error { _, err := DecodeNPY(bytes.NewReader(test.data)); return err })
		path := filepath.Join(t.TempDir(), "x.npy")
		if err := os.WriteFile(path, test.data, 0o644); err != nil {
			t.Fatal(err)
		}
		refuses(t, test.name+" in a file", test.want, func() error { _, err := ReadNPY(path); return err })
	}
	// What NumPy has written for Python 2, and what it may write.
	for _, dict := range []string{dictOf("'<i8'", "(2L,)"), "{\"descr\":\"<i8\",\"fortran_order\":False,\"shape\":(2,)}", dictOf("'=i8'", "(2,)"), dictOf("'<i8'", "( 2 , )") + "   \n"} {
		x, err := DecodeNPY(bytes.NewReader(array(3, dict, append(make([]byte, 8), 1, 0, 0, 0, 0, 0, 0, 0)...)))
		if err != nil || x.At(1) != 1 || x.Len() != 2 {
			t.Errorf("%s: %v, %v", dict, x, err)
		}
	}
}

// archive is an NPZ file of deflated entries.
func archive(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lying is a stored archive whose one entry says that it has another size.
func lying(t *testing.T, content string, size uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "x.npy", CRC32: crc32.ChecksumIEEE([]byte(content)), CompressedSize64: uint64(len(content)), UncompressedSize64: size})
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileNPZ(t *testing.T) {
	bomb := archive(t, "x.npy", string(array(1, dictOf("'|u1'", "(20000000,)"), make([]byte, 20000000)...)))
	small := string(array(1, dictOf("'|u1'", "(2,)"), 1, 2))
	var several []string
	for i := range 20 {
		several = append(several, fmt.Sprintf("x%d.npy", i), string(array(1, dictOf("'|u1'", "(1000000,)"), make([]byte, 1000000)...)))
	}
	damaged := archive(t, "x.npy", small)
	damaged[len("PK\x03\x04")+40] ^= 0xff
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "zip: not a valid zip file"},
		{"another file", archive(t, "x.txt", "hello"), "want arrays whose names end in .npy"},
		{"twice", archive(t, "x.npy", small, "x.npy", small), `the array "x" twice`},
		{"broken array", archive(t, "x.npy", "hello, world"), `array "x": begins with`},
		{"more behind", archive(t, "x.npy", small+"more"), "has 4 bytes behind its elements"},
		{"bomb", bomb, "grows to more than 16777216 bytes"},
		{"bomb of several", archive(t, several...), "grows to more than 16777216 bytes"},
		{"declares too much", lying(t, small, 1<<62), "grows to more than 16777216 bytes"},
		{"declares what it has not", archive(t, "x.npy", string(array(1, dictOf("'<f8'", "(1000000000000,)")))), "ends within its data"},
		{"damaged", damaged, "x"},
	} {
		refuses(t, test.name, test.want, func() error {
			_, err := DecodeNPZ(bytes.NewReader(test.data), int64(len(test.data)))
			return err
		})
	}
	got, err := DecodeNPZ(bytes.NewReader(bomb), int64(len(bomb)), NPZOptions{MaxBytes: 24 << 20})
	if err != nil || got["x"].Len() != 20000000 {
		t.Errorf("with MaxBytes it is not read: %v", err)
	}
	refuses(t, "two options", "2 options are given", func() error {
		_, err := DecodeNPZ(bytes.NewReader(bomb), int64(len(bomb)), NPZOptions{}, NPZOptions{})
		return err
	})
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileCSV(t *testing.T) {
	for _, test := range []struct {
		name string
		data string
		want string
		o    CSVOptions
	}{
		{"empty", "", "is empty, want a line of names", CSVOptions{}},
		{"text", "a,b\n1,2\n3,x\n", `line 3, column "b": "x" is no number; Columns leaves out`, CSVOptions{}},
		{"text without names", "1,2\n3,x\n", `line 2, column 2: "x" is no number`, CSVOptions{NoHeader: true}},
		{"long text", "a\n" + strings.Repeat("x", 1000), strings.Repeat("x", 40) + "…", CSVOptions{}},
		{"ragged", "a,b\n1,2\n3\n", "line 3 has another number of fields", CSVOptions{}},
		{"quote", "a,b\n1,\"2\n", "line 2: extraneous or missing \" in quoted-field", CSVOptions{}},
		{"bare quote", "a,b\n1,2\"\n", `line 2: bare " in non-quoted`, CSVOptions{}},
		{"large for Float32", "a\n1e300\n", `line 2, column "a": 1e300 is too large for Float32`, CSVOptions{}},
		{"large for Float64", "a\n1e999\n", "is too large for Float64", CSVOptions{DType: ops.Float64}},
		{"type", "a\n1\n", "DType is Int64, want Float32 or Float64", CSVOptions{DType: ops.Int64}},
		{"skip", "a\n1\n", "has less than the 3 lines", CSVOptions{Skip: 3}},
		{"negative skip", "a\n1\n", "Skip is -1", CSVOptions{Skip: -1}},
		{"skipped lines count", "x\ny\na\n?\n", "line 4, column \"a\"", CSVOptions{Skip: 2}},
		{"unknown column", "a,b\n1,2\n", `there is no column "c"; there are "a", "b"`, CSVOptions{Columns: []string{"c"}}},
		{"ambiguous column", "a,a\n1,2\n", `several columns are named "a"`, CSVOptions{Columns: []string{"a"}}},
		{"columns without names", "1,2\n", "with NoHeader there are no names", CSVOptions{NoHeader: true, Columns: []string{"a"}}},
		{"comma", "a\n1\n", "csv: invalid field or comment delimiter", CSVOptions{Comma: '\n'}},
		{"endless line", strings.Repeat(",", 5<<20), "has a line of more than 1048576 bytes", CSVOptions{}},
		{"broken gzip", "\x1f\x8bhello, world and more", "gzip: invalid header", CSVOptions{}},
		{"cut gzip", string(zipped(t, "a\n1\n")[:20]), "unexpected EOF", CSVOptions{}},
		{"gzip bomb", string(zipped(t, "a\n"+strings.Repeat("1\n", 9<<20))), "grows to more than 16777216 bytes", CSVOptions{}},
	} {
		refuses(t, test.name, test.want, func() error { _, err := DecodeCSV(strings.NewReader(test.data), test.o); return err })
	}
	refuses(t, "two options", "2 options are given", func() error { _, err := DecodeCSV(strings.NewReader("a"), CSVOptions{}, CSVOptions{}); return err })
}

// png is the beginning of a PNG that declares a size.
func pngHead(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	chunk = append(binary.BigEndian.AppendUint32(chunk, h), 8, 2, 0, 0, 0)
	return append(append(b, chunk...), binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk))...)
}

func TestHostileImages(t *testing.T) {
	jpegHead := func(w, h uint16) []byte {
		b := []byte{0xff, 0xd8, 0xff, 0xc0, 0, 17, 8}
		b = binary.BigEndian.AppendUint16(b, h)
		b = binary.BigEndian.AppendUint16(b, w)
		return append(b, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 12)
	}
	gifHead := func(w, h uint16) []byte {
		b := binary.LittleEndian.AppendUint16([]byte("GIF89a"), w)
		return append(binary.LittleEndian.AppendUint16(b, h), 0, 0, 0)
	}
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is too short for an image"},
		{"text", []byte("hello, world"), "want a PNG, a JPEG or a GIF"},
		{"large PNG", pngHead(1<<30, 1<<30), "dimension overflow"},
		{"PNG of 4 billion", pngHead(1<<31-1, 2), "pixels, want 1 to 4194304"},
		{"PNG without pixels", pngHead(0, 5), "non-positive dimension"},
		{"PNG without data", pngHead(2000, 2000), "EOF"},
		{"large JPEG", jpegHead(65535, 65535), "declares an image of 65535 × 65535 pixels"},
		{"JPEG without data", jpegHead(100, 100), "EOF"},
		{"large GIF", gifHead(65535, 65535), "declares an image of 65535 × 65535 pixels"},
		{"GIF without pixels", gifHead(0, 0), "declares an image of 0 × 0 pixels"},
		{"GIF without a picture", append(gifHead(5, 5), 0x3b), "gif: "},
	} {
		refuses(t, test.name, test.want, func() error {
			_, err := DecodeImage(bytes.NewReader(test.data), int64(len(test.data)))
			return err
		})
	}
	// Within the limit of the options it is tried.
	head := pngHead(1<<20, 2)
	refuses(t, "MaxPixels", "want 1 to 1000", func() error {
		_, err := DecodeImage(bytes.NewReader(head), int64(len(head)), ImageOptions{MaxPixels: 1000})
		return err
	})
	for want, o := range map[string]ImageOptions{"Channels is 2": {Channels: 2}, "Quality is 101": {Quality: 101}, "MaxPixels is -1": {MaxPixels: -1}} {
		refuses(t, want, want, func() error { _, err := DecodeImage(bytes.NewReader(head), int64(len(head)), o); return err })
	}
	refuses(t, "nil", "the image is nil", func() error { _, err := FromImage(nil); return err })
	// A picture that is smaller than its screen.
	var b bytes.Buffer
	p := image.NewPaletted(image.Rect(1, 1, 3, 2), color.Palette{color.NRGBA{9, 8, 7, 255}})
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{p}, Delay: []int{0}, Config: image.Config{Width: 4, Height: 3}}); err != nil {
		t.Fatal(err)
	}
	x, err := DecodeImage(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || !x.Shape().Equal(ops.Shape{4, 3, 4}) || x.At(0, 1, 1) != 9 || x.At(3, 1, 1) != 255 || x.At(3, 0, 0) != 0 {
		t.Errorf("a small picture on a screen is %v, %v", x, err)
	}
}
