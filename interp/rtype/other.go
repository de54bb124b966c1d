//go:build !amd64 && !arm64

package rtype

import (
	"errors"
	"reflect"
)

// Check says that types cannot be made on this processor.
func Check() error { return errors.New("rtype: there is no machine code for this processor") }

// Type is a type in the making.
type Type struct{}

// Method is a method of a type.
type Method struct {
	Name  string
	Func  reflect.Type
	Call  func(recv reflect.Value, args []reflect.Value) []reflect.Value
	Value bool
}

// InterfaceMethod is a method of an interface type.
type InterfaceMethod struct {
	Name string
	Func reflect.Type
}

// Left is how many methods more there can be.
func Left() int { return 0 }

func Declare(str, path string, layout reflect.Type, n, m int) *Type { panic(Check()) }
func Interface(str, path string) *Type                              { panic(Check()) }

func (*Type) Reflect() reflect.Type                 { panic(Check()) }
func (*Type) Pointer() reflect.Type                 { panic(Check()) }
func (*Type) Define(reflect.Type, []bool) error     { return Check() }
func (*Type) Methods(value, pointer []Method) error { return Check() }
func (*Type) DefineInterface([]InterfaceMethod)     { panic(Check()) }

// Exhaust does nothing here.
func Exhaust() (restore func()) { return func() {} }
