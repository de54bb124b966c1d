package plot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// MIMEBundle implements display.Bundler: the chart as Vega-Lite, as SVG and in a
// line of text.
func (f *Figure) MIMEBundle() map[string]any {
	f = f.clone()
	return map[string]any{
		vegaLite:        f.Spec(),
		"image/svg+xml": f.SVG(),
		"text/plain":    f.describe(),
	}
}

// String describes the figure in a line of text for each layer.
func (f *Figure) String() string { return f.clone().describe() }

// Save writes the figure to a file: .svg, .png (with two pixels for each of the
// figure's, on white), or .json (the Vega-Lite specification). The file is
// written beside and renamed, so that it is either the old or the new one.
func (f *Figure) Save(name string) error {
	var b bytes.Buffer
	var err error
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".svg":
		b.WriteString(f.SVG())
	case ".png":
		err = f.writePNG(&b)
	case ".json":
		enc := json.NewEncoder(&b)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(f.Spec())
	default:
		return fmt.Errorf("plot: cannot save to %q: its name should end in .svg, .png or .json", name)
	}
	if err != nil {
		return fmt.Errorf("plot: cannot save to %q: %w", name, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".plot-*")
	if err != nil {
		return fmt.Errorf("plot: cannot save to %q: %w", name, err)
	}
	defer os.Remove(tmp.Name()) // fails when it has been renamed
	_, err = tmp.Write(b.Bytes())
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("plot: cannot save to %q: %w", name, err)
	}
	return nil
}
