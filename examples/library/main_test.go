package main

import (
	"bytes"
	"strings"
	"testing"

	"cahier/ops"
)

func TestLearn(t *testing.T) {
	var out bytes.Buffer
	accuracy, err := learn(&out, 400)
	if err != nil {
		t.Fatal(err)
	}
	// A straight line tells little more than half of the points apart.
	if accuracy < 0.97 {
		t.Errorf("%.3f of new points are classified rightly, want 0.97\n%s", accuracy, &out)
	}
	if n := strings.Count(out.String(), "\n"); n != 5 {
		t.Errorf("told the loss %d times, want 5:\n%s", n, &out)
	}
	var again bytes.Buffer
	if _, err := learn(&again, 400); err != nil || again.String() != out.String() {
		t.Errorf("a second run differs: %v\n%s\n%s", err, &out, &again)
	}
}

func TestSpirals(t *testing.T) {
	x, class := spirals(3, ops.NewRNG(1))
	if !x.Shape().Equal(ops.Shape{6, 2}) || class.Sum().Item() != 3 {
		t.Errorf("points %v of classes %v", x.Shape(), class)
	}
}
