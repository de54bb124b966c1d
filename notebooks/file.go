package notebooks

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes the notebook to a file, new or replaced, in one step: a
// reader sees the old document or the new one, also after a crash, and on an
// error the old one stays. An existing file keeps its permissions, and a
// symbolic link stays a link; a file that the user may not write is refused.
func (n *Notebook) WriteFile(name string) error {
	doc, err := n.encode()
	if err != nil {
		return err
	}
	return writeFile(name, doc)
}

// writeFile replaces the content of a file by way of a temporary one in the
// same folder.
func writeFile(name string, content []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s is not written: %w", name, err)
		}
	}()
	mode, err := writable(name)
	if err != nil {
		return err
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	} else if _, err := os.Lstat(name); err == nil {
		return errors.New("it is a link to a file that does not exist")
	}
	temp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less the umask
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(temp)
		}
	}()
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		return err
	}
	// The rename itself is on disk once the folder is; some file systems
	// cannot sync folders, and then nothing is lost but that promise.
	if dir, err := os.Open(filepath.Dir(name)); err == nil {
		_ = dir.Sync()
		dir.Close()
	}
	return nil
}

// writable returns the permissions of an existing file, 0 if there is none, and
// an error if it is no regular file or may not be written.
func writable(name string) (fs.FileMode, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errors.New("it is not a regular file")
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), f.Close()
}
