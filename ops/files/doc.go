// Package files reads and writes tensors: safetensors, NumPy's NPY and NPZ,
// CSV tables, and PNG, JPEG and GIF images.
//
//	w, meta, err := files.ReadSafetensors("model.safetensors")
//	x, err := files.ReadNPY("x.npy")
//	t, err := files.ReadCSV("co2.csv.gz", files.CSVOptions{})
//	img, err := files.ReadImage("cat.jpg") // Uint8 [C H W]
//
// Functions with a name of a file have a counterpart Decode or Encode for
// readers and writers. All of them return errors and none panics, whatever is
// in a file: what a file says of sizes is compared with what it holds before
// memory is taken for it. What is compressed may grow to 16 MiB, or to 100
// times its size if that is more; MaxBytes in the options allows more.
//
// A file is written beside its final place and renamed, so that whatever goes
// wrong leaves an earlier file as it was.
package files
