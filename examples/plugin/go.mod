module example

go 1.26.0

require cahier v0.0.0

require (
	golang.org/x/sys v0.49.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

// A plugin of your own requires a published version of cahier and needs no
// replacement.
replace cahier => ../..
