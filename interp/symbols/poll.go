package symbols

import "cahier/ops"

// OnPoll lets the compiled functions of cells' packages that work for long, and
// can be stopped, call f; see [ops.OnPoll].
func OnPoll(f func()) (remove func()) { return ops.OnPoll(f) }
