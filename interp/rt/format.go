package rt

import (
	"fmt"
	"go/types"
	"reflect"
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

// Args prepares arguments for fmt's functions.
func (g *Registry) Args(args []any) []any {
	out := args
	for i, a := range args {
		p := g.printable(a)
		if f, ok := p.(formatter); ok || !sameAny(p, a) {
			if &out[0] == &args[0] {
				out = append([]any(nil), args...)
			}
			if ok {
				out[i] = f
			} else {
				out[i] = p
			}
		}
	}
	return out
}

// sameAny reports whether a and b are the same interface value as far as can
// be told cheaply: printable only replaces wrappers, which have their own type.
func sameAny(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }

// Format prepares format and arguments of a Printf: %T wants the types' names,
// %w an error.
func (g *Registry) Format(format string, args []any) (string, []any) {
	out := g.Args(args)
	if !strings.Contains(format, "%") || len(args) == 0 {
		return format, out
	}
	var b strings.Builder
	arg, changed := 0, false
	for i := 0; i < len(format); i++ {
		c := format[i]
		b.WriteByte(c)
		if c != '%' {
			continue
		}
		for i++; i < len(format); i++ {
			c := format[i]
			if c == '[' { // an explicit index
				if j := strings.IndexByte(format[i:], ']'); j > 0 {
					if n, err := strconv.Atoi(format[i+1 : i+j]); err == nil {
						arg = n - 1
					}
					b.WriteString(format[i : i+j+1])
					i += j
					continue
				}
			}
			if c == '*' {
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
			if arg >= 0 && arg < len(args) {
				if f, ok := out[arg].(formatter); ok {
					if !changed {
						out = append([]any(nil), out...)
						changed = true
					}
					switch c {
					case 'T':
						out[arg] = g.TypeName(args[arg])
						c = 's'
					case 'w':
						if e, ok := g.Adapt(f.raw, (*error)(nil)); ok {
							out[arg] = e
						}
					case 'p':
						out[arg] = f.v.Interface()
					}
				}
			}
			b.WriteByte(c)
			arg++
			break
		}
	}
	return b.String(), out
}

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
