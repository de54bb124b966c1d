// Package sync stands in for the generic part of the standard package sync.
package sync

import "sync"

// OnceValue returns a function that calls f once and returns its value each
// time; a panic of f is repeated by every call.
func OnceValue[T any](f func() T) func() T {
	var once sync.Once
	var valid bool
	var failure any
	var value T
	return func() T {
		once.Do(func() {
			defer func() {
				if !valid {
					failure = recover()
				}
			}()
			value = f()
			valid = true
		})
		if !valid {
			panic(failure)
		}
		return value
	}
}

// OnceValues is OnceValue for a function of two results.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once sync.Once
	var valid bool
	var failure any
	var v1 T1
	var v2 T2
	return func() (T1, T2) {
		once.Do(func() {
			defer func() {
				if !valid {
					failure = recover()
				}
			}()
			v1, v2 = f()
			valid = true
		})
		if !valid {
			panic(failure)
		}
		return v1, v2
	}
}
