package widget

import (
	"fmt"
	"math"
	"time"
)

// check returns the value that an attribute gets when it is to be v: a value is
// brought between the limits, as ipywidgets does; limits that contradict each
// other are an error, and so is an index that there is no option for.
func (m *Model) check(name string, v any, making bool) (any, error) {
	if making {
		return v, nil
	}
	switch name {
	case "value":
		return m.within(v), nil
	case "min", "max":
		lo, hi := m.valueLocked("min"), m.valueLocked("max")
		if name == "min" {
			lo = v
		} else {
			hi = v
		}
		if more(lo, hi) {
			return nil, fmt.Errorf("min not above max, which are %v and %v then", show(lo), show(hi))
		}
	case "index", "selected_index":
		n := m.choices()
		for _, i := range indices(v) {
			if i < 0 || i >= n {
				return nil, fmt.Errorf("an index below %d, or none", n)
			}
		}
		if list, ok := v.([]int); ok && m.spec.name == "SelectionRangeSliderModel" && list[0] > list[1] {
			return []int{list[1], list[0]}, nil
		}
	}
	return v, nil
}

// follow brings along what a change makes impossible: a value beyond new
// limits, an index of an option that is no more.
func (m *Model) follow(name string, store func(string, any)) {
	switch name {
	case "min", "max":
		store("value", m.within(m.valueLocked("value")))
	case "_options_labels", "children":
		m.bringIndex(store)
	}
}

// settle makes a new widget's attributes fit each other.
func (m *Model) settle() error {
	if _, ok := m.spec.attr("min"); ok && !m.spec.open {
		if lo, hi := m.valueLocked("min"), m.valueLocked("max"); more(lo, hi) {
			return fmt.Errorf("a min of %v above a max of %v", show(lo), show(hi))
		}
		if _, ok := m.spec.attr("value"); ok {
			m.state["value"] = m.within(m.valueLocked("value"))
		}
	}
	m.bringIndex(func(name string, v any) { m.state[name] = v })
	return nil
}

// bringIndex makes the index one of the options.
func (m *Model) bringIndex(store func(string, any)) {
	for _, name := range []string{"index", "selected_index"} {
		a, ok := m.spec.attr(name)
		if !ok || m.spec.open || m.spec.name == "ControllerModel" {
			continue
		}
		n, v := m.choices(), m.valueLocked(name)
		bad := false
		for _, i := range indices(v) {
			bad = bad || i >= n
		}
		switch {
		case !bad:
		case a.kind == kindInts2:
			store(name, []int{0, max(0, n-1)})
		case a.kind == kindInts:
			store(name, []int{})
		case a.null:
			store(name, nil)
		default:
			store(name, 0)
		}
	}
}

// choices counts what an index chooses from.
func (m *Model) choices() int {
	if _, ok := m.spec.attr("_options_labels"); ok {
		list, _ := m.valueLocked("_options_labels").([]string)
		return len(list)
	}
	if _, ok := m.spec.attr("children"); ok {
		list, _ := m.valueLocked("children").([]Widget)
		return len(list)
	}
	return math.MaxInt
}

func indices(v any) []int {
	switch x := v.(type) {
	case int:
		return []int{x}
	case []int:
		return x
	}
	return nil
}

// within brings a value between min and max. Of two values the first is the
// lower one.
func (m *Model) within(v any) any {
	if _, ok := m.spec.attr("min"); !ok || m.spec.open {
		return v
	}
	lo, hi := m.valueLocked("min"), m.valueLocked("max")
	if m.spec.name == "FloatLogSliderModel" {
		base := m.valueLocked("base").(float64)
		lo, hi = math.Pow(base, lo.(float64)), math.Pow(base, hi.(float64))
	}
	switch x := v.(type) {
	case []int:
		if m.spec.name != "IntRangeSliderModel" {
			return keep(x, lo, hi)
		}
		a, b := clamp(x[0], lo, hi).(int), clamp(x[1], lo, hi).(int)
		return []int{min(a, b), max(a, b)}
	case []float64:
		if m.spec.name != "FloatRangeSliderModel" {
			return keep(x, lo, hi)
		}
		a, b := clamp(x[0], lo, hi).(float64), clamp(x[1], lo, hi).(float64)
		return []float64{min(a, b), max(a, b)}
	}
	return clamp(v, lo, hi)
}

// keep leaves out the values of a list that are beyond the limits.
func keep[T any](list []T, lo, hi any) []T {
	out := []T{}
	for _, x := range list {
		if !more(lo, x) && !more(x, hi) {
			out = append(out, x)
		}
	}
	return out
}

func clamp(v, lo, hi any) any {
	switch {
	case more(lo, v):
		return lo
	case more(v, hi):
		return hi
	}
	return v
}

// more reports a > b; null is not more or less than anything.
func more(a, b any) bool {
	switch x := a.(type) {
	case int:
		y, ok := b.(int)
		return ok && x > y
	case float64:
		y, ok := b.(float64)
		return ok && x > y
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.After(y)
	}
	return false
}

func show(v any) string { return fmt.Sprint(v) }
