package widget

import "time"

// Dates and times travel as objects of numbers, as the date pickers of
// @jupyter-widgets/controls have them (ipywidgets/widgets/trait_types.py): months
// count from 0. A moment travels in UTC; a naive one as its clock shows.

func wireTime(k kind, t time.Time) any {
	if k == kindDatetime {
		t = t.UTC()
	}
	m := map[string]any{}
	if k != kindTime {
		m["year"], m["month"], m["date"] = t.Year(), int(t.Month())-1, t.Day()
	}
	if k != kindDate {
		m["hours"], m["minutes"], m["seconds"], m["milliseconds"] = t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6
	}
	return m
}

// moment takes a time.Time or what wireTime makes of one, and drops what the
// kind has not.
func moment(k kind, v any) (time.Time, bool) {
	if t, ok := v.(time.Time); ok {
		if t.IsZero() {
			return t, true
		}
		zone := t.Location()
		switch k {
		case kindDate:
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone), true
		case kindTime:
			return time.Date(0, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6*1e6, time.UTC), true
		}
		return t.Truncate(time.Millisecond), true
	}
	m, ok := v.(map[string]any)
	if !ok {
		return time.Time{}, false
	}
	get := func(name string) int {
		n, known := integer(m[name])
		ok = ok && known
		return n
	}
	year, month, day := 0, 0, 1 // as time.Parse has it
	if k != kindTime {
		year, month, day = get("year"), get("month"), get("date")
	}
	var hours, minutes, seconds, ms int
	if k != kindDate {
		hours, minutes, seconds, ms = get("hours"), get("minutes"), get("seconds"), get("milliseconds")
	}
	if !ok || month < 0 || month > 11 {
		return time.Time{}, false
	}
	zone := time.Local
	if k == kindDatetime || k == kindTime {
		zone = time.UTC
	}
	t := time.Date(year, time.Month(month+1), day, hours, minutes, seconds, ms*1e6, zone)
	if k == kindDatetime {
		t = t.Local()
	}
	return t, true
}
