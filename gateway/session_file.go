package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxSessionFile is the size, in bytes, of the largest file that is taken for a session.
const maxSessionFile = 1 << 20

// FileSessions is a SessionStore that keeps each session in a file of its own, for processes on one machine that come one
// after the other, or at the same time.
//
// A session is written to a new file that then takes the place of the old one, and file and directory are synced before
// Save returns: whatever happens to process or machine, there is a whole session, the old or the new one. The lease is a
// lock of the operating system on a second file, which is empty, stays, and is not to be removed; the lock ends with the
// process that holds it. So the directory must be on a file system with locks: some network file systems have none.
//
// Files are named by a hash of the key. They can be read and written by their owner only (mode 0600; on Windows the
// rights are those of the directory) and contain tokens.
type FileSessions struct{ dir string }

var _ SessionStore = (*FileSessions)(nil)

// NewFileSessions returns the store in a directory, which is made if it is not there, for the owner only (mode 0700). A
// directory that is there keeps its mode, and is an error if everybody may write to it. On systems where this library
// knows no locks, it is an error too.
func NewFileSessions(dir string) (*FileSessions, error) {
	if dir == "" {
		return nil, errors.New("gateway: the directory for sessions has no name")
	}
	if err := fileLocks(); err != nil {
		return nil, err
	}
	// The store outlives a change of the working directory.
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("gateway: sessions: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("gateway: sessions: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("gateway: sessions: %w", err)
	}
	if openToAll(info.Mode()) {
		return nil, fmt.Errorf("gateway: sessions: everybody may write to %s; a directory for sessions is for its owner only", dir)
	}
	return &FileSessions{dir: dir}, nil
}

// Lease implements SessionStore.
func (f *FileSessions) Lease(ctx context.Context, key string) (SessionLease, error) {
	if ctx != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if f.dir == "" {
		return nil, errors.New("gateway: the store of sessions was not made by NewFileSessions")
	}
	hash := sha256.Sum256([]byte(key))
	base := filepath.Join(f.dir, hex.EncodeToString(hash[:]))
	lock, err := os.OpenFile(base+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("gateway: sessions: %w", err)
	}
	if err := lockFile(lock); err != nil {
		_ = lock.Close()
		if errors.Is(err, ErrSessionLeased) {
			return nil, err
		}
		return nil, fmt.Errorf("gateway: sessions: cannot lock %s: %w", lock.Name(), err)
	}
	return &fileLease{path: base + ".json", temporary: base + ".tmp", lock: lock, turn: newLeaseTurn()}, nil
}

// fileLease is the lease of a file. There is at most one for each file on the machine, so that the temporary file needs no
// name of its own, and what a crash has left of one is overwritten by the next Save.
type fileLease struct {
	path      string
	temporary string
	lock      *os.File
	turn      leaseTurn
}

func (l *fileLease) Load(ctx context.Context) (*Session, error) {
	if err := l.turn.take(ctx); err != nil {
		return nil, err
	}
	defer l.turn.give()
	data, err := l.read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("gateway: sessions: %w", err)
	}
	if len(data) > maxSessionFile {
		return nil, &DamagedSessionError{Path: l.path, Err: ErrTooLarge}
	}
	session := new(Session)
	if err := json.Unmarshal(data, session); err != nil {
		return nil, &DamagedSessionError{Path: l.path, Err: err}
	}
	if err := session.storable(); err != nil {
		return nil, &DamagedSessionError{Path: l.path, Err: err}
	}
	return session, nil
}

func (l *fileLease) read() ([]byte, error) {
	file, err := os.Open(l.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxSessionFile+1))
}

func (l *fileLease) Save(ctx context.Context, session Session) error {
	if err := session.storable(); err != nil {
		return err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return fmt.Errorf("gateway: sessions: %w", err)
	}
	if len(data) > maxSessionFile {
		return fmt.Errorf("gateway: sessions: a session of %d bytes: %w", len(data), ErrTooLarge)
	}
	if err := l.turn.take(ctx); err != nil {
		return err
	}
	defer l.turn.give()
	if err := l.replace(append(data, '\n')); err != nil {
		_ = os.Remove(l.temporary)
		return fmt.Errorf("gateway: sessions: %w", err)
	}
	return nil
}

// replace puts data in the place of the session's file.
func (l *fileLease) replace(data []byte) error {
	// What is left of a crash may be anything, also a link; O_EXCL follows none.
	if err := os.Remove(l.temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(l.temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(l.temporary, l.path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(l.path))
}

func (l *fileLease) Delete(ctx context.Context) error {
	if err := l.turn.take(ctx); err != nil {
		return err
	}
	defer l.turn.give()
	for _, path := range []string{l.temporary, l.path} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("gateway: sessions: %w", err)
		}
	}
	if err := syncDirectory(filepath.Dir(l.path)); err != nil {
		return fmt.Errorf("gateway: sessions: %w", err)
	}
	return nil
}

func (l *fileLease) Release() error {
	if !l.turn.end() {
		return nil
	}
	// Closing alone would leave the lock to a process that is being started right now and has not let go of what it
	// inherited.
	if err := errors.Join(unlockFile(l.lock), l.lock.Close()); err != nil {
		return fmt.Errorf("gateway: sessions: %w", err)
	}
	return nil
}
