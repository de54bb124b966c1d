package interp

import (
	"time"
)

// Options are the settings of a Session. The zero value is the default.
type Options struct {
	// Grace is how long an interrupted cell may take to end. After it the
	// Session gives up waiting: what still runs then (a compiled call that
	// does not return) is left behind. 0 means 300 ms.
	Grace time.Duration
	// History lists the code of earlier cells, oldest first, for %replay;
	// nil: there are none.
	History func() []string
}
