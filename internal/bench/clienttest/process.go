package clienttest

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/server"
)

// child is in the environment of the clients that tests start.
const child = "BENCH_CHILD=1"

// Main is the TestMain of a client: it makes the test's program the client's when it is started by a test.
func Main(m *testing.M, program func()) {
	if slices.Contains(os.Environ(), child) {
		program()
		return
	}
	os.Exit(m.Run())
}

// Serve returns a server with this command line, which ends with the test.
func Serve(t *testing.T, arguments ...string) server.Address {
	t.Helper()
	options, err := server.Parse(arguments)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.Listen(options)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return s.Address()
}

// Ask returns the result of the client with this command line.
func Ask(t *testing.T, address server.Address, arguments ...string) client.Result {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	common := []string{"-url", address.URL, "-control", address.Control, "-patience", "30s"}
	c := exec.CommandContext(t.Context(), program, append(common, arguments...)...)
	c.Env = append(os.Environ(), child)
	c.Stderr = t.Output()
	output, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var result client.Result
	if err := json.Unmarshal(output, &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Faults) > 0 {
		t.Errorf("not understood: %q", result.Faults)
	}
	return result
}
