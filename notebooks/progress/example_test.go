package progress_test

import (
	"fmt"
	"io"
	"strings"

	"cahier/notebooks/progress"
)

// Outside a notebook bars are drawn on standard error, so that the examples
// show what the loops print.

func ExampleRange() {
	sum := 0
	for i := range progress.Range(100, "summing") {
		sum += i
	}
	fmt.Println(sum)
	// Output: 4950
}

func ExampleSlice() {
	names := []string{"conv", "relu", "pool"}
	for i := range progress.Slice(names, "layers") {
		fmt.Println(names[i])
	}
	// Output:
	// conv
	// relu
	// pool
}

func ExampleReader() {
	source := strings.NewReader("weights")
	data, err := io.ReadAll(progress.Reader(source, source.Size(), "reading"))
	fmt.Println(string(data), err)
	// Output: weights <nil>
}

func ExampleNew() {
	bar := progress.New(3, "steps")
	bar.Add(1)
	bar.Note("loss %.2f", 0.25)
	bar.Add(2)
	bar.Done()
	text, _, _ := strings.Cut(bar.String(), ",")
	fmt.Println(text)
	// Output: steps  100% |████████████████████| 3 of 3
}

func ExampleTable() {
	table := progress.Table("epoch", "loss", "accuracy").Lowest("loss")
	table.Row(1, 0.5, 0.9)
	table.Row(2, 0.26789, 0.93)
	fmt.Println(table) // in a notebook it is shown as it grows
	// Output:
	//    epoch      loss  accuracy
	//        1       0.5       0.9
	//        2    0.2679      0.93
	// epoch     loss  accuracy
	//     1      0.5       0.9
	//     2  0.2679*      0.93
}
