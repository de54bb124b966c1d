package display

import (
	"fmt"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Link shows a link to an address, with text in its place if there is one. It
// panics with an [*Error] if the address is neither http, https, mailto nor
// relative: a notebook that comes from elsewhere must not run scripts by a
// click.
func Link(address string, text ...string) Data {
	u, err := url.Parse(address)
	if err != nil || len(text) > 1 {
		panic(&Error{Func: "Link", Got: fmt.Sprintf("%q with %d texts", shorten(address, 200), len(text)), Want: "an address, and one text at most", Err: err})
	}
	switch strings.ToLower(u.Scheme) {
	case "", "http", "https", "mailto":
	default:
		panic(&Error{Func: "Link", Got: fmt.Sprintf("%q", shorten(address, 200)), Want: "an address with http, https or mailto, or a relative one"})
	}
	words, plain := address, address
	if len(text) == 1 {
		words, plain = text[0], text[0]+" ("+address+")"
	}
	return Data{MIME: map[string]any{
		textHTML:  fmt.Sprintf(`<a href="%s" target="_blank" rel="noopener">%s</a>`, html.EscapeString(address), html.EscapeString(words)),
		textPlain: plain,
	}}
}

// File shows a link to a file of the notebook's folder, or of a folder below
// it, with its size: JupyterLab and the classic notebook open or download it. It
// panics with an [*Error] if the file does not exist or lies elsewhere.
func File(name string) Data {
	info, err := os.Stat(name)
	if err != nil {
		panic(&Error{Func: "File", Got: fmt.Sprintf("%q", shorten(name, 200)), Want: "a file that exists", Err: err})
	}
	if !filepath.IsLocal(name) {
		panic(&Error{Func: "File", Got: fmt.Sprintf("%q", shorten(name, 200)), Want: "the name of a file in the current folder or below: the browser reaches no other"})
	}
	slashed := filepath.ToSlash(name)
	size := bytesText(int(info.Size()))
	if info.IsDir() {
		size = "folder"
	}
	return Data{MIME: map[string]any{
		textHTML: fmt.Sprintf(`<a href="%s" target="_blank">%s</a> <small style="opacity: 0.7">%s</small>`,
			html.EscapeString((&url.URL{Path: slashed}).String()), html.EscapeString(slashed), size),
		textPlain: fmt.Sprintf("%s (%s)", slashed, size),
	}}
}
