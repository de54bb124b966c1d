package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cahier/ops"
	"cahier/ops/files"
)

func Example() {
	dir, err := os.MkdirTemp("", "files")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "model.safetensors")

	w := map[string]*ops.Tensor{"weight": ops.Eye(2), "bias": ops.Zeros(2)}
	if err := files.WriteSafetensors(name, w, files.SafetensorsOptions{Metadata: map[string]string{"epoch": "3"}}); err != nil {
		panic(err)
	}
	tensors, metadata, err := files.ReadSafetensors(name)
	fmt.Println(tensors["weight"], tensors["bias"].Shape(), metadata["epoch"], err)
	// Output:
	// [[1 0]
	//  [0 1]] [2] 3 <nil>
}

func ExampleDecodeCSV() {
	t, err := files.DecodeCSV(strings.NewReader("year,level\n1990,1.5\n1991,NA\n"))
	if err != nil {
		panic(err)
	}
	fmt.Println(t.Names, t.Values.Shape())
	level, err := t.Column("level")
	fmt.Println(level, err)

	_, err = files.DecodeCSV(strings.NewReader("name,level\nOslo,3\n"))
	fmt.Println(err)
	// Output:
	// [year level] [2 2]
	// [1.5 NaN] <nil>
	// line 2, column "name": "Oslo" is no number; Columns leaves out columns of text, and Missing names what stands for a missing value
}

func ExampleReadImage() {
	x, err := files.ReadImage("testdata/rgb.png")
	fmt.Println(x.DType(), x.Shape(), err)
	x, err = files.ReadImage("testdata/rgb.png", files.ImageOptions{Channels: 1, Float: true, Last: true})
	fmt.Println(x.DType(), x.Shape(), err)
	// Output:
	// Uint8 [3 5 7] <nil>
	// Float32 [5 7 1] <nil>
}

func ExampleReadNPY() {
	x, err := files.ReadNPY("testdata/fortran.npy")
	fmt.Println(x.Shape(), x.At(1, 2, 3), err)
	_, err = files.ReadNPY("testdata/refused_text.npy")
	fmt.Println(err)
	// Output:
	// [2 3 4] 23 <nil>
	// files.ReadNPY: testdata/refused_text.npy: the header: the element type "<U1" is text, and tensors hold numbers and bools: convert it in NumPy, as by a.astype("f8")
}
