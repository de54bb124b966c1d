package main

import (
	"path/filepath"
	"testing"
)

// TestTraining runs the notebooks that train models, small enough for a test; each
// compares its model with a simpler one and fails if it is not better. In full
// they are part of make bench.
func TestTraining(t *testing.T) {
	if raceEnabled {
		t.Skip("training takes minutes under the race detector; without it this runs")
	}
	if testing.Short() {
		t.Skip("training takes half a minute")
	}
	files, err := filepath.Glob("notebooks/training/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	t.Setenv("CAHIER_TRAINING", "")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			valid(t, file)
			out := filepath.Join(t.TempDir(), "out.ipynb")
			code, stdout, stderr := cahier(t, "", "run", file, "-o", out, "--timeout", galleryLimit.String())
			if code != 0 {
				t.Fatalf("code %d\n%s\n%s", code, stdout, stderr)
			}
		})
	}
}
