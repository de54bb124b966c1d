//go:build amd64 || arm64

package rtype

import (
	"reflect"
	"unsafe"
)

// What follows are the types of internal/abi.

type abiType struct {
	size      uintptr
	ptrBytes  uintptr
	hash      uint32
	flags     uint8
	align     uint8
	fieldAln  uint8
	kind      uint8
	equal     func(unsafe.Pointer, unsafe.Pointer) bool
	gcData    *byte
	str       int32
	ptrToThis int32
}

const (
	flagUncommon = 1 << iota
	flagExtraStar
	flagNamed
	flagRegularMemory
	flagMaskOnDemand
	flagDirect
)

type abiUncommon struct {
	pkgPath int32
	mcount  uint16
	xcount  uint16
	moff    uint32
	_       uint32
}

type abiMethod struct{ name, mtyp, ifn, tfn int32 }

type abiField struct {
	name   *byte
	typ    *abiType
	offset uintptr
}

type abiStruct struct {
	abiType
	pkgPath *byte
	fields  []abiField
}

type abiPointer struct {
	abiType
	elem *abiType
}

type abiSlice abiPointer

type abiArray struct {
	abiType
	elem, slice *abiType
	len         uintptr
}

type abiChan struct {
	abiType
	elem *abiType
	dir  int
}

type abiMap struct {
	abiType
	key, elem, group    *abiType
	hasher              func(unsafe.Pointer, uintptr) uintptr
	groupSize, slotSize uintptr
	elemOff             uintptr
	flags               uint32
}

type abiFunc struct {
	abiType
	in, out uint16
}

type abiInterface struct {
	abiType
	pkgPath *byte
	methods []abiImethod
}

type abiImethod struct{ name, typ int32 }

// addReflectOff makes p known to the runtime, which keeps it for ever.
//
//go:linkname addReflectOff reflect.addReflectOff
//go:noescape
func addReflectOff(p unsafe.Pointer) int32

func asPointer(t *abiType) unsafe.Pointer { return unsafe.Pointer(t) }

// header is the form of an interface value.
type header struct{ typ, data unsafe.Pointer }

// of is the layout behind t.
func of(t reflect.Type) *abiType { return (*abiType)((*header)(unsafe.Pointer(&t)).data) }

// reflected is the reflect.Type of a layout.
func reflected(t *abiType) reflect.Type {
	var x any
	(*header)(unsafe.Pointer(&x)).typ = unsafe.Pointer(t)
	return reflect.TypeOf(x)
}

// name encodes a name as the runtime does: flags, length and text, and the
// same of a tag.
func name(s, tag string, exported, embedded bool) *byte {
	var b []byte
	put := func(s string) {
		n := len(s)
		for ; n >= 0x80; n >>= 7 {
			b = append(b, byte(n|0x80))
		}
		b = append(append(b, byte(n)), s...)
	}
	b = append(b, 0)
	if exported {
		b[0] |= 1
	}
	put(s)
	if tag != "" {
		b[0] |= 2
		put(tag)
	}
	if embedded {
		b[0] |= 8
	}
	return &b[0]
}

func nameOff(s string, exported bool) int32 {
	return addReflectOff(unsafe.Pointer(name(s, "", exported, false)))
}

func typeOff(t *abiType) int32 { return addReflectOff(unsafe.Pointer(t)) }
