package std

import (
	"fmt"
	"log"

	"cahier/interp/symbols/internal/table"
)

// What follows stands in for functions that would end the process: a cell
// that calls them ends, and the variables of the session live.

func exit(code int) { panic(table.Exit{Code: code}) }

func logFatal(v ...any) {
	_ = log.Output(2, fmt.Sprint(v...))
	exit(1)
}

func logFatalf(format string, v ...any) {
	_ = log.Output(2, fmt.Sprintf(format, v...))
	exit(1)
}

func logFatalln(v ...any) {
	_ = log.Output(2, fmt.Sprintln(v...))
	exit(1)
}

// Format makes the wrapper of fmt.Stringer print as the value that it wraps:
// only verbs for strings go through String.
func (w w_fmt_Stringer) Format(s fmt.State, verb rune) {
	format := fmt.FormatString(s, verb)
	switch verb {
	case 'v':
		if s.Flag('#') {
			break
		}
		fallthrough
	case 's', 'q', 'x', 'X':
		fmt.Fprintf(s, format, stringer(w.String))
		return
	}
	fmt.Fprintf(s, format, w.IValue)
}

type stringer func() string

func (f stringer) String() string { return f() }
