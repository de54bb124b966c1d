package display

import (
	"fmt"
	"html"
	"image"
	"maps"
	"slices"
	"strings"

	"cahier/ops"

	"gonum.org/v1/gonum/mat"
)

// Bundler is implemented by types that know how to show themselves. Package
// display need not be imported for it; a type that does import it can return
// the MIME of a constructor:
//
//	func (p Poem) MIMEBundle() map[string]any {
//		return map[string]any{"text/html": "<i>" + html.EscapeString(p.Text) + "</i>"}
//	}
//
// The bundle's contents are as for [MIME]. Without text/plain in it, the
// value's [Format] is added. A nil bundle leaves the value to the defaults.
type Bundler interface {
	MIMEBundle() map[string]any
}

// Render returns how a value is shown. In this order:
//
//   - Data stays as it is
//   - a Bundler shows itself
//   - an image.Image is a PNG picture
//   - an ops.Tensor is one line with its shape and distribution, and a table, or
//     if it is large or has more than two axes a view to look into, see Tensor
//   - lists of tensors (nn.ParameterList, []*ops.Tensor, map[string]*ops.Tensor)
//     are a table with a line for each
//   - a mat.Matrix is a table, of a large one the corners
//   - an error is its message
//   - what has a String method is its text
//   - a slice of structs, of pointers to structs or of maps is a [Table]; a map
//     is one with a row for each key; a long struct is one of its fields
//   - a [][]float64 with rows of one length is a matrix
//   - bytes are numbers and text, of many a dump of the first
//   - everything else is text, see [Format]
//
// The result always has text/plain and is of bounded size: what is long is
// shortened and says so, and content of a bundle that would be too much for a
// front end (16 MiB of HTML, 4 MiB of JSON, 64 MiB of media) is replaced by a
// text. A method of the value that panics is shown with its panic.
func Render(v any) Data { return bounded(render(v)) }

func render(v any) (d Data) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*Error); ok {
				panic(e) // the bundle is not as it has to be
			}
			d = Text(fmt.Sprintf("%T: its value cannot be shown %s", v, panicText(r)))
		}
	}()

	switch x := v.(type) {
	case Data:
		return withText(x, nil)
	case *Data:
		if x != nil {
			return withText(*x, nil)
		}
	case Bundler:
		bundle, trouble := bundleOf(x)
		if trouble != "" {
			return Text(Format(v) + "\nits MIMEBundle method panics: " + trouble)
		}
		if bundle != nil {
			return withText(bundled(bundle), v)
		}
	}
	switch x := v.(type) {
	case *ops.Tensor:
		return tensor(x)
	case image.Image:
		if !isNil(v) && !x.Bounds().Empty() {
			return Image(x)
		}
	case mat.Matrix:
		if d, ok := matrix(x); ok {
			return d
		}
	case error:
		return failure(x)
	}
	if list, total, ok := tensorList(v); ok {
		return tensors(list, total)
	}
	return value(v)
}

// bundleOf asks a value for its bundle.
func bundleOf(b Bundler) (bundle map[string]any, trouble string) {
	defer func() {
		if r := recover(); r != nil {
			bundle, trouble = nil, panicText(r)
		}
	}()
	return b.MIMEBundle(), ""
}

// bundled checks the contents of a bundle that user code made.
func bundled(bundle map[string]any) Data {
	m := make(map[string]any, len(bundle)+1)
	for mime, content := range bundle {
		m[mime] = checked("Render", mime, content)
	}
	return Data{MIME: m}
}

// withText returns d with a text/plain: its own, else v's, else the names of
// the types.
func withText(d Data, v any) Data {
	if _, ok := d.MIME[textPlain].(string); ok {
		return d
	}
	m := maps.Clone(d.MIME)
	if m == nil {
		m = make(map[string]any, 1)
	}
	source, isHTML := m[textHTML].(string)
	switch {
	case v != nil:
		m[textPlain] = Format(v)
	case isHTML:
		m[textPlain] = shorten(htmlText(source), textLimit)
	case len(m) == 0:
		m[textPlain] = ""
	default:
		m[textPlain] = strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	}
	d.MIME = m
	return d
}

// failure shows an error that is a value: its message and its type.
func failure(err error) Data {
	if isNil(err) {
		return Text(Format(err))
	}
	kind, message := fmt.Sprintf("%T", err), shorten(safely(err.Error), textLimit)
	return Data{MIME: map[string]any{
		textPlain: message,
		textHTML: `<pre style="color: var(--jp-error-color1, #c62828)">` + html.EscapeString(message) +
			`</pre><small style="opacity: 0.7">` + html.EscapeString(kind) + `</small>`,
	}}
}
