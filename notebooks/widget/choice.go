package widget

import (
	"fmt"
	"slices"
	"strings"
)

// chosen are the options that the index names.
func (m *Model) chosen() []string {
	m.home.mu.Lock()
	defer m.home.mu.Unlock()
	options, _ := m.valueLocked("_options_labels").([]string)
	out := []string{}
	for _, i := range indices(m.valueLocked("index")) {
		if i >= 0 && i < len(options) {
			out = append(out, options[i])
		}
	}
	return out
}

// optionIndices finds options.
func (m *Model) optionIndices(method string, labels []string) []int {
	options := m.texts("_options_labels")
	out := []int{}
	for _, l := range labels {
		i := slices.Index(options, l)
		if i < 0 {
			m.fail(method, fmt.Sprintf("%q", l), "one of the options "+strings.Join(quoted(options), ", "))
		}
		out = append(out, i)
	}
	return out
}

func oneOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func twoOf(list []string) (string, string) {
	if len(list) < 2 {
		return "", ""
	}
	return list[0], list[1]
}

// firstOf is the index of the first of a list, nil of an empty one.
func firstOf[T any](list []T) any {
	if len(list) == 0 {
		return nil
	}
	return 0
}

// stepOf is the step of a slider: ipywidgets' 0.1, but a hundredth of a short
// way.
func stepOf(min, max float64) any {
	if way := max - min; way > 0 && way < 10 {
		return way / 100
	}
	return 0.1
}
