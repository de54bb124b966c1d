package rt

import "runtime"

func runtimePanicNil() runtime.PanicNilError { return runtime.PanicNilError{} }
