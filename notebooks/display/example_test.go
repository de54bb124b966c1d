package display_test

import (
	"errors"
	"fmt"
	"html"
	"image"

	"cahier/notebooks/display"
	"cahier/ops"

	"gonum.org/v1/gonum/mat"
)

// Outside a notebook Show prints the text form; the examples show both.

func ExampleHTML() {
	d := display.HTML("<b>3 &lt; 4</b>")
	fmt.Println(d.MIME["text/html"])
	fmt.Println(d)
	// Output:
	// <b>3 &lt; 4</b>
	// 3 < 4
}

func ExampleLatex() {
	fmt.Println(display.Latex(`\sum_i x_i`).MIME["text/latex"])
	// Output: $$\sum_i x_i$$
}

func ExampleJSON() {
	fmt.Println(display.JSON(map[string]any{"layers": []int{8, 10}}))
	// Output:
	// {
	//   "layers": [
	//     8,
	//     10
	//   ]
	// }
}

func ExampleImage() {
	fmt.Println(display.Image(image.NewGray(image.Rect(0, 0, 8, 8)), display.ImageOptions{Scale: 10}))
	fmt.Println(display.Image(ops.Zeros(3, 8, 8)))
	// Output:
	// picture, 8 x 8
	// picture of Float32 [3 8 8], 0 to 0, mean 0
}

func ExampleMIME() {
	d := display.MIME(map[string]any{
		"text/plain":                       "a chart",
		"application/vnd.vegalite.v5+json": map[string]any{"mark": "bar"},
	}, nil)
	fmt.Println(d)
	// Output: a chart
}

func ExampleRender() {
	for _, v := range []any{
		42,
		make([]float64, 1000),
		errors.New("no such layer"),
		mat.NewDense(2, 2, []float64{1, 0.5, -2, 0}),
		ops.From([]float64{1, 2, 3}),
	} {
		fmt.Println(display.Render(v))
	}
	// Output:
	// 42
	// [0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ... (975 more) ... 0 0 0 0 0]
	// no such layer
	// 2 x 2 matrix
	//  1  0.5
	// -2    0
	// Float32 [3], 1 to 3, mean 2, std 0.816497 █▁▁▁▁▁█▁▁▁▁█
	// [1 2 3]
}

// Poem shows itself.
type Poem struct{ Text string }

func (p Poem) MIMEBundle() map[string]any {
	return map[string]any{
		"text/html":  "<i>" + html.EscapeString(p.Text) + "</i>",
		"text/plain": p.Text,
	}
}

func ExampleBundler() {
	display.Show(Poem{"Roses < violets"})
	// Output: Roses < violets
}

func ExampleData_WithID() {
	display.Show(display.Text("working").WithID("state"))
	display.Update("state", "done") // in a notebook this replaces "working"
	// Output:
	// working
	// done
}
