package std

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"reflect"
)

// Compiled code asks many an interface value whether it can do more than the
// interface says: an io.Reader that is an io.WriterTo, an error that unwraps.
// The wrapper of a cell's type has exactly its interface's methods, so the
// answer would be no. What follows are wrappers with more methods; the
// interpreter takes the first whose methods the cell's type has, so the lists
// are sorted from many methods to few.

// Wider maps the wrapper of an interface, as a nil pointer, to wrappers with
// more methods.
func Wider() map[any][]reflect.Type {
	return map[any][]reflect.Type{
		(*w_io_Reader)(nil): {
			reflect.TypeFor[readerWriterTo](),
			reflect.TypeFor[w_io_ReadCloser](),
		},
		(*w_io_Writer)(nil): {
			reflect.TypeFor[writerReaderFrom](),
			reflect.TypeFor[w_io_WriteCloser](),
		},
		(*w_io_fs_File)(nil): {reflect.TypeFor[w_io_fs_ReadDirFile]()},
		(*w_io_fs_FS)(nil): {
			reflect.TypeFor[w_io_fs_ReadDirFS](),
			reflect.TypeFor[w_io_fs_ReadFileFS](),
			reflect.TypeFor[w_io_fs_StatFS](),
			reflect.TypeFor[w_io_fs_SubFS](),
			reflect.TypeFor[w_io_fs_GlobFS](),
		},
		(*w_net_http_ResponseWriter)(nil): {
			reflect.TypeFor[responseWriterFlusherHijacker](),
			reflect.TypeFor[responseWriterHijacker](),
			reflect.TypeFor[responseWriterFlusher](),
		},
		(*w_flag_Value)(nil): {reflect.TypeFor[flagBool]()},
	}
}

// WiderErrors are wrappers of error values with more methods.
func WiderErrors() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[errorIsUnwrap](),
		reflect.TypeFor[errorIs](),
		reflect.TypeFor[errorUnwrap](),
	}
}

// Fatal lists the functions that stand in for those of package log which end
// the process.
func Fatal() []any { return []any{logFatal, logFatalf, logFatalln} }

type readerWriterTo struct {
	IValue   any
	WRead    func([]byte) (int, error)
	WWriteTo func(io.Writer) (int64, error)
}

func (w readerWriterTo) Read(p []byte) (int, error)          { return w.WRead(p) }
func (w readerWriterTo) WriteTo(to io.Writer) (int64, error) { return w.WWriteTo(to) }

type writerReaderFrom struct {
	IValue    any
	WWrite    func([]byte) (int, error)
	WReadFrom func(io.Reader) (int64, error)
}

func (w writerReaderFrom) Write(p []byte) (int, error)            { return w.WWrite(p) }
func (w writerReaderFrom) ReadFrom(from io.Reader) (int64, error) { return w.WReadFrom(from) }

type responseWriterFlusher struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WFlush       func()
}

func (w responseWriterFlusher) Header() http.Header         { return w.WHeader() }
func (w responseWriterFlusher) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w responseWriterFlusher) WriteHeader(status int)      { w.WWriteHeader(status) }
func (w responseWriterFlusher) Flush()                      { w.WFlush() }

type responseWriterHijacker struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WHijack      func() (net.Conn, *bufio.ReadWriter, error)
}

func (w responseWriterHijacker) Header() http.Header                          { return w.WHeader() }
func (w responseWriterHijacker) Write(p []byte) (int, error)                  { return w.WWrite(p) }
func (w responseWriterHijacker) WriteHeader(status int)                       { w.WWriteHeader(status) }
func (w responseWriterHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.WHijack() }

type responseWriterFlusherHijacker struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WFlush       func()
	WHijack      func() (net.Conn, *bufio.ReadWriter, error)
}

func (w responseWriterFlusherHijacker) Header() http.Header         { return w.WHeader() }
func (w responseWriterFlusherHijacker) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w responseWriterFlusherHijacker) WriteHeader(status int)      { w.WWriteHeader(status) }
func (w responseWriterFlusherHijacker) Flush()                      { w.WFlush() }
func (w responseWriterFlusherHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.WHijack()
}

type flagBool struct {
	IValue      any
	WString     func() string
	WSet        func(string) error
	WIsBoolFlag func() bool
}

func (w flagBool) String() string {
	if w.WString == nil {
		return "" // package flag calls it on a zero value
	}
	return w.WString()
}
func (w flagBool) Set(s string) error { return w.WSet(s) }
func (w flagBool) IsBoolFlag() bool   { return w.WIsBoolFlag() }

type errorUnwrap struct {
	IValue  any
	WError  func() string
	WUnwrap func() error
}

func (w errorUnwrap) Error() string { return w.WError() }
func (w errorUnwrap) Unwrap() error { return w.WUnwrap() }

type errorIs struct {
	IValue any
	WError func() string
	WIs    func(error) bool
}

func (w errorIs) Error() string        { return w.WError() }
func (w errorIs) Is(target error) bool { return w.WIs(target) }

type errorIsUnwrap struct {
	IValue  any
	WError  func() string
	WIs     func(error) bool
	WUnwrap func() error
}

func (w errorIsUnwrap) Error() string        { return w.WError() }
func (w errorIsUnwrap) Is(target error) bool { return w.WIs(target) }
func (w errorIsUnwrap) Unwrap() error        { return w.WUnwrap() }
