package widget_test

import (
	"fmt"

	"cahier/notebooks/widget"
)

// Outside a notebook widgets are values; the examples show what they say as
// text.

func Example() {
	s := widget.FloatSlider(0, 10).WithDescription("frequency")
	label := widget.Label("")
	s.OnChange(func(v float64) { label.SetValue(fmt.Sprint("now ", v)) })
	s.SetValue(2.5) // or the user drags it
	fmt.Println(label.Value())
	fmt.Println(widget.VBox(s, label))
	// Output:
	// now 2.5
	// VBox(FloatSlider(description="frequency", value=2.5, max=10), Label(value="now 2.5"))
}

func ExampleDropdown() {
	d := widget.Dropdown("ReLU", "GELU", "SiLU").WithDescription("activation")
	d.OnChange(func(v string) { fmt.Println("chosen:", v) })
	d.SetValue("GELU")
	fmt.Println(d.Value(), d.Index())
	// Output:
	// chosen: GELU
	// GELU 1
}

func ExampleLink() {
	slider, field := widget.IntSlider(0, 100), widget.FloatText(0)
	widget.Link(slider, field)
	slider.SetValue(40)
	fmt.Println(field.Value())
	field.SetValue(7.5)
	fmt.Println(slider.Value(), field.Value())
	// Output:
	// 40
	// 7 7.5
}

func ExampleInteract() {
	box := widget.Interact(func(n int, twice bool) int {
		if twice {
			return 2 * n
		}
		return n
	}, widget.Arg("n", widget.Range(1, 20)), true)
	box.Children()[0].(*widget.IntSliderModel).SetValue(4) // or the user drags it
	fmt.Println(box.Children()[2])
	// Output: Output("8")
}

func ExampleModel_Set() {
	// Every attribute of the schema can be reached by its name.
	s := widget.IntSlider(0, 10)
	s.Set("orientation", "vertical")
	fmt.Println(s.Get("orientation"), s.Orientation())
	// Output: vertical vertical
}

func ExampleLayout() {
	b := widget.Button("wide")
	b.Layout().SetWidth("300px")
	b.SetLayout(widget.Layout().WithWidth("50%").WithBorderTop("1px solid teal"))
	fmt.Println(b.Layout().Width())
	// Output: 50%
}
