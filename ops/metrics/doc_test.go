package metrics_test

import (
	"testing"

	"cahier/ops/internal/doctest"
)

// TestDocumentation fails if something exported is not documented, or a
// function has no example.
func TestDocumentation(t *testing.T) { doctest.Check(t, "cahier/ops/metrics") }
