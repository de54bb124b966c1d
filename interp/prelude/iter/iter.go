// Package iter stands in for the generic part of the standard package iter.
package iter

import "sync"

// Seq is an iterator over values.
type Seq[V any] func(yield func(V) bool)

// Seq2 is an iterator over pairs of values.
type Seq2[K, V any] func(yield func(K, V) bool)

// Pull turns a push iterator into next and stop. The iterator runs in a
// goroutine of its own, in step with the caller; a panic of the iterator comes
// out of the call of next or stop that it happened in.
func Pull[V any](seq func(yield func(V) bool)) (next func() (V, bool), stop func()) {
	var (
		mu      sync.Mutex // next and stop are called by one goroutine at a time
		started bool
		done    bool
		failed  bool
		failure any
		value   V
		have    bool
		resume  = make(chan bool) // true: go on; false: stop
		yielded = make(chan bool) // a value is there, or the iterator has ended
	)
	run := func() {
		defer func() {
			if !done {
				failed = true
				failure = recover()
			}
			done = true
			yielded <- true
		}()
		if <-resume {
			seq(func(v V) bool {
				value = v
				have = true
				yielded <- true
				return <-resume
			})
		}
		done = true
	}
	step := func(on bool) {
		if !started {
			started = true
			go run()
		}
		have = false
		resume <- on
		<-yielded
		if failed {
			failed = false
			panic(failure)
		}
	}
	next = func() (V, bool) {
		mu.Lock()
		defer mu.Unlock()
		var zero V
		if done {
			return zero, false
		}
		step(true)
		if !have {
			return zero, false
		}
		v := value
		value = zero
		return v, true
	}
	stop = func() {
		mu.Lock()
		defer mu.Unlock()
		if done {
			return
		}
		if !started {
			done = true
			return
		}
		step(false)
	}
	return next, stop
}

// Pull2 is Pull for pairs.
func Pull2[K, V any](seq func(yield func(K, V) bool)) (next func() (K, V, bool), stop func()) {
	var (
		mu      sync.Mutex
		started bool
		done    bool
		failed  bool
		failure any
		key     K
		value   V
		have    bool
		resume  = make(chan bool)
		yielded = make(chan bool)
	)
	run := func() {
		defer func() {
			if !done {
				failed = true
				failure = recover()
			}
			done = true
			yielded <- true
		}()
		if <-resume {
			seq(func(k K, v V) bool {
				key = k
				value = v
				have = true
				yielded <- true
				return <-resume
			})
		}
		done = true
	}
	step := func(on bool) {
		if !started {
			started = true
			go run()
		}
		have = false
		resume <- on
		<-yielded
		if failed {
			failed = false
			panic(failure)
		}
	}
	next = func() (K, V, bool) {
		mu.Lock()
		defer mu.Unlock()
		var zk K
		var zv V
		if done {
			return zk, zv, false
		}
		step(true)
		if !have {
			return zk, zv, false
		}
		k, v := key, value
		key = zk
		value = zv
		return k, v, true
	}
	stop = func() {
		mu.Lock()
		defer mu.Unlock()
		if done {
			return
		}
		if !started {
			done = true
			return
		}
		step(false)
	}
	return next, stop
}
