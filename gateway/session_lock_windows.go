package gateway

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

const (
	lockExclusively = 0x2 // LOCKFILE_EXCLUSIVE_LOCK
	lockOrFail      = 0x1 // LOCKFILE_FAIL_IMMEDIATELY

	errLockViolation syscall.Errno = 33 // ERROR_LOCK_VIOLATION
)

// fileLocks returns why files cannot be locked on this system.
func fileLocks() error { return nil }

// lockFile locks a file for whoever opened it, in this process or in another one, or returns ErrSessionLeased.
func lockFile(file *os.File) error {
	overlapped := new(syscall.Overlapped)
	ok, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx").Call(
		file.Fd(), lockExclusively|lockOrFail, 0, 1, 0, uintptr(unsafe.Pointer(overlapped)))
	switch {
	case ok != 0:
		return nil
	case errors.Is(err, errLockViolation) || errors.Is(err, syscall.ERROR_IO_PENDING):
		return ErrSessionLeased
	}
	return err
}

func unlockFile(file *os.File) error {
	overlapped := new(syscall.Overlapped)
	ok, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("UnlockFileEx").Call(
		file.Fd(), 0, 1, 0, uintptr(unsafe.Pointer(overlapped)))
	if ok != 0 {
		return nil
	}
	return err
}

// syncDirectory does nothing: Windows has no such thing, and keeps its directories in a journal.
func syncDirectory(string) error { return nil }

// openToAll cannot be answered from a mode: what Windows knows of rights is not in it.
func openToAll(fs.FileMode) bool { return false }
