package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// module is where the programs are.
const module = "github.com/chorus-go/chorus/internal/bench"

// serving is the server's program.
const serving = "serve"

// grace is how long a process that was interrupted may take to end.
const grace = 5 * time.Second

// programs is a temporary folder with the programs of a run: the server's, and a client for each library that takes
// part. All are built by one command, so with the same flags.
type programs string

// build builds programs with the go command, which finds this module from every folder from which it can run it.
func build(ctx context.Context, libraries []string, progress io.Writer) (programs, error) {
	packages := []string{module + "/" + serving}
	for _, library := range libraries {
		if !slices.Contains(client.Libraries(), library) {
			return "", fmt.Errorf("table: unknown library %q", library)
		}
		packages = append(packages, module+"/clients/"+library)
	}
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return "", fmt.Errorf("table: %w", err)
	}
	_, _ = fmt.Fprintln(progress, "building the programs")
	p := programs(folder)
	if err := command(ctx, "go", append([]string{"build", "-o", folder}, packages...)...).Run(); err != nil {
		return "", errors.Join(fmt.Errorf("table: building the programs: %w", err), p.remove())
	}
	return p, nil
}

// remove removes the programs.
func (p programs) remove() error { return os.RemoveAll(string(p)) }

// command is one of the programs with a command line.
func (p programs) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	return command(ctx, filepath.Join(string(p), program), arguments...)
}

// command is a process that is interrupted at the end of the context.
func command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	process := exec.CommandContext(ctx, program, arguments...)
	// The go command has files of its own to remove.
	process.Cancel = func() error { return process.Process.Signal(os.Interrupt) }
	process.WaitDelay = grace
	process.Stderr = os.Stderr
	return process
}
