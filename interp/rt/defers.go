package rt

// Defers are the deferred calls of one call of a function.
type Defers struct{ list []func() }

// NewDefers begins a function that has defer statements.
func (r *Runtime) NewDefers() *Defers { return &Defers{} }

// Defer notes a call for the end of the function.
func (r *Runtime) Defer(d *Defers, f func()) { d.list = append(d.list, f) }

// panicking is what recover sees within one deferred call.
type panicking struct {
	value     any
	recovered bool
}

// RunBody runs a function's body, and its deferred calls however it ends. Go's
// own defer statements give the order, and see to it that all calls run
// whatever each of them does.
func (r *Runtime) RunBody(d *Defers, body func()) {
	defer func() {
		v := recover()
		for _, f := range d.list {
			defer r.deferred(f)
		}
		if v != nil {
			panic(v)
		}
	}()
	body()
}

// deferred is the deferred call of f.
func (r *Runtime) deferred(f func()) {
	p := &panicking{value: recover()}
	g := G()
	r.mu.Lock()
	r.panics[g] = append(r.panics[g], p)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if s := r.panics[g]; len(s) > 1 {
			r.panics[g] = s[:len(s)-1]
		} else {
			delete(r.panics, g)
		}
	}()
	if f == nil {
		panic(NilDereference)
	}
	f()
	if p.value != nil && !p.recovered {
		panic(p.value)
	}
}

// Recover is the predeclared recover.
func (r *Runtime) Recover() any {
	g := G()
	r.mu.Lock()
	s := r.panics[g]
	var p *panicking
	if len(s) > 0 {
		p = s[len(s)-1]
	}
	r.mu.Unlock()
	if p == nil || p.recovered || p.value == nil {
		return nil
	}
	p.recovered = true
	if r.Recovered != nil {
		r.Recovered(g)
	}
	return Cause(p.value)
}
