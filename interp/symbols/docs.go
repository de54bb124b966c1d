package symbols

import (
	"encoding/binary"
	"sync"

	"cahier/interp/symbols/internal/own"
	"cahier/interp/symbols/internal/pack"
	"cahier/interp/symbols/internal/plugin"
	"cahier/interp/symbols/internal/sci"
	"cahier/interp/symbols/internal/std"
)

var docArchives = sync.OnceValue(func() []*pack.Archive {
	return open(std.Docs, sci.Docs, own.Docs, plugin.Docs)
})

// docCache keeps the documentation of packages that were asked for: path to
// map[string]string.
var docCache sync.Map

// Doc returns the documentation comment of an exported name of a package:
// "Println", a method or a field as "Reader.Read", also of unexported types
// that exported ones embed; "" is the package itself. It is "" when there is
// none.
func Doc(path, name string) string {
	docs, ok := docCache.Load(path)
	if !ok {
		docs, _ = docCache.LoadOrStore(path, loadDocs(path))
	}
	return docs.(map[string]string)[name]
}

func loadDocs(path string) map[string]string {
	data, err := read(docArchives(), path)
	if err != nil {
		panic("symbols: embedded documentation is damaged: " + err.Error())
	}
	docs := map[string]string{}
	text := string(data)
	for next := 0; next < len(data); {
		var pair [2]string
		for i := range pair {
			n, size := binary.Uvarint(data[next:])
			start := next + size
			next = start + int(n)
			pair[i] = text[start:next]
		}
		docs[pair[0]] = pair[1]
	}
	return docs
}
