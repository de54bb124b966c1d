package display

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What one MIME type of a display may take, in bytes: more makes a front end
// slow or ends it, and has to be saved with the notebook.
const (
	plainLimit = 1 << 20  // text/plain
	pageLimit  = 16 << 20 // HTML, Markdown, LaTeX, SVG, scripts
	treeLimit  = 4 << 20  // application/json, which is drawn as a tree
	mediaLimit = 64 << 20 // pictures, sound, films, charts with their data
)

// limitOf is what content of a MIME type may take.
func limitOf(mime string, content any) int {
	page, _ := content.(string)
	switch {
	case mime == textPlain:
		return plainLimit
	case mime == appJSON:
		return treeLimit
	case mime == textHTML && strings.Contains(page[:min(len(page), 1024)], ";base64,"):
		return mediaLimit // of a player or a picture
	case strings.HasPrefix(mime, "text/"), mime == imageSVG, mime == appJS:
		return pageLimit
	}
	return mediaLimit
}

// bounded returns d without contents that are too large, and with a text that
// says so in their place.
func bounded(d Data) Data {
	var gone []string
	m, cloned := d.MIME, false
	for _, mime := range slices.Sorted(maps.Keys(d.MIME)) {
		size := 0
		switch c := d.MIME[mime].(type) {
		case string:
			size = len(c)
		case json.RawMessage:
			size = len(c)
		}
		limit := limitOf(mime, d.MIME[mime])
		if size <= limit {
			continue
		}
		if !cloned {
			m, cloned = maps.Clone(m), true
		}
		if mime == textPlain {
			m[mime] = shorten(d.String(), limit)
			continue
		}
		delete(m, mime)
		gone = append(gone, fmt.Sprintf("(%s of %s is left out: a display may take %s; write it to a file and show display.File)", mime, bytesText(size), bytesText(limit)))
	}
	if len(gone) > 0 {
		text, _ := m[textPlain].(string)
		m[textPlain] = strings.TrimLeft(shorten(text, textLimit)+"\n"+strings.Join(gone, "\n"), "\n")
	}
	d.MIME = m
	return d
}

// bytesText is a number of bytes for people.
func bytesText(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
