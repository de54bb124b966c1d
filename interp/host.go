package interp

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"sync"

	"cahier/interp/lower"
	"cahier/interp/symbols"
)

// packages finds the packages of cells.
type packages struct{ types.Importer }

// host is what lowering asks of the session.
type host struct{ s *Session }

// UsePackage implements [lower.Host].
func (h host) UsePackage(path, name string, pos token.Pos) error {
	s := h.s
	if err := s.use(path); err != nil {
		return err
	}
	return s.engine.Load(importFile(path, name, pos))
}

// use makes a package, and those whose interfaces its API mentions, known to
// the engine and the runtime.
func (s *Session) use(path string) error {
	if s.used[path] {
		return nil
	}
	if path == lower.RTPath {
		s.used[path] = true
		return s.engine.Use(path, "rt", s.replace[path])
	}
	values, ok := symbols.Load(path)
	if !ok {
		return fmt.Errorf("the interpreter has no table of it")
	}
	s.rt.Types.Treat(path, values)
	for name, v := range s.replace[path] {
		values[name] = v
	}
	s.rt.Types.Wrappers(values)
	for name, v := range values {
		if v.CanAddr() {
			values[lower.PointerName(name)] = v.Addr()
		}
	}
	s.used[path] = true
	if err := s.engine.Use(path, symbols.Name(path), values); err != nil {
		return err
	}
	for _, p := range symbols.Closure(path)[1:] {
		if err := s.use(p); err != nil {
			return err
		}
	}
	return nil
}

// Symbol implements [lower.Host].
func (h host) Symbol(path, name string) (reflect.Value, bool) {
	m, ok := h.s.tables[path]
	if !ok {
		m, _ = symbols.Load(path)
		h.s.tables[path] = m
	}
	v, ok := m[name]
	return v, ok
}

// compiledType finds compiled types for the twins of cells' types, which are
// made on goroutines of cells.
func compiledType() func(path, name string) (reflect.Value, bool) {
	var mu sync.Mutex
	tables := map[string]map[string]reflect.Value{}
	return func(path, name string) (reflect.Value, bool) {
		mu.Lock()
		defer mu.Unlock()
		m, ok := tables[path]
		if !ok {
			m, _ = symbols.Load(path)
			tables[path] = m
		}
		v, ok := m[name]
		return v, ok
	}
}

// DeclareType implements [lower.Host].
func (h host) DeclareType(id int, t types.Type) { h.s.rt.Types.Declare(id, t) }

// DeclareInterface implements [lower.Host].
func (h host) DeclareInterface(id int, t types.Type) { h.s.rt.Types.DeclareInterface(id, t) }

// NextID implements [lower.Host].
func (h host) NextID() int { return h.s.check.NextID() }
