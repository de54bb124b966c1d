package assist

import (
	"go/types"
)

// universe is the header of a predeclared object.
func universe(obj types.Object) string {
	switch o := obj.(type) {
	case *types.Builtin:
		return "func " + o.Name() + builtins[o.Name()]
	case *types.TypeName:
		switch o.Name() {
		case "any":
			return "type any = interface{}"
		case "error":
			return "type error interface {\n\tError() string\n}"
		case "comparable":
			return "type comparable interface{ comparable }"
		case "byte":
			return "type byte = uint8"
		case "rune":
			return "type rune = int32"
		}
		return "type " + o.Name()
	case *types.Const:
		return "const " + o.Name()
	}
	return obj.Name()
}

// predeclared documents what the language declares, and its keywords, in the
// sense of the Go specification.
var predeclared = map[string]string{
	"append":     "append adds elems to the end of slice and returns the result. It uses the slice's capacity if that suffices and allocates a new array otherwise, so keep the result: s = append(s, x).",
	"cap":        "cap returns the capacity of a slice, an array or a channel.",
	"clear":      "clear deletes all entries of a map, or sets all elements of a slice to zero.",
	"close":      "close closes a channel: no more values may be sent. Receivers get the values that are still in it, then zero values.",
	"complex":    "complex makes a complex number of its real and imaginary parts.",
	"copy":       "copy copies elements from src to dst, which may overlap, and returns how many: the smaller of the two lengths.",
	"delete":     "delete removes the entry with the key from the map, if there is one.",
	"imag":       "imag returns the imaginary part of a complex number.",
	"len":        "len returns the length of a string (in bytes), array, slice, map or channel.",
	"make":       "make makes a slice (of a length, and perhaps a capacity), a map (perhaps with room for a number of entries) or a channel (perhaps with a buffer).",
	"max":        "max returns the greatest of its arguments.",
	"min":        "min returns the smallest of its arguments.",
	"new":        "new allocates a variable, of a type's zero value or of the value given, and returns its address.",
	"panic":      "panic stops the normal course of the goroutine; deferred functions run and may recover.",
	"print":      "print writes its arguments to standard error; for debugging.",
	"println":    "println writes its arguments to standard error with spaces between and a newline; for debugging.",
	"real":       "real returns the real part of a complex number.",
	"recover":    "recover, called by a deferred function, stops a panic and returns the value it was called with.",
	"any":        "any is the interface that all types implement.",
	"bool":       "bool holds true or false.",
	"byte":       "byte is another name of uint8.",
	"comparable": "comparable is the constraint of types whose values can be compared with == and !=.",
	"complex128": "complex128 is a complex number with float64 parts.",
	"complex64":  "complex64 is a complex number with float32 parts.",
	"error":      "error is the interface of errors; nil is no error.",
	"float32":    "float32 is an IEEE 754 32-bit floating-point number.",
	"float64":    "float64 is an IEEE 754 64-bit floating-point number.",
	"int":        "int is a signed integer of 32 or 64 bits, by platform.",
	"int8":       "int8 is a signed 8-bit integer, -128 to 127.",
	"int16":      "int16 is a signed 16-bit integer, -32768 to 32767.",
	"int32":      "int32 is a signed 32-bit integer.",
	"int64":      "int64 is a signed 64-bit integer.",
	"rune":       "rune is another name of int32, for Unicode code points.",
	"string":     "string is a sequence of bytes that cannot change, usually UTF-8 text.",
	"uint":       "uint is an unsigned integer of the size of int.",
	"uint8":      "uint8 is an unsigned 8-bit integer, 0 to 255.",
	"uint16":     "uint16 is an unsigned 16-bit integer, 0 to 65535.",
	"uint32":     "uint32 is an unsigned 32-bit integer.",
	"uint64":     "uint64 is an unsigned 64-bit integer.",
	"uintptr":    "uintptr is an unsigned integer that can hold the bits of a pointer.",
	"false":      "false is one of the two values of bool.",
	"true":       "true is one of the two values of bool.",
	"iota":       "iota counts the constants in a const declaration, from 0.",
	"nil":        "nil is the zero value of pointers, functions, interfaces, slices, channels and maps.",
}

var keywordDocs = map[string]string{
	"break":       "break ends the innermost for, switch or select, or the labelled one.",
	"case":        "case begins a clause of a switch or select.",
	"chan":        "chan T is a channel of T; chan<- T only sends, <-chan T only receives.",
	"const":       "const declares constants.",
	"continue":    "continue begins the next iteration of the innermost for, or the labelled one.",
	"default":     "default begins the clause that runs when no case does.",
	"defer":       "defer calls a function when the surrounding one returns.",
	"else":        "else begins what runs when the condition of if is false.",
	"fallthrough": "fallthrough goes on with the next clause of a switch.",
	"for":         "for repeats: for condition {}, for init; condition; post {}, for key, value := range x {}.",
	"func":        "func declares a function or method, or is a function value.",
	"go":          "go calls a function in a goroutine of its own.",
	"goto":        "goto continues at a label.",
	"if":          "if condition {}, or if init; condition {}.",
	"import":      "import makes a package's exported names usable. In cells most packages need none.",
	"interface":   "interface is a type by its methods, or a constraint by its types.",
	"map":         "map[K]V maps keys to values.",
	"package":     "package names a package; cells have no use for it.",
	"range":       "range goes over the elements of a slice, array, string, map, channel, over integers, or over what an iterator function yields.",
	"return":      "return ends a function with its results.",
	"select":      "select waits for one of several channel operations.",
	"struct":      "struct is a type by its fields.",
	"switch":      "switch chooses a clause by a value, by conditions, or by a type.",
	"type":        "type declares a type: type T struct {}, or another name of one: type T = U.",
	"var":         "var declares variables.",
}

func describeKeyword(name string) Inspection {
	doc, ok := keywordDocs[name]
	if !ok {
		return Inspection{}
	}
	return Inspection{Found: true,
		Plain:    "keyword " + name + "\n\n" + doc + "\n",
		Markdown: "`" + name + "` (keyword)\n\n" + doc + "\n"}
}
