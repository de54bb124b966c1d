package std

import (
	"expvar"
	"net/http"
	"net/http/pprof"
	"sync"
)

// Packages expvar and net/http/pprof put handlers into http.DefaultServeMux
// when they are linked in, which here they always are. A cell that serves
// HTTP must not show memory and command line to its visitors unless it
// imports them, so cells get a mux of their own.
func init() { http.DefaultServeMux = http.NewServeMux() }

var serveExpvar = sync.OnceFunc(func() {
	handle("GET /debug/vars", expvar.Handler())
})

var servePprof = sync.OnceFunc(func() {
	handle("GET /debug/pprof/", http.HandlerFunc(pprof.Index))
	handle("GET /debug/pprof/cmdline", http.HandlerFunc(pprof.Cmdline))
	handle("GET /debug/pprof/profile", http.HandlerFunc(pprof.Profile))
	handle("GET /debug/pprof/symbol", http.HandlerFunc(pprof.Symbol))
	handle("GET /debug/pprof/trace", http.HandlerFunc(pprof.Trace))
})

// handle adds a handler, unless a cell was there first with the same pattern.
func handle(pattern string, h http.Handler) {
	defer func() { _ = recover() }()
	http.DefaultServeMux.Handle(pattern, h)
}
