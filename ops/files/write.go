package files

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile makes or replaces a file by what write writes. Anybody sees the
// old file or the new one, whole; after an error it is the old one.
func writeFile(name string, write func(w io.Writer) error) (err error) {
	mode := fs.FileMode(0o666)
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	case err == nil && info.Mode()&0o222 == 0:
		return &fs.PathError{Op: "write", Path: name, Err: fs.ErrPermission} // which a rename would not ask
	case err == nil:
		mode = info.Mode().Perm()
		if name, err = filepath.EvalSymlinks(name); err != nil { // a link stays a link
			return err
		}
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(name); err == nil {
			return errors.New("it is a link to a file that does not exist")
		}
	default:
		return err
	}
	dir, base := filepath.Split(name)
	temp := filepath.Join(dir, "."+base+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if err := fill(f, write); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, name); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}

// fill writes a file to the disk and closes it.
func fill(f *os.File, write func(w io.Writer) error) error {
	b := bufio.NewWriterSize(f, 1<<16)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// open opens a regular file and says how long it is.
func open(name string) (*os.File, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// within puts the function and the file's name in front of an error.
func within(fn, name string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*fs.PathError); ok { // it names the file
		return fmt.Errorf("files.%s: %w", fn, e)
	}
	return fmt.Errorf("files.%s: %s: %w", fn, name, err)
}
