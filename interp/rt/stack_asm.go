//go:build amd64 || arm64

package rt

// goroutine returns the identity of the current goroutine (the address of the
// runtime's g) and the bytes of stack it uses. The stack's upper bound is the
// second word of g, as it has been in every release since Go 1.3.
//
//go:noescape
func goroutine() (id, used uintptr)
