//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// fileLocks returns why files cannot be locked on this system: without locks, two processes would take one session from
// each other.
func fileLocks() error {
	return fmt.Errorf("gateway: sessions cannot be kept in files on %s, where this library knows no locks: %w",
		runtime.GOOS, errors.ErrUnsupported)
}

func lockFile(*os.File) error { return fileLocks() }

func unlockFile(*os.File) error { return fileLocks() }

func syncDirectory(string) error { return fileLocks() }

func openToAll(fs.FileMode) bool { return false }
