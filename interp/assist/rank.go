package assist

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// matches are the candidates that go with what is written, the best first.
// Those that begin with it come alone if there are any: with case as written
// first, then without regard to case. Otherwise the letters may be spread:
// over the beginnings of words (tus for ToUpperSpecial), within the name, or
// with one letter wrong.
func (c *completing) matches() []Match {
	prefix := c.prefix()
	type scored struct {
		candidate
		score int
	}
	var list []scored
	best := spread
	for _, cand := range c.candidates {
		s := compare(prefix, cand.key)
		if s == none || s > folded && cand.near {
			continue
		}
		if s < spread {
			best = folded
		}
		list = append(list, scored{cand, s})
	}
	kept := list[:0]
	for _, s := range list {
		if best == spread || s.score <= best {
			kept = append(kept, s)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool {
		a, b := kept[i], kept[j]
		if a.score != b.score {
			return a.score < b.score
		}
		if a.rank != b.rank {
			return a.rank < b.rank
		}
		return a.Text < b.Text
	})
	out := make([]Match, len(kept))
	for i, s := range kept {
		out[i] = s.Match
	}
	return out
}

// How well a name goes with what is written; lower is better.
const (
	exact    = iota // begins with it
	folded          // begins with it in another case
	spread          // from here on alternatives
	elements        // an element of a path begins with it
	humps           // letters are beginnings of words
	inside          // contains it
	letters         // contains its letters in order, the first at a word's beginning
	typo            // begins with it but for one letter
	none
)

func compare(prefix, name string) int {
	switch {
	case strings.HasPrefix(name, prefix):
		return exact
	case hasPrefixFold(name, prefix):
		return folded
	}
	n := utf8.RuneCountInString(prefix)
	i := strings.LastIndexByte(name, '/')
	switch {
	case i >= 0 && hasPrefixFold(name[i+1:], prefix):
		return elements
	case n >= 2 && inOrder(prefix, name, true):
		return humps
	case n >= 3 && strings.Contains(strings.ToLower(name), strings.ToLower(prefix)):
		return inside
	case n >= 3 && inOrder(prefix, name, false):
		return letters
	case n >= 4 && oneOff(prefix, name):
		return typo
	}
	return none
}

func hasPrefixFold(s, prefix string) bool {
	for _, p := range prefix {
		r, n := utf8.DecodeRuneInString(s)
		if n == 0 || unicode.ToLower(r) != unicode.ToLower(p) {
			return false
		}
		s = s[n:]
	}
	return true
}

// inOrder finds the letters of prefix in name in their order; with words each
// must begin a word or follow the one found before. The first letter must
// begin a word in any case.
func inOrder(prefix, name string, words bool) bool {
	type char struct {
		r     rune
		start bool
	}
	var chars []char
	before := rune('/')
	for _, r := range name {
		start := unicode.IsUpper(r) && !unicode.IsUpper(before) || !isIdent(before) || before == '_'
		chars = append(chars, char{unicode.ToLower(r), start})
		before = r
	}
	var letters []rune
	for _, r := range prefix {
		letters = append(letters, unicode.ToLower(r))
	}
	if len(letters) > 32 || len(chars) > 128 {
		return false
	}
	// reach[j] is whether the letters so far can end at chars[j-1].
	reach := make([]bool, len(chars)+1)
	for i, l := range letters {
		next := make([]bool, len(chars)+1)
		any := false // some earlier end
		for j, ch := range chars {
			if i > 0 && reach[j] {
				any = true
			}
			if ch.r != l {
				continue
			}
			switch {
			case i == 0:
				next[j+1] = ch.start
			case words:
				next[j+1] = reach[j] || ch.start && any
			default:
				next[j+1] = any
			}
		}
		reach = next
	}
	for _, r := range reach {
		if r {
			return true
		}
	}
	return false
}

// oneOff tells whether name begins with prefix when one letter is changed,
// left out, put in, or exchanged with the next one.
func oneOff(prefix, name string) bool {
	p, n := []rune(strings.ToLower(prefix)), []rune(strings.ToLower(name))
	i := 0
	for i < len(p) && i < len(n) && p[i] == n[i] {
		i++
	}
	if i == 0 {
		return false // the first letter is right
	}
	begins := func(s, prefix []rune) bool {
		if len(prefix) > len(s) {
			return false
		}
		for i, r := range prefix {
			if s[i] != r {
				return false
			}
		}
		return true
	}
	switch {
	case i == len(p) || i == len(n):
		return i == len(p) || i == len(p)-1
	case begins(n[i+1:], p[i+1:]), begins(n[i+1:], p[i:]), begins(n[i:], p[i+1:]):
		return true
	case i+1 < len(p) && i+1 < len(n) && p[i] == n[i+1] && p[i+1] == n[i]:
		return begins(n[i+2:], p[i+2:])
	}
	return false
}
