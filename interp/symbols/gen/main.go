// Gen writes the symbol tables, the export data and the documentation of all
// packages that cells can import. Run it by `go generate ./interp/symbols`
// after a change of Go version, of gonum, or of our own packages' exported
// API; package generator says which packages.
//
//	gen [-o DIR] [-groups NAME,...] [-keep-going]
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"cahier/interp/symbols/generator"
)

func main() {
	dir := flag.String("o", ".", "the `directory` of package symbols")
	names := flag.String("groups", "", "make only these groups, by their `names` separated by commas")
	keepGoing := flag.Bool("keep-going", false, "leave out cahier's own packages that do not compile now")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "gen: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	var groups []string
	if *names != "" {
		groups = strings.Split(*names, ",")
	}
	if err := generator.Generate(*dir, groups, *keepGoing); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}
