package table

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// temporary has temporary folders made in one of the test's, which has to be empty at the end.
func temporary(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Cleanup(func() {
		left, err := os.ReadDir(folder)
		if err != nil || len(left) > 0 {
			t.Errorf("%v was left, %v", left, err)
		}
	})
}

// The table itself, small.
func TestTheTableIsPrinted(t *testing.T) {
	profiles := t.TempDir()
	temporary(t)
	var out strings.Builder
	err := Main(t.Context(), []string{
		"-rounds", "1", "-events", "200", "-connections", "5", "-ready", "300000", "-members", "100",
		"-libraries", "chorus,gorilla,discordgo", "-scenarios", "nothing,messages,ready,guild,idle,observers",
		"-profiles", profiles,
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"| µs CPU per event | nothing observed | only MESSAGE_CREATE |", "| arikawa | – | – |",
		"| target | ≥ 100× | ≥ 30× |",
		"**READY of 0 MB**", "**5 idle connections in one process, each**", "Each further observer: ",
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is not in\n%s", part, out.String())
		}
	}
	if _, err := os.Stat(profiles + "/nothing-chorus.cpu"); err != nil {
		t.Error(err)
	}
}

var errInterrupted = errors.New("interrupted")

// interrupt ends a context when something is written.
type interrupt context.CancelCauseFunc

func (end interrupt) Write(p []byte) (int, error) {
	end(errInterrupted)
	return len(p), nil
}

func TestAnInterruptLeavesNothingBehind(t *testing.T) {
	arguments := []string{"-rounds", "1", "-events", "200", "-libraries", "gorilla", "-scenarios", "nothing"}
	t.Run("before the programs are built", func(t *testing.T) {
		temporary(t)
		ctx, end := context.WithCancelCause(t.Context())
		end(errInterrupted)
		if err := Main(ctx, arguments, io.Discard); !errors.Is(err, errInterrupted) {
			t.Error(err)
		}
	})
	t.Run("afterwards", func(t *testing.T) {
		temporary(t)
		ctx, end := context.WithCancelCause(t.Context())
		defer end(nil)
		if err := Main(ctx, arguments, interrupt(end)); !errors.Is(err, errInterrupted) {
			t.Error(err)
		}
	})
}

func TestOnlyLibrariesThatThereAreAreBuilt(t *testing.T) {
	temporary(t)
	err := Main(t.Context(), []string{"-libraries", "gorilla,../serve", "-scenarios", "none"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `unknown library "../serve"`) {
		t.Error(err)
	}
}
