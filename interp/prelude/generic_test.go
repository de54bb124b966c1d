package prelude

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"

	perrors "cahier/interp/prelude/errors"
	preflect "cahier/interp/prelude/reflect"
)

func TestErrors(t *testing.T) {
	for _, err := range []error{nil, errors.New("x"), &fs.PathError{Op: "o", Err: errors.New("e")}, fmt.Errorf("w: %w", &fs.PathError{Path: "p"})} {
		got, ok := perrors.AsType[*fs.PathError](err)
		want, wok := errors.AsType[*fs.PathError](err)
		if got != want || ok != wok {
			t.Errorf("%v: %v, %v; want %v, %v", err, got, ok, want, wok)
		}
	}
}

func TestReflect(t *testing.T) {
	if preflect.TypeFor[error]() != reflect.TypeFor[error]() || preflect.TypeFor[[]int]() != reflect.TypeFor[[]int]() {
		t.Error("TypeFor differs")
	}
	for _, x := range []any{1, "s", errors.New("e")} {
		got, ok := preflect.TypeAssert[int](reflect.ValueOf(x))
		want, wok := reflect.TypeAssert[int](reflect.ValueOf(x))
		if got != want || ok != wok {
			t.Errorf("%v as an int: %v, %v; want %v, %v", x, got, ok, want, wok)
		}
		_, ok = preflect.TypeAssert[error](reflect.ValueOf(x))
		if _, wok = reflect.TypeAssert[error](reflect.ValueOf(x)); ok != wok {
			t.Errorf("%v as an error: %v, want %v", x, ok, wok)
		}
	}
}
