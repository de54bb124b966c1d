package kernel

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// historyLock is how long a kernel waits for another one that uses the file.
const historyLock = time.Second

// The buckets of the history file. Sessions: number → time of its first cell;
// the bucket's sequence gives the next number. Cells: session and line, 8 bytes
// each, big-endian → storedCell as JSON.
var (
	sessionsBucket = []byte("sessions")
	cellsBucket    = []byte("cells")
)

type storedCell struct {
	Input  string  `json:"in"`
	Output *string `json:"out,omitempty"`
}

// withFile opens the history file, calls f and closes it. What a damaged file
// makes the database do (it panics, or reads behind the end of the file) becomes
// an error.
func withFile(path string, f func(db *bbolt.DB) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var db *bbolt.DB
	defer func() {
		p := recover()
		if p != nil {
			err = fmt.Errorf("the file is damaged: %v", p)
		}
		if db != nil {
			err = errors.Join(err, closeFile(db, p != nil))
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: historyLock})
	if err != nil {
		return err
	}
	return f(db)
}

// closeFile closes the database. After a panic in a transaction its locks may be
// held for ever, so it is not waited for.
func closeFile(db *bbolt.DB, broken bool) error {
	if broken {
		go db.Close()
		return nil
	}
	return db.Close()
}

// store appends cells, for a session that gets its number here if it is 0.
func store(db *bbolt.DB, session int, cells []cell) (int, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		sessions, err := tx.CreateBucketIfNotExists(sessionsBucket)
		if err != nil {
			return err
		}
		all, err := tx.CreateBucketIfNotExists(cellsBucket)
		if err != nil {
			return err
		}
		if session == 0 {
			n, err := sessions.NextSequence()
			if err != nil {
				return err
			}
			session = int(n)
			now, err := time.Now().UTC().MarshalText()
			if err != nil {
				return err
			}
			if err := sessions.Put(key(session), now); err != nil {
				return err
			}
		}
		for _, c := range cells {
			b, err := json.Marshal(storedCell{Input: c.input, Output: c.output})
			if err != nil {
				return err
			}
			if err := all.Put(key(session, c.line), b); err != nil {
				return err
			}
		}
		return nil
	})
	return session, err
}

// walk visits cells from the newest to the oldest while visit returns true: all
// sessions, or only one. Present is the number of this session; if it has none
// yet, it is the next one.
func walk(db *bbolt.DB, present int, only *int, visit func(cell) bool) error {
	return db.View(func(tx *bbolt.Tx) error {
		all, sessions := tx.Bucket(cellsBucket), tx.Bucket(sessionsBucket)
		if all == nil || sessions == nil {
			return nil
		}
		if present == 0 {
			present = int(sessions.Sequence()) + 1
		}
		one := 0
		if only != nil {
			if one = *only; one <= 0 {
				one += present
			}
			if one <= 0 {
				return nil
			}
		}
		c := all.Cursor()
		k, v := newest(c, one)
		for ; k != nil; k, v = c.Prev() {
			if len(k) != 16 {
				return fmt.Errorf("the file is damaged: a key has %d bytes, want 16", len(k))
			}
			e := cell{session: int(binary.BigEndian.Uint64(k)), line: int(binary.BigEndian.Uint64(k[8:]))}
			if only != nil && e.session != one {
				return nil
			}
			var s storedCell
			if err := json.Unmarshal(v, &s); err != nil {
				return fmt.Errorf("the file is damaged: cell %d of session %d: %w", e.line, e.session, err)
			}
			e.input, e.output = s.Input, s.Output
			if !visit(e) {
				return nil
			}
		}
		return nil
	})
}

// newest finds the newest cell of a session, or of all if session is 0. If the
// session has no cells it finds another one, or nil.
func newest(c *bbolt.Cursor, session int) (k, v []byte) {
	if session == 0 {
		return c.Last()
	}
	if k, _ := c.Seek(key(session + 1)); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// key orders by its numbers.
func key(numbers ...int) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return b
}
