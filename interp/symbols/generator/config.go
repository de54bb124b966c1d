package generator

// A group is a set of packages whose tables make one Go package and whose
// export data and documentation make one archive each.
type group struct {
	name     string   // names the Go package, internal/<name>, and the archives
	patterns []string // for go list
	optional bool     // packages that do not exist (yet) are left out
	modules  []string // if there are any, all packages of these modules that others may import
	doc      string   // completes "Package <name> holds the symbol tables of ..."
}

// groups says which packages cells can import.
//
// From gonum: what is asked for most, and the packages whose types its API
// mentions. Each further package costs build time and binary size of
// everyone: those below are some three seconds of a first build.
var groups = []group{
	{name: "std", patterns: []string{"std"}, doc: "the standard library"},
	{name: "sci", doc: "gonum", patterns: []string{
		"gonum.org/v1/gonum/blas",
		"gonum.org/v1/gonum/blas/blas32",
		"gonum.org/v1/gonum/blas/blas64",
		"gonum.org/v1/gonum/diff/fd",
		"gonum.org/v1/gonum/dsp/fourier",
		"gonum.org/v1/gonum/floats",
		"gonum.org/v1/gonum/floats/scalar",
		"gonum.org/v1/gonum/integrate",
		"gonum.org/v1/gonum/integrate/quad",
		"gonum.org/v1/gonum/interp",
		"gonum.org/v1/gonum/mat",
		"gonum.org/v1/gonum/mathext",
		"gonum.org/v1/gonum/optimize",
		"gonum.org/v1/gonum/stat",
		"gonum.org/v1/gonum/stat/combin",
		"gonum.org/v1/gonum/stat/distmv",
		"gonum.org/v1/gonum/stat/distuv",
	}},
	{name: "own", doc: "cahier's own packages", optional: true, patterns: []string{
		"cahier/notebooks/display",
		"cahier/notebooks/plot",
		"cahier/notebooks/progress",
		"cahier/notebooks/widget",
		"cahier/ops",
		"cahier/ops/files",
		"cahier/ops/dataset",
		"cahier/ops/metrics",
		"cahier/ops/nn",
		"cahier/ops/optim",
	}},
}

// left out of the tables:
//   - plugin: a program that mentions plugin.Open is linked with every exported
//     symbol of every package, and a cell has no use for it;
//   - runtime/cgo: does not exist without cgo;
//   - runtime/race: only means something in a race build.
var leftOut = map[string]bool{
	"plugin":       true,
	"runtime/cgo":  true,
	"runtime/race": true,
}

// platforms are those for which export data is embedded, the first being the
// one whose data the others' differ from. On any other platform cells still
// run, but without package syscall and with the constants of the first one.
var platforms = []platform{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
	{"js", "wasm"},
}

// A replacement is what a cell calls instead of a function that would end the
// process: package name and function name to a function of internal/<group>.
var replacements = map[string]string{
	"os.Exit":      "exit",
	"log.Fatal":    "logFatal",
	"log.Fatalf":   "logFatalf",
	"log.Fatalln":  "logFatalln",
	"syscall.Exit": "exit",
}

// onLoad names functions of internal/<group> to run when a package is first
// loaded, by import path: what the package's own init would do, where doing it
// unasked would be felt.
var onLoad = map[string]string{
	"expvar":         "serveExpvar",
	"net/http/pprof": "servePprof",
}
