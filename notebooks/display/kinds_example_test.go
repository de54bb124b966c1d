package display_test

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"

	"cahier/notebooks/display"
)

func ExampleText() {
	fmt.Println(display.Text("<b>not bold</b>"))
	// Output: <b>not bold</b>
}

func ExampleMarkdown() {
	fmt.Println(display.Markdown("**bold** and $x^2$").MIME["text/markdown"])
	// Output: **bold** and $x^2$
}

func ExampleTable() {
	type City struct {
		Name   string
		People int
	}
	cities := []City{{"Oslo", 709037}, {"Rome", 2748109}, {"Bern", 137995}}
	fmt.Println(display.Table(cities))
	fmt.Println(display.Table(cities, display.TableOptions{Rows: 2, NoIndex: true, Columns: []string{"People"}, Caption: "two of them"}))
	// Output:
	//    Name   People
	// 0  Oslo   709037
	// 1  Rome  2748109
	// 2  Bern   137995
	// two of them
	//  People
	//  709037
	// 2748109
	// … 1 row more …
}

func ExampleSVG() {
	fmt.Println(display.SVG(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	// Output: SVG picture, 41 bytes
}

func ExamplePNG() {
	var file bytes.Buffer
	_ = png.Encode(&file, image.NewGray(image.Rect(0, 0, 4, 3)))
	fmt.Println(display.PNG(file.Bytes()))
	// Output: PNG picture, 4 x 3
}

func ExampleJPEG() {
	var file bytes.Buffer
	_ = jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 4, 3)), nil)
	fmt.Println(display.JPEG(file.Bytes()))
	// Output: JPEG picture, 4 x 3
}

func ExampleGIF() {
	var file bytes.Buffer
	_ = gif.Encode(&file, image.NewGray(image.Rect(0, 0, 4, 3)), nil)
	fmt.Println(display.GIF(file.Bytes()))
	// Output: GIF picture, 4 x 3
}

func ExampleWebP() {
	file, err := os.ReadFile("no such file.webp")
	if err != nil {
		fmt.Println("nothing to show")
		return
	}
	fmt.Println(display.WebP(file))
	// Output: nothing to show
}

func ExampleAudio() {
	tone := make([]float64, 44100)
	for i := range tone {
		tone[i] = float64(i%100)/50 - 1
	}
	fmt.Println(display.Audio(tone, display.AudioOptions{Rate: 44100}))
	// Output: WAV sound, 1s, 44100 Hz, 1 channel
}

func ExampleVideo() {
	file := []byte("\x00\x00\x00\x18ftypmp42") // the start of an MP4 file
	fmt.Println(display.Video(file, display.VideoOptions{Width: 320}))
	// Output: MP4 film, 12 bytes
}

func ExampleLink() {
	fmt.Println(display.Link("https://go.dev/", "Go"))
	// Output: Go (https://go.dev/)
}

func ExampleFile() {
	fmt.Println(display.File("."))
	// Output: . (folder)
}

func ExampleJavaScript() {
	fmt.Println(display.JavaScript("console.log(1)"))
	// Output: JavaScript, 14 bytes
}

func ExampleFormat() {
	fmt.Println(display.Format(struct {
		Name string
		Next *int
		Then func(int) string
	}{"a", nil, func(int) string { return "" }}))
	// Output: {Name:a Next:<nil> Then:func(int) string}
}

func ExampleUpdate() {
	display.Show(display.Text("working").WithID("state"))
	display.Update("state", "done") // outside a notebook a line of its own
	// Output:
	// working
	// done
}

func ExampleClear() {
	display.Clear(true) // does nothing outside a notebook
	display.Show("result")
	// Output: result
}

func ExampleData_With() {
	d := display.Text("a < b").With("text/latex", "$a < b$")
	fmt.Println(d, d.MIME["text/latex"])
	// Output: a < b $a < b$
}

func ExampleEffects_Refresher() {
	steps := 0
	r := display.Here().Refresher(func() any { return fmt.Sprintf("%d steps", steps) })
	for range 1000 {
		steps++
	}
	r.Changed()
	r.Flush()
	// Output: 1000 steps
}
