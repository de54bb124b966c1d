//go:build !amd64 && !arm64

package rt

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutine returns the identity of the current goroutine, read from a stack
// trace, and 0: the depth is not known here, and runaway recursion ends the
// process.
func goroutine() (g, used uintptr) {
	var buf [64]byte
	s := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	i := max(0, bytes.IndexByte(s, ' '))
	n, _ := strconv.ParseUint(string(s[:i]), 10, 64)
	return uintptr(n), 0
}
