package rt

// Defers are the deferred calls of one call of a function.
type Defers struct{ list []deferredCall }

type deferredCall struct {
	call     func()
	recovers bool // the function that it calls may recover
}

// NewDefers begins a function that has defer statements.
func (r *Runtime) NewDefers() *Defers { return &Defers{} }

// Defer notes a call for the end of the function.
func (r *Runtime) Defer(d *Defers, f func()) { d.list = append(d.list, deferredCall{f, false}) }

// DeferRecover notes a call of a function that may recover from a panic.
func (r *Runtime) DeferRecover(d *Defers, f func()) { d.list = append(d.list, deferredCall{f, true}) }

// DeferNamed is Defer or DeferRecover for a call of the function with identity
// id.
func (r *Runtime) DeferNamed(d *Defers, f func(), id int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d.list = append(d.list, deferredCall{f, r.recovers[id]})
}

// Recovers says whether the function with identity id calls recover.
func (r *Runtime) Recovers(id int, yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recovers[id] = yes
}

// Panicking is what recover sees within one deferred call.
type Panicking struct {
	value     any
	recovered bool
	ready     bool // for the first function that asks
}

// Deferred is what the calling function can recover from: a panic, if the
// function is what a defer statement calls; nil if it is not, or a function
// further down.
func (r *Runtime) Deferred() *Panicking {
	g := G()
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.panics[g]; len(s) > 0 && s[len(s)-1].ready {
		p := s[len(s)-1]
		p.ready = false
		return p
	}
	return nil
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
func (r *Runtime) deferred(d deferredCall) {
	p := &Panicking{value: recover(), ready: d.recovers}
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
	if d.call == nil {
		panic(NilDereference)
	}
	d.call()
	if p.value != nil && !p.recovered {
		panic(p.value)
	}
}

// Recover is the predeclared recover in a function that Deferred gave p.
func (r *Runtime) Recover(p *Panicking) any {
	if p == nil || p.recovered || p.value == nil {
		return nil
	}
	p.recovered = true
	if r.Recovered != nil {
		r.Recovered(G())
	}
	return r.Types.Cause(p.value)
}
