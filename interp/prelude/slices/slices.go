// Package slices stands in for the generic part of the standard package slices.
package slices

// Equal reports whether two slices have the same length and elements.
func Equal[S ~[]E, E comparable](s1, s2 S) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, v := range s1 {
		if v != s2[i] {
			return false
		}
	}
	return true
}

// EqualFunc is Equal with eq for the elements.
func EqualFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, eq func(E1, E2) bool) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, v := range s1 {
		if !eq(v, s2[i]) {
			return false
		}
	}
	return true
}

// CompareFunc compares element by element with cmp; the shorter slice is less.
func CompareFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, cmp func(E1, E2) int) int {
	for i, v := range s1 {
		if i >= len(s2) {
			return 1
		}
		if c := cmp(v, s2[i]); c != 0 {
			return c
		}
	}
	if len(s1) < len(s2) {
		return -1
	}
	return 0
}

// Index returns the first index of v, or -1.
func Index[S ~[]E, E comparable](s S, v E) int {
	for i := range s {
		if v == s[i] {
			return i
		}
	}
	return -1
}

// IndexFunc returns the first index for which f is true, or -1.
func IndexFunc[S ~[]E, E any](s S, f func(E) bool) int {
	for i := range s {
		if f(s[i]) {
			return i
		}
	}
	return -1
}

// Contains reports whether v is in s.
func Contains[S ~[]E, E comparable](s S, v E) bool {
	for i := range s {
		if v == s[i] {
			return true
		}
	}
	return false
}

// ContainsFunc reports whether f is true for an element.
func ContainsFunc[S ~[]E, E any](s S, f func(E) bool) bool {
	for i := range s {
		if f(s[i]) {
			return true
		}
	}
	return false
}

// Insert puts the values at index i.
func Insert[S ~[]E, E any](s S, i int, v ...E) S {
	_ = s[i:] // panics as the real one does
	if len(v) == 0 {
		return s
	}
	n := len(s) + len(v)
	if n > cap(s) {
		out := append(s[:i:i], make(S, n-i)...)
		copy(out[i:], v)
		copy(out[i+len(v):], s[i:])
		return out
	}
	// v may share memory with s, so it is copied before s moves.
	w := append([]E(nil), v...)
	out := s[:n]
	copy(out[i+len(w):], s[i:])
	copy(out[i:], w)
	return out
}

// Delete removes s[i:j] and clears the tail.
func Delete[S ~[]E, E any](s S, i, j int) S {
	_ = s[i:j:len(s)] // panics as the real one does
	if i == j {
		return s
	}
	out := append(s[:i], s[j:]...)
	wipe[S, E](s, len(out))
	return out
}

// DeleteFunc removes the elements for which del is true and clears the tail.
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S {
	n := 0
	for _, v := range s {
		if !del(v) {
			s[n] = v
			n++
		}
	}
	wipe[S, E](s, n)
	return s[:n]
}

// Replace replaces s[i:j] by the values and clears the tail.
func Replace[S ~[]E, E any](s S, i, j int, v ...E) S {
	_ = s[i:j] // panics as the real one does
	w := append([]E(nil), v...)
	tail := append([]E(nil), s[j:]...)
	n := i + len(w) + len(tail)
	if n > cap(s) {
		out := append(s[:i:i], make(S, n-i)...)
		copy(out[i:], w)
		copy(out[i+len(w):], tail)
		return out
	}
	old := len(s)
	out := s[:n]
	copy(out[i:], w)
	copy(out[i+len(w):], tail)
	if n < old {
		wipe[S, E](s, n)
	}
	return out
}

// wipe sets s[n:] to zero values, so that removed elements can be collected.
func wipe[S ~[]E, E any](s S, n int) {
	var zero E
	for ; n < len(s); n++ {
		s[n] = zero
	}
}

// Clone returns a shallow copy; nil stays nil.
func Clone[S ~[]E, E any](s S) S {
	if s == nil {
		return nil
	}
	return append(s[:0:0], s...)
}

// CompactFunc keeps the first of each run of equal elements and clears the tail.
func CompactFunc[S ~[]E, E any](s S, eq func(E, E) bool) S {
	if len(s) < 2 {
		return s
	}
	n := 1
	for k := 1; k < len(s); k++ {
		if !eq(s[k], s[k-1]) {
			// s[k-1] is still what it was: n <= k, and s[k-1] is
			// overwritten only with itself or after it was compared.
			if n != k {
				return compactRest[S, E](s, n, k, eq)
			}
			n++
		}
	}
	wipe[S, E](s, n)
	return s[:n]
}

// compactRest goes on from the first element that has to move, at k to n. The
// real one compares with the element before in the original order, so a copy of
// that one is kept.
func compactRest[S ~[]E, E any](s S, n, k int, eq func(E, E) bool) S {
	prev := s[k]
	s[n] = s[k]
	n++
	for k++; k < len(s); k++ {
		v := s[k]
		if !eq(v, prev) {
			s[n] = v
			n++
		}
		prev = v
	}
	wipe[S, E](s, n)
	return s[:n]
}

// Compact keeps the first of each run of equal elements and clears the tail.
func Compact[S ~[]E, E comparable](s S) S {
	if len(s) < 2 {
		return s
	}
	n := 1
	for k := 1; k < len(s); k++ {
		if s[k] != s[n-1] {
			s[n] = s[k]
			n++
		}
	}
	wipe[S, E](s, n)
	return s[:n]
}

// Grow makes room for n more elements.
func Grow[S ~[]E, E any](s S, n int) S {
	if n < 0 {
		panic("cannot be negative")
	}
	if n -= cap(s) - len(s); n > 0 {
		return append(s[:cap(s)], make([]E, n)...)[:len(s)]
	}
	return s
}

// Clip drops unused capacity.
func Clip[S ~[]E, E any](s S) S {
	return s[:len(s):len(s)]
}

// Reverse reverses in place.
func Reverse[S ~[]E, E any](s S) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

// Concat joins slices into a new one.
func Concat[S ~[]E, E any](slices ...S) S {
	n := 0
	for _, s := range slices {
		n += len(s)
	}
	if n == 0 {
		return nil
	}
	out := make(S, 0, n)
	for _, s := range slices {
		out = append(out, s...)
	}
	return out
}

// Repeat returns count copies of x, one after the other.
func Repeat[S ~[]E, E any](x S, count int) S {
	if count < 0 {
		panic("cannot be negative")
	}
	const maxInt = int(^uint(0) >> 1)
	if len(x) > 0 && count > maxInt/len(x) {
		panic("the result of (len(x) * count) overflows")
	}
	out := make(S, 0, len(x)*count)
	for i := 0; i < count; i++ {
		out = append(out, x...)
	}
	return out
}
