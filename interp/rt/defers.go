package rt

// Defers are the deferred calls of one call of a function.
type Defers struct{ list []deferredCall }

type deferredCall struct {
	f        func()
	compiled bool // f calls a compiled function, which recovers from nothing
	recover  bool // f does nothing when there is a panic
}

// NewDefers begins a function that has defer statements.
func (r *Runtime) NewDefers() *Defers { return &Defers{} }

// Defer notes a call for the end of the function.
func (r *Runtime) Defer(d *Defers, f func()) { d.list = append(d.list, deferredCall{f: f}) }

// DeferCompiled is Defer for the call of a compiled function: functions of a
// cell that it calls in turn are not the deferred one.
func (r *Runtime) DeferCompiled(d *Defers, f func()) {
	d.list = append(d.list, deferredCall{f: f, compiled: true})
}

// DeferRecover is Defer for recover itself, in a function for which Enter
// returned p: it sees what the function could see, unless it runs for a panic.
func (r *Runtime) DeferRecover(d *Defers, p *Panicking) {
	d.list = append(d.list, deferredCall{f: func() { r.Recover(p) }, recover: true})
}

// Panicking is a panic that one deferred call may recover from.
type Panicking struct {
	value     any
	entered   bool // the deferred function has begun: what begins now is another
	recovered bool
	over      bool // the deferred call has ended
}

// RunBody runs a function's body, and its deferred calls however it ends. Go's
// own defer statements give the order, and see to it that all calls run
// whatever each of them does.
func (r *Runtime) RunBody(d *Defers, body func()) {
	defer func() {
		v := recover()
		for _, c := range d.list {
			defer r.deferred(c)
		}
		if v != nil {
			panic(v)
		}
	}()
	body()
}

// deferred is a deferred call. When it runs for a panic, functions of cells
// that begin meanwhile call Enter: the first of them is the deferred one.
func (r *Runtime) deferred(c deferredCall) {
	v := recover()
	if v == nil {
		r.callDeferred(c.f)
		return
	}
	if c.recover {
		panic(v)
	}
	p := &Panicking{value: v, entered: c.compiled}
	g := G()
	r.mu.Lock()
	r.panics[g] = append(r.panics[g], p)
	r.mu.Unlock()
	r.wantPoll(1)
	defer func() {
		r.wantPoll(-1)
		p.over = true
		r.mu.Lock()
		defer r.mu.Unlock()
		if s := r.panics[g]; len(s) > 1 {
			r.panics[g] = s[:len(s)-1]
		} else {
			delete(r.panics, g)
		}
	}()
	r.callDeferred(c.f)
	if !p.recovered {
		panic(v)
	}
}

func (r *Runtime) callDeferred(f func()) {
	if f == nil {
		panic(NilDereference)
	}
	f()
}

// Enter is called at the beginning of a function that recovers, and of every
// function while Stop is set. It polls, and returns the panic that the
// function may recover from: nil unless it is a deferred function that runs
// for one, and not called by such a function.
func (r *Runtime) Enter() *Panicking {
	if r.polling.Load() == 0 {
		return nil
	}
	r.Poll()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.panics) == 0 {
		return nil
	}
	s := r.panics[G()]
	if len(s) == 0 || s[len(s)-1].entered {
		return nil
	}
	p := s[len(s)-1]
	p.entered = true
	return p
}

// Recover is the predeclared recover in a function for which Enter returned p.
func (r *Runtime) Recover(p *Panicking) any {
	if p == nil || p.recovered || p.over {
		return nil
	}
	p.recovered = true
	if r.Recovered != nil {
		r.Recovered(G())
	}
	return r.Types.Cause(p.value)
}
