// Package errors spells the generic function of package errors.
package errors

import "errors"

// AsType is errors.AsType.
func AsType[E error](err error) (E, bool) {
	var e E
	if errors.As(err, &e) {
		return e, true
	}
	var zero E
	return zero, false
}
