package interp

import (
	"fmt"
	"strconv"
	"strings"
)

// historyOptions are the arguments of %history.
type historyOptions struct {
	numbers bool
	last    int // 0: all
	text    string
	ranges  [][2]int // both included
}

func parseHistory(args string) (o historyOptions, err error) {
	words := strings.Fields(strings.ReplaceAll(args, ",", " "))
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-n":
			o.numbers = true
		case w == "-l" || strings.HasPrefix(w, "-l") && len(w) > 2:
			count := w[2:]
			if count == "" && i+1 < len(words) {
				i++
				count = words[i]
			}
			if o.last, err = strconv.Atoi(count); err != nil || o.last < 1 {
				return o, fmt.Errorf("-l wants a number of cells, such as -l 10, got %q", count)
			}
		case w == "-g":
			_, rest, _ := strings.Cut(args, "-g")
			if o.text = strings.TrimSpace(rest); o.text == "" {
				return o, fmt.Errorf("-g wants a text to look for: %%history -g Println")
			}
			return o, nil
		case strings.HasPrefix(w, "-"):
			return o, fmt.Errorf("unknown option %s; there are -n, -l N and -g TEXT", w)
		default:
			from, to, isRange := strings.Cut(w, "-")
			if !isRange {
				to = from
			}
			a, err1 := strconv.Atoi(from)
			b, err2 := strconv.Atoi(to)
			if err1 != nil || err2 != nil || a < 0 || b < a {
				return o, fmt.Errorf("%q is no number of a cell and no range of them; want %%history 3 or %%history 1 3-5", w)
			}
			o.ranges = append(o.ranges, [2]int{a, b})
		}
	}
	return o, nil
}

func (o historyOptions) wants(c executed) bool {
	if o.text != "" && !strings.Contains(c.code, o.text) {
		return false
	}
	for _, r := range o.ranges {
		if r[0] <= c.number && c.number <= r[1] {
			return true
		}
	}
	return len(o.ranges) == 0
}

func magicHistory(m *magicCall) *CellError {
	o, err := parseHistory(m.Args)
	if err != nil {
		return m.fail("%%history: %v", err)
	}
	m.s.mu.Lock()
	var cells []executed
	for _, c := range m.s.cells {
		if o.wants(c) {
			cells = append(cells, c)
		}
	}
	m.s.mu.Unlock()
	if o.last > 0 && len(cells) > o.last {
		cells = cells[len(cells)-o.last:]
	}
	if len(cells) == 0 {
		m.print("no such cells\n")
	}
	for _, c := range cells {
		code := strings.TrimRight(c.code, "\n")
		if o.numbers {
			m.print("%3d: %s\n", c.number, strings.ReplaceAll(code, "\n", "\n     "))
		} else {
			m.print("%s\n", code)
		}
	}
	return nil
}
