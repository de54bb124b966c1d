// Package plugin holds the symbol tables of what cahier build --with compiles
// in: none here. A build replaces these two files, in its own copy of them, by
// what package generator makes of the plugins' packages.
package plugin

import "cahier/interp/symbols/internal/table"

// What generated indexes hold too.
var (
	Export   string           // archive of export data
	Docs     string           // archive of documentation
	Packages []*table.Package // sorted by path
)
