package gateway_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
)

// sessionFiles returns the names of the files in a store's directory, by their endings.
func sessionFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, entry := range entries {
		names[filepath.Ext(entry.Name())] = filepath.Join(dir, entry.Name())
	}
	if len(names) != len(entries) {
		t.Errorf("more files than expected: %v", entries)
	}
	return names
}

func TestSessionFilesAreForTheirOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	lease := lease(t, fileStore(t, dir), "bot")
	if err := lease.Save(t.Context(), storedSession(1)); err != nil {
		t.Fatal(err)
	}
	files := sessionFiles(t, dir)
	for path, want := range map[string]fs.FileMode{dir: 0o700, files[".json"]: 0o600, files[".lock"]: 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
	if len(files) != 2 {
		t.Errorf("there are %v", files)
	}
	if err := lease.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if files := sessionFiles(t, dir); len(files) != 1 || files[".lock"] == "" {
		t.Errorf("after Delete there are %v", files)
	}
}

func TestADirectoryThatIsNotFitForSessions(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", file, filepath.Join(file, "below"), open} {
		if path == open && runtime.GOOS == "windows" {
			continue
		}
		if store, err := gateway.NewFileSessions(path); err == nil || store != nil || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("%q: %v, %v", path, store, err)
		}
	}
	if _, err := new(gateway.FileSessions).Lease(t.Context(), "bot"); err == nil {
		t.Error("a store without a directory gives leases")
	}
	gone := filepath.Join(dir, "gone")
	store := fileStore(t, gone)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Lease(t.Context(), "bot"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lease in a directory that is gone: %v", err)
	}
}

func TestAFileSessionStoreStaysWhereItIs(t *testing.T) {
	t.Chdir(t.TempDir())
	store := fileStore(t, "sessions")
	t.Chdir(t.TempDir())
	if err := lease(t, store, "bot").Save(t.Context(), storedSession(1)); err != nil {
		t.Error(err)
	}
}

func TestADamagedSessionFile(t *testing.T) {
	for name, content := range map[string]string{
		"empty":           "",
		"cut":             `{"session_id":"s1","token":"hun`,
		"null":            `null`,
		"without an id":   `{}`,
		"another type":    `{"session_id":1}`,
		"a list":          `[]`,
		"zeros":           strings.Repeat("\x00", 512),
		"two":             `{"session_id":"s1"}{"session_id":"s2"}`,
		"a null sequence": `{"session_id":"s1","sequence":null}`,
		"huge":            `{"session_id":"s1"}` + strings.Repeat(" ", 1<<20),
	} {
		dir := t.TempDir()
		lease := lease(t, fileStore(t, dir), "bot")
		if err := lease.Save(t.Context(), storedSession(1)); err != nil {
			t.Fatal(err)
		}
		path := sessionFiles(t, dir)[".json"]
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := lease.Load(t.Context())
		damaged, ok := errors.AsType[*gateway.DamagedSessionError](err)
		if !ok || got != nil || damaged.Path != path || damaged.Unwrap() == nil {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		want := storedSession(2)
		if err := lease.Save(t.Context(), want); err != nil {
			t.Errorf("%s: Save: %v", name, err)
		}
		wantSession(t, lease, &want)
	}
}

func TestWhatACrashLeavesOfASaveIsNoSession(t *testing.T) {
	dir := t.TempDir()
	lease, kept := lease(t, fileStore(t, dir), "bot"), storedSession(1)
	if err := lease.Save(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	leftover := strings.TrimSuffix(sessionFiles(t, dir)[".json"], ".json") + ".tmp"
	half := []byte(`{"session_id":"s2","token":"hunt`)
	if err := os.WriteFile(leftover, half, 0o666); err != nil {
		t.Fatal(err)
	}
	wantSession(t, lease, &kept)
	next := storedSession(2)
	if err := lease.Save(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	wantSession(t, lease, &next)
	if files := sessionFiles(t, dir); len(files) != 2 {
		t.Errorf("after Save there are %v", files)
	}
	// A link in its place is not written through.
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(elsewhere, leftover); err == nil {
		if err := lease.Save(t.Context(), next); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the session was written to where a link led: %v", err)
		}
	}
	if err := os.WriteFile(leftover, half, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := lease.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if files := sessionFiles(t, dir); len(files) != 1 {
		t.Errorf("after Delete there are %v: a token was left", files)
	}
}

func TestASaveThatFailsKeepsTheSession(t *testing.T) {
	dir := t.TempDir()
	lease, kept := lease(t, fileStore(t, dir), "bot"), storedSession(1)
	if err := lease.Save(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	huge := storedSession(2)
	huge.Token = strings.Repeat("x", 2<<20)
	if err := lease.Save(t.Context(), huge); !errors.Is(err, gateway.ErrTooLarge) {
		t.Errorf("a session that could not be loaded: %v", err)
	}
	// A directory that is not empty stands where the new file is to be made.
	leftover := strings.TrimSuffix(sessionFiles(t, dir)[".json"], ".json") + ".tmp"
	if err := os.MkdirAll(filepath.Join(leftover, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := lease.Save(t.Context(), storedSession(2)); err == nil || !strings.HasPrefix(err.Error(), "gateway: ") {
		t.Errorf("Save: %v", err)
	}
	wantSession(t, lease, &kept)
}
