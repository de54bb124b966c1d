package nn_test

import (
	"regexp"
	"strings"
	"testing"

	"cahier/ops/internal/doctest"
)

// source is what a layer's documentation refers to: the operation that it
// computes, which has formula, shapes, gradient and paper, or a formula and a
// paper of its own.
var source = regexp.MustCompile(`\[ops\.\w+\]|\b(19|20)\d\d\b`)

// TestDocumentation fails if something exported is not documented, a function
// has no example, or a layer's documentation does not lead to what it
// computes.
func TestDocumentation(t *testing.T) {
	docs := doctest.Check(t, "cahier/ops/nn")
	for _, l := range layerCases() {
		name := l.text[:strings.IndexAny(l.text, "( ")]
		text, ok := docs[name]
		if !ok {
			t.Errorf("%s is no exported function", name)
		}
		switch name {
		case "Flatten", "Unflatten", "Identity", "Reshape", "Sequential", "Func", "GlobalMaxPool", "LayerNormOver", "Activation", "TransformerEncoder":
			continue // say what they do, or refer to another layer
		}
		if !source.MatchString(text) {
			t.Errorf("%s names neither an operation nor a paper:\n%s", name, text)
		}
	}
}
