//go:build amd64 || arm64

package rtype

import (
	"errors"
	"reflect"
	"sync"
	"unsafe"
)

// Entries is how many methods all types of the process can have together. A
// method of a type that is no pointer takes two.
const Entries = 1 << 14

const entrySize = 8 // bytes of code

// entries is the table of code; its entry i goes on to the function closures[i].
//
//lint:ignore U1000 the assembly names it
func entries()

// entriesAddress is where the code of entries begins.
func entriesAddress() uintptr

var (
	closures [Entries]unsafe.Pointer // read by the code of entries
	used     int                     // entries taken
	usedMu   sync.Mutex              // guards used and the writes of closures
)

// ErrFull says that no entry is left.
var ErrFull = errors.New("the table of methods that types made at run time can have is full: restart the session")

// Left is how many methods more there can be.
func Left() int {
	usedMu.Lock()
	defer usedMu.Unlock()
	return Entries - used
}

// entry is the text offset of machine code that calls fn, a function value.
func entry(fn reflect.Value) (int32, error) {
	usedMu.Lock()
	defer usedMu.Unlock()
	if used == Entries {
		return 0, ErrFull
	}
	f := fn.Interface()
	closures[used] = (*header)(unsafe.Pointer(&f)).data
	code := entriesAddress() + uintptr(used)*entrySize
	used++
	return addReflectOff(*(*unsafe.Pointer)(unsafe.Pointer(&code))), nil
}

// Exhaust takes all entries that are left, for tests, and gives what gives them
// back.
func Exhaust() (restore func()) {
	usedMu.Lock()
	defer usedMu.Unlock()
	old := used
	used = Entries
	return func() {
		usedMu.Lock()
		defer usedMu.Unlock()
		used = old
	}
}
