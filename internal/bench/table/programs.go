package table

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// module is where the programs are.
const module = "github.com/chorus-go/chorus/internal/bench"

// serving is the server's program.
const serving = "serve"

// programs is a temporary folder with the programs of a run: the server's, and a client for each library that takes
// part. All are built by one command, so with the same flags.
type programs string

// build builds programs with the go command, which finds this module from every folder from which it can run it. They
// have to be removed even after an error.
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
	// Neither what debuggers need nor the state of the repository is worth the time that it takes.
	arguments := append([]string{"build", "-ldflags=-w", "-buildvcs=false", "-o", folder}, packages...)
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Env = append(os.Environ(), "GOTMPDIR="+folder) // which the go command leaves behind when it is interrupted
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return programs(folder), fmt.Errorf("table: building the programs from within their module: %w", err)
	}
	return programs(folder), nil
}

// remove removes the programs.
func (p programs) remove() error { return os.RemoveAll(string(p)) }

// command is one of the programs with a command line. It is killed at the end of the context.
func (p programs) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, filepath.Join(string(p), program), arguments...)
	command.Stderr = os.Stderr
	return command
}
