// Package rtype makes named types with methods at run time, which package
// reflect does not: types that the standard library's reflection sees as it
// sees those of compiled Go.
//
// A type is laid out as package reflect lays out those of StructOf, in the form
// of package internal/abi of Go 1.26, and made known to the runtime by the same
// function, which the runtime keeps open for such use (go.dev/issue/67401). Its
// methods are entries of a fixed table of machine code, each of which passes on
// to a function of reflect.MakeFunc. The table is the process's, since code
// cannot be made at run time; an entry once used stays used, as the runtime
// never forgets a type.
//
// [Check] says whether all that holds for the Go and the processor at hand.
package rtype
