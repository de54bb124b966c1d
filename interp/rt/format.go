package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// printable is what fmt is given for x: x itself, or a Formatter that prints
// it as Go would.
func (g *Registry) printable(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	t := reflect.TypeOf(x)
	if g.isPlain(t) {
		return x
	}
	if e, ptr := g.lookup(t); e != nil {
		gt := e.Go
		if ptr {
			gt = types.NewPointer(gt)
		}
		v := reflect.ValueOf(x)
		if e.Box {
			v = v.Field(0)
		}
		return formatter{g, v, gt, x}
	}
	return formatter{g, reflect.ValueOf(x), nil, x}
}

// printed is what fmt is given for x by the functions of the session: the value
// of its type's twin, which fmt prints as it is in compiled Go. Where the twin
// would be of a copy whose address can be seen, it is a Formatter.
func (g *Registry) printed(x any) (y any, changed bool) {
	u := g.Unwrap(x)
	if u == nil || g.isPlain(reflect.TypeOf(u)) {
		return u, !sameAny(u, x)
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case seesCopy, *NotSupportedError:
			y, changed = g.printable(u), true
		default:
			panic(r)
		}
	}()
	c := g.twins.cross()
	c.print = true
	return c.dynamic(u).Interface(), true
}

// seesCopy is what a crossing for fmt panics with at a pointer whose address
// is printed, and one with a limit at what is deeper.
type seesCopy struct{}

// Args prepares arguments for fmt's functions.
func (g *Registry) Args(args []any) []any {
	out := args
	for i, a := range args {
		if p, changed := g.printed(a); changed {
			if &out[0] == &args[0] {
				out = append([]any(nil), args...)
			}
			out[i] = p
		}
	}
	return out
}

// sameAny reports whether a and b are the same interface value as far as types
// tell: what is replaced gets a type of its own.
func sameAny(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }

// Format prepares format and arguments of a Printf: %T wants the types' names,
// %w an error. Where a directive needs something else for an argument than
// another one does, it gets an argument of its own.
func (g *Registry) Format(format string, args []any) (string, []any) {
	out := g.Args(args)
	if len(args) > 0 && &out[0] == &args[0] {
		out = append([]any(nil), args...)
	}
	if !strings.Contains(format, "%") || len(args) == 0 {
		return format, out
	}
	var b strings.Builder
	arg, moved := 0, false
	uses := make([]int, len(args))
	put := func(x any) {
		if uses[arg] == 1 && !explicitIndex.MatchString(format) {
			out[arg] = x
			return
		}
		out = append(out, x)
		fmt.Fprintf(&b, "[%d]", len(out))
		moved = true
	}
	for i := 0; i < len(format); i++ {
		c := format[i]
		b.WriteByte(c)
		if c != '%' {
			continue
		}
		indexed := false
		for i++; i < len(format); i++ {
			c := format[i]
			if c == '[' { // an explicit index
				if j := strings.IndexByte(format[i:], ']'); j > 0 {
					if n, err := strconv.Atoi(format[i+1 : i+j]); err == nil {
						arg = n - 1
					}
					i += j
					indexed = true
					continue
				}
			}
			if c == '*' {
				if indexed || moved {
					fmt.Fprintf(&b, "[%d]", arg+1)
					indexed, moved = false, false
				}
				arg++
			}
			if strings.IndexByte("+-# 0123456789.*", c) >= 0 {
				b.WriteByte(c)
				continue
			}
			if c == '%' {
				b.WriteByte(c)
				break
			}
			verb, replaced := c, false
			if arg >= 0 && arg < len(args) {
				uses[arg]++
				before := b.Len()
				f, own := out[arg].(formatter)
				switch raw := g.Unwrap(args[arg]); {
				case c == 'T' && own:
					put(g.TypeName(raw))
					verb = 's'
				case c == 'w' && raw != nil:
					if e, _ := g.lookup(reflect.TypeOf(raw)); e != nil {
						if e, ok := g.Adapt(raw, (*error)(nil)); ok {
							put(e)
						}
					}
				case c == 'p' && own:
					put(f.v.Interface())
				}
				replaced = b.Len() > before
			}
			if !replaced && (indexed || moved) {
				fmt.Fprintf(&b, "[%d]", arg+1)
				moved = false
			}
			b.WriteByte(verb)
			arg++
			break
		}
	}
	return b.String(), out
}

var explicitIndex = regexp.MustCompile(`%[-+# 0-9.*]*\[\d+\]`)

// formatter prints a value whose types the registry knows, by the rules of
// package fmt.
type formatter struct {
	g   *Registry
	v   reflect.Value
	t   types.Type // nil: what reflect says
	raw any
}

func (f formatter) Format(s fmt.State, verb rune) {
	p := printer{g: f.g, s: s, verb: verb, plus: s.Flag('+'), sharp: s.Flag('#')}
	if verb == 'v' {
		p.plusV, p.sharpV = p.plus, p.sharp
	}
	p.value(f.v, f.t, 0)
}

var (
	stringType = reflect.TypeFor[func(any) string]()
	formatType = reflect.TypeFor[func(any, fmt.State, rune)]()
)
