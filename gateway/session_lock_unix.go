//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package gateway

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// fileLocks returns why files cannot be locked on this system.
func fileLocks() error { return nil }

// lockFile locks a file for whoever opened it, in this process or in another one, or returns ErrSessionLeased.
func lockFile(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrSessionLeased
		case !errors.Is(err, syscall.EINTR):
			return err
		}
	}
}

func unlockFile(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }

// syncDirectory makes what was renamed or removed in a directory last. Not all file systems can do that.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	err = directory.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, directory.Close())
}

// openToAll reports whether everybody may write to a directory.
func openToAll(mode fs.FileMode) bool { return mode.Perm()&0o002 != 0 }
