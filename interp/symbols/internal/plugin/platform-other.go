package plugin

import "cahier/interp/symbols/internal/table"

// What generated indexes hold too, in a file for each platform.
var (
	PlatformExport   string           // archive of export data that differs from Export
	PlatformPackages []*table.Package // sorted by path
)
