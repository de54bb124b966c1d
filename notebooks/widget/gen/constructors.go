package main

// constructor is how cells make a model.
type constructor struct {
	name   string // in Go; empty: the model's without Model
	params string
	start  string // names of attributes and their first values
	doc    string // goes on from "NAME makes "
}

// constructors of models that take arguments. The others take none.
var constructors = map[string]constructor{
	"Accordion":            {params: "children ...Widget", start: `"children", children`, doc: "folded sections, of which one at most is open; see [AccordionModel.WithTitles]."},
	"Audio":                {params: "data []byte, format string", start: `"value", data, "format", format`, doc: `a player of a sound file; format is "mp3", "wav", "ogg", or "url" if data is one.`},
	"BoundedFloatText":     {params: "min, max float64", start: `"min", min, "max", max`, doc: "a field for a number from min to max."},
	"BoundedIntText":       {params: "min, max int", start: `"min", min, "max", max`, doc: "a field for an integer from min to max."},
	"Box":                  {params: "children ...Widget", start: `"children", children`, doc: "a box of widgets."},
	"Button":               {params: "description string", start: `"description", description`, doc: "a button; see [ButtonModel.OnClick]."},
	"Checkbox":             {params: "description string", start: `"description", description`, doc: "a box that is checked or not."},
	"ColorPicker":          {params: "value string", start: `"value", value`, doc: `a field for a colour, "teal" or "#008080".`},
	"ColorsInput":          {params: "values ...string", start: `"value", values`, doc: "a list of colours, to which the user adds."},
	"Combobox":             {params: "options ...string", start: `"options", options`, doc: "a field for text that proposes options."},
	"Dropdown":             {params: "options ...string", start: `"_options_labels", options, "index", firstOf(options)`, doc: "a menu of which one option is chosen, at first the first."},
	"FloatLogSlider":       {params: "min, max float64", start: `"min", min, "max", max`, doc: "a slider from 10 to the power of min to 10 to the power of max."},
	"FloatProgress":        {params: "min, max float64", start: `"min", min, "max", max, "value", min`, doc: "a progress bar."},
	"FloatRangeSlider":     {params: "min, max float64", start: `"min", min, "max", max, "value", []float64{min, max}, "step", stepOf(min, max)`, doc: "a slider for a range between min and max. Its step is 0.1, or less if that is more than a hundredth of the way."},
	"FloatSlider":          {params: "min, max float64", start: `"min", min, "max", max, "step", stepOf(min, max)`, doc: "a slider from min to max. Its step is 0.1, or less if that is more than a hundredth of the way; its value is 0, or what of the range is next to it."},
	"FloatText":            {params: "value float64", start: `"value", value`, doc: "a field for a number."},
	"FloatsInput":          {params: "values ...float64", start: `"value", values`, doc: "a list of numbers, to which the user adds."},
	"GridBox":              {params: "children ...Widget", start: `"children", children`, doc: "widgets in a grid, which its layout describes: see [LayoutModel.WithGridTemplateColumns]."},
	"HBox":                 {params: "children ...Widget", start: `"children", children`, doc: "widgets beside each other."},
	"HTML":                 {params: "value string", start: `"value", value`, doc: "HTML that can change. Nothing in it is escaped."},
	"HTMLMath":             {params: "value string", start: `"value", value`, doc: "HTML that can change, with mathematics between $ or $$."},
	"Image":                {params: "data []byte, format string", start: `"value", data, "format", format`, doc: `a picture that can change; format is "png", "jpeg", or "url" if data is one.`},
	"IntProgress":          {params: "min, max int", start: `"min", min, "max", max, "value", min`, doc: "a progress bar."},
	"IntRangeSlider":       {params: "min, max int", start: `"min", min, "max", max, "value", []int{min, max}`, doc: "a slider for a range of integers between min and max."},
	"IntSlider":            {params: "min, max int", start: `"min", min, "max", max`, doc: "a slider over the integers from min to max. Its value is 0, or what of the range is next to it."},
	"IntText":              {params: "value int", start: `"value", value`, doc: "a field for an integer."},
	"IntsInput":            {params: "values ...int", start: `"value", values`, doc: "a list of integers, to which the user adds."},
	"Label":                {params: "value string", start: `"value", value`, doc: "text that can change, with mathematics between $."},
	"Link":                 {name: "JSLink", params: "source Widget, sourceAttribute string, target Widget, targetAttribute string", start: `"source", linkEnd("JSLink", source, sourceAttribute), "target", linkEnd("JSLink", target, targetAttribute)`, doc: "the front end keep two attributes equal, by itself: also in a saved page without a kernel. Show it, or [Model.Close] it. For a link in Go see [Link]."},
	"DirectionalLink":      {name: "JSDirectionalLink", params: "source Widget, sourceAttribute string, target Widget, targetAttribute string", start: `"source", linkEnd("JSDirectionalLink", source, sourceAttribute), "target", linkEnd("JSDirectionalLink", target, targetAttribute)`, doc: "the front end copy an attribute to another whenever it changes; see [JSLink]."},
	"Play":                 {params: "min, max int", start: `"min", min, "max", max`, doc: "buttons that count from min to max, a step every interval; see [Link]."},
	"RadioButtons":         {params: "options ...string", start: `"_options_labels", options, "index", firstOf(options)`, doc: "buttons of which one is chosen, at first the first."},
	"Select":               {params: "options ...string", start: `"_options_labels", options, "index", firstOf(options)`, doc: "a list of which one option is chosen, at first the first."},
	"SelectMultiple":       {params: "options ...string", start: `"_options_labels", options`, doc: "a list of which any number of options is chosen."},
	"SelectionRangeSlider": {params: "options ...string", start: `"_options_labels", options`, doc: "a slider for a range of options."},
	"SelectionSlider":      {params: "options ...string", start: `"_options_labels", options`, doc: "a slider over options."},
	"Stack":                {params: "children ...Widget", start: `"children", children`, doc: "widgets of which one is seen; see [StackModel.SetSelectedIndex]."},
	"Tab":                  {params: "children ...Widget", start: `"children", children, "selected_index", firstOf(children)`, doc: "widgets behind tabs; see [TabModel.WithTitles]."},
	"TagsInput":            {params: "values ...string", start: `"value", values`, doc: "a list of words, to which the user adds."},
	"Text":                 {params: "value string", start: `"value", value`, doc: "a field for a line of text."},
	"Textarea":             {params: "value string", start: `"value", value`, doc: "a field for text of several lines."},
	"ToggleButton":         {params: "description string", start: `"description", description`, doc: "a button that is pressed or not."},
	"ToggleButtons":        {params: "options ...string", start: `"_options_labels", options, "index", firstOf(options)`, doc: "buttons of which one is pressed, at first the first."},
	"VBox":                 {params: "children ...Widget", start: `"children", children`, doc: "widgets above each other."},
	"Valid":                {params: "value bool", start: `"value", value`, doc: "a mark that says whether something is valid."},
	"Video":                {params: "data []byte, format string", start: `"value", data, "format", format`, doc: `a player of a film; format is "mp4", "webm", "ogg", or "url" if data is one.`},

	"ControllerAxis": {doc: "an axis of a game controller. The front end makes those of a [Controller]."}, "ControllerButton": {doc: "a button of a game controller. The front end makes those of a [Controller]."},
	"Controller":    {doc: "a view of a game controller, once one of its buttons is pressed."},
	"DatePicker":    {doc: "a field for a date. The zero time stands for none."},
	"Datetime":      {name: "DatetimePicker", doc: "a field for a moment. The zero time stands for none."},
	"NaiveDatetime": {name: "NaiveDatetimePicker", doc: "a field for a date and time of day without a zone. The zero time stands for none."},
	"Time":          {name: "TimePicker", doc: "a field for a time of day, as time.Parse has it of a clock. The zero time stands for none."},
	"FileUpload":    {start: `"description", "Upload"`, doc: "a button by which the user gives files to the notebook."},
	"Password":      {doc: "a field for a line of text that is not shown. A saved notebook has what it says."},
	"Layout":        {doc: "where and how large a widget is, in the terms of CSS."},
	"DOMWidget":     {doc: "a widget without a view of its own."},
}

// handmade are types that are written by hand; their descriptions are
// generated.
var handmade = map[string]bool{"Output": true}

// skipped attributes have methods that are written by hand.
var skipped = map[string]bool{"FileUploadModel.value": true, "LinkModel.source": true, "LinkModel.target": true, "DirectionalLinkModel.source": true, "DirectionalLinkModel.target": true}

// readOnly attributes are the front end's to set.
var readOnly = map[string]bool{"ControllerModel.axes": true, "ControllerModel.buttons": true, "ControllerModel.connected": true, "ControllerModel.mapping": true,
	"ControllerModel.name": true, "ControllerModel.timestamp": true, "ControllerAxisModel.value": true, "ControllerButtonModel.value": true, "ControllerButtonModel.pressed": true}
