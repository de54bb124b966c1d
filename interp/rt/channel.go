package rt

import "reflect"

// Recv receives from channel c into what p points to, until the goroutine's
// cell is interrupted. ok is false when c is closed.
func (r *Runtime) Recv(c, p any) (ok bool) {
	cv := reflect.ValueOf(c)
	dst := reflect.ValueOf(p).Elem()
	if !cv.IsNil() {
		if v, ok := cv.TryRecv(); ok || v.IsValid() {
			dst.Set(v)
			return ok
		}
	}
	i, v, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: cv}, r.doneCase()})
	if i == 1 {
		r.exit()
	}
	dst.Set(v)
	return ok
}

// Send sends what p points to.
func (r *Runtime) Send(c, p any) {
	cv, v := reflect.ValueOf(c), reflect.ValueOf(p).Elem()
	if !cv.IsNil() && cv.TrySend(v) {
		return
	}
	if i, _, _ := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: cv, Send: v}, r.doneCase()}); i == 1 {
		r.exit()
	}
}

func (r *Runtime) doneCase() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.Done())}
}

// Select is a select statement. args has for each clause its direction (0
// receives, 1 sends), the channel, and a pointer to the value, nil for one
// that is not wanted. With def it does not wait and returns -1 when no clause
// is ready.
func (r *Runtime) Select(def bool, args ...any) (chosen int, ok bool) {
	n := len(args) / 3
	cases := make([]reflect.SelectCase, n, n+1)
	for i := range cases {
		c := reflect.ValueOf(args[3*i+1])
		if c.IsNil() {
			c = reflect.Value{}
		}
		if args[3*i] == 1 {
			cases[i] = reflect.SelectCase{Dir: reflect.SelectSend, Chan: c}
			if c.IsValid() {
				cases[i].Send = reflect.ValueOf(args[3*i+2]).Elem()
			}
		} else {
			cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: c}
		}
	}
	if def {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	} else {
		cases = append(cases, r.doneCase())
	}
	i, v, ok := reflect.Select(cases)
	if i == n {
		if def {
			return -1, false
		}
		r.exit()
	}
	if args[3*i] != 1 && args[3*i+2] != nil {
		reflect.ValueOf(args[3*i+2]).Elem().Set(v)
	}
	return i, ok
}
