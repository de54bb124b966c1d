package check

import (
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strings"

	"cahier/interp/cell"
)

// Diagnostic is one error of a cell.
type Diagnostic struct {
	Pos  token.Position // of the cell's text
	Msg  string         // the compiler's wording, perhaps with a suggestion
	File *cell.File     // the cell, for its source; nil when unknown

	pos token.Pos
}

// suggest finds the name most like name, or "".
func suggest(name string, among []string) string {
	best, bound := "", max(1, len(name)/3)+1
	sort.Strings(among)
	for _, c := range among {
		if c == name || strings.HasSuffix(c, oldSuffix) || strings.Contains(c, "·") {
			continue
		}
		d := distance(strings.ToLower(name), strings.ToLower(c), bound)
		if d < bound {
			best, bound = c, d
		}
	}
	return best
}

// distance is the edit distance with transpositions of a and b, or limit if
// it is not less.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	two, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		low := i
		for j := 1; j <= len(b); j++ {
			c := 1
			if a[i-1] == b[j-1] {
				c = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+c)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], two[j-2]+1)
			}
			low = min(low, cur[j])
		}
		if low >= limit {
			return limit
		}
		two, prev, cur = prev, cur, two
	}
	return prev[len(b)]
}

// improve adds a suggestion to the checker's message.
func (c *checking) improve(err types.Error) string {
	msg := strings.ReplaceAll(err.Msg, oldSuffix, "")
	msg = strings.ReplaceAll(msg, cell.FuncName, "the cell")
	msg = place.ReplaceAllString(msg, "$1, line $2")
	switch msg { // where the checker's words are not the compiler's
	case "break not in for, switch, or select statement":
		return "break is not in a loop, switch, or select"
	case "continue not in for statement":
		return "continue is not in a loop"
	}
	if m := noMethod.FindStringSubmatch(msg); m != nil {
		if t := c.s.decls[m[1]]; t != nil && t.lost[m[2]] != nil {
			return t.lost[m[2]].Broken
		}
	}
	if name, ok := strings.CutPrefix(msg, "undefined: "); ok {
		if base, sel, ok := strings.Cut(name, "."); ok {
			if path, _ := c.s.resolve(base, c.visible); path != "" {
				if pkg, err := c.s.packages.Import(path); err == nil {
					var names []string
					for _, n := range pkg.Scope().Names() {
						if token.IsExported(n) {
							names = append(names, n)
						}
					}
					if s := suggest(sel, names); s != "" {
						return msg + ", did you mean " + base + "." + s + "?"
					}
				}
			}
			return msg
		}
		if d := c.s.decls[name]; d != nil && d.Broken != "" {
			return d.Broken
		}
		if cands := c.s.packages.Candidates(name); len(cands) > 1 {
			return msg + ": the name is shared by several packages, import one: \"" + strings.Join(cands, "\", \"") + "\""
		}
		names := types.Universe.Names()
		for n := range c.s.decls {
			names = append(names, n)
		}
		if c.pkg != nil {
			names = append(names, c.pkg.Scope().Names()...)
		}
		if c.info != nil { // what is visible at the error
			for scope := c.innermost(err.Pos); scope != nil && scope != types.Universe; scope = scope.Parent() {
				names = append(names, scope.Names()...)
			}
		}
		if s := suggest(name, names); s != "" {
			return msg + ", did you mean " + s + "?"
		}
	}
	return msg
}

// place is a place in a cell as the checker names it.
var place = regexp.MustCompile(`\b(cell \d+|cell|expression)/go:(\d+):\d+`)

// noMethod is said of a method that a type does not have.
var noMethod = regexp.MustCompile(`\(type \*?main\.(\w+).* has no field or method (\w+)\)`)

func (c *checking) innermost(pos token.Pos) *types.Scope {
	if c.pkg == nil {
		return nil
	}
	var best *types.Scope
	for _, s := range c.info.Scopes {
		if s.Contains(pos) && (best == nil || best.Contains(s.Pos()) && best.End() >= s.End()) {
			best = s
		}
	}
	return best
}
