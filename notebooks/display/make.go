package display

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
)

// The MIME types that the constructors make.
const (
	textPlain    = "text/plain"
	textHTML     = "text/html"
	textMarkdown = "text/markdown"
	textLatex    = "text/latex"
	imagePNG     = "image/png"
	imageJPEG    = "image/jpeg"
	imageSVG     = "image/svg+xml"
	imageGIF     = "image/gif"
	imageWebP    = "image/webp"
	appJSON      = "application/json"
	appJS        = "application/javascript"
)

// Text shows s as it is, also if it looks like HTML.
func Text(s string) Data { return Data{MIME: map[string]any{textPlain: s}} }

// HTML shows source as HTML. Nothing in it is escaped: give text that comes
// from elsewhere through html.EscapeString first, or use [Text]. Where no HTML
// is shown, its text is.
func HTML(source string) Data {
	return Data{MIME: map[string]any{textHTML: source, textPlain: htmlText(source)}}
}

// Markdown shows source as Markdown; mathematics stands between $ or $$.
func Markdown(source string) Data {
	return Data{MIME: map[string]any{textMarkdown: source, textPlain: source}}
}

// Latex shows source as mathematics. Source that has no delimiters of its own
// ($, $$, \(, \[ or \begin) is set as a displayed formula.
func Latex(source string) Data {
	s := strings.TrimSpace(source)
	delimited := false
	for _, open := range []string{"$", `\(`, `\[`, `\begin`} {
		delimited = delimited || strings.HasPrefix(s, open)
	}
	if !delimited {
		s = "$$" + s + "$$"
	}
	return Data{MIME: map[string]any{textLatex: s, textPlain: strings.TrimSpace(source)}}
}

// SVG shows an SVG document. It panics with an [*Error] if source has no <svg>
// element.
func SVG(source string) Data {
	if !strings.Contains(source, "<svg") {
		panic(&Error{Func: "SVG", Got: quoteStart(source), Want: "a document with an <svg> element"})
	}
	return Data{MIME: map[string]any{imageSVG: source, textPlain: fmt.Sprintf("SVG picture, %d bytes", len(source))}}
}

// PNG shows the bytes of a PNG file. It panics with an [*Error] if they are
// none.
func PNG(file []byte) Data {
	c, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		panic(&Error{Func: "PNG", Got: fmt.Sprintf("%d bytes", len(file)), Want: "the bytes of a PNG file", Err: err})
	}
	return picture(imagePNG, file, fmt.Sprintf("PNG picture, %d x %d", c.Width, c.Height))
}

// JPEG shows the bytes of a JPEG file. It panics with an [*Error] if they are
// none.
func JPEG(file []byte) Data {
	c, err := jpeg.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		panic(&Error{Func: "JPEG", Got: fmt.Sprintf("%d bytes", len(file)), Want: "the bytes of a JPEG file", Err: err})
	}
	return picture(imageJPEG, file, fmt.Sprintf("JPEG picture, %d x %d", c.Width, c.Height))
}

// GIF shows the bytes of a GIF file, which may be animated. It panics with an
// [*Error] if they are none.
func GIF(file []byte) Data {
	c, err := gif.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		panic(&Error{Func: "GIF", Got: fmt.Sprintf("%d bytes", len(file)), Want: "the bytes of a GIF file", Err: err})
	}
	return picture(imageGIF, file, fmt.Sprintf("GIF picture, %d x %d", c.Width, c.Height))
}

// WebP shows the bytes of a WebP file, which may be animated. It panics with an
// [*Error] if they are none.
func WebP(file []byte) Data {
	w, h, ok := webpSize(file)
	if !ok {
		panic(&Error{Func: "WebP", Got: fmt.Sprintf("%d bytes", len(file)), Want: "the bytes of a WebP file"})
	}
	return picture(imageWebP, file, fmt.Sprintf("WebP picture, %d x %d", w, h))
}

// webpSize reads the size of a WebP picture from the header of its first chunk
// (RFC 9649, sections 2.5 to 2.7).
func webpSize(b []byte) (width, height int, ok bool) {
	if len(b) < 30 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return 0, 0, false
	}
	le := func(at, n int) (x int) {
		for i := range n {
			x |= int(b[at+i]) << (8 * i)
		}
		return x
	}
	switch string(b[12:16]) {
	case "VP8X":
		return le(24, 3) + 1, le(27, 3) + 1, true
	case "VP8L":
		bits := le(21, 4)
		return bits&0x3fff + 1, bits>>14&0x3fff + 1, b[20] == 0x2f
	case "VP8 ":
		return le(26, 2) & 0x3fff, le(28, 2) & 0x3fff, b[23] == 0x9d && b[24] == 0x01 && b[25] == 0x2a
	}
	return 0, 0, false
}

func picture(mime string, file []byte, text string) Data {
	return Data{MIME: map[string]any{
		mime:      base64.StdEncoding.EncodeToString(file),
		textPlain: text,
	}}
}

// JSON shows v as a tree that folds. It panics with an [*Error] if
// encoding/json cannot write v.
func JSON(v any) Data {
	raw := checked("JSON", appJSON, v).(json.RawMessage)
	var text bytes.Buffer
	if err := json.Indent(&text, raw, "", "  "); err != nil {
		panic(&Error{Func: "JSON", Got: fmt.Sprintf("a %T", v), Want: "a value that encoding/json can write", Err: err})
	}
	return Data{MIME: map[string]any{appJSON: raw, textPlain: shorten(text.String(), textLimit)}}
}

// JavaScript runs source in front ends that allow it; JupyterLab and the
// classic notebook do for trusted notebooks, VS Code does not.
func JavaScript(source string) Data {
	return Data{MIME: map[string]any{appJS: source, textPlain: fmt.Sprintf("JavaScript, %d bytes", len(source))}}
}

// MIME shows a bundle of MIME types. A type may be of any kind: strings are
// taken as they are, []byte is written in base64, and anything else as JSON.
// metadata, by MIME type, may be nil. Without text/plain in bundle the text
// names the types. It panics with an [*Error] if a content cannot be written
// as JSON.
func MIME(bundle, metadata map[string]any) Data {
	m := make(map[string]any, len(bundle)+1)
	for mime, content := range bundle {
		m[mime] = checked("MIME", mime, content)
	}
	var meta map[string]any
	if len(metadata) > 0 {
		meta = make(map[string]any, len(metadata))
		for k, v := range metadata {
			meta[k] = checked("MIME", "metadata "+k, v)
		}
	}
	return withText(Data{MIME: m, Metadata: meta}, nil)
}

// checked turns content into what may stand in Data.MIME: a string or valid
// JSON, owned by the bundle, so that nothing fails when it is sent.
func checked(function, mime string, content any) any {
	switch c := content.(type) {
	case string:
		if !isJSON(mime) {
			return c
		}
	case []byte:
		return base64.StdEncoding.EncodeToString(c)
	case json.RawMessage:
		if json.Valid(c) {
			return bytes.Clone(c)
		}
		panic(&Error{Func: function, Got: "invalid JSON for " + mime, Want: "JSON text"})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		panic(&Error{Func: function, Got: fmt.Sprintf("a %T for %s", content, mime), Want: "a value that encoding/json can write", Err: err})
	}
	return json.RawMessage(bytes.TrimRight(b.Bytes(), "\n"))
}

// isJSON reports whether the content of a MIME type is JSON itself rather than
// text.
func isJSON(mime string) bool {
	return mime == appJSON || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

func quoteStart(s string) string { return fmt.Sprintf("%q", shorten(s, 40)) }
