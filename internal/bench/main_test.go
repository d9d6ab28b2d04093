package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
	"github.com/chorus-go/chorus/internal/bench/server"
	"github.com/chorus-go/chorus/internal/bench/table"
)

// TestMain makes the test's program the benchmark's when it is started by a test.
func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), table.Child) {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is this program with other arguments.
func child(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, arguments...)
	c.Env = append(os.Environ(), table.Child)
	c.Stderr = t.Output()
	return c
}

// serving is a server that ends with the test.
func serving(t *testing.T, arguments ...string) server.Address {
	t.Helper()
	c := child(t, append([]string{"serve"}, arguments...)...)
	input, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = c.Wait()
	})
	var address server.Address
	if err := json.NewDecoder(output).Decode(&address); err != nil {
		t.Fatal(err)
	}
	return address
}

// asked is the result of a client.
func asked(t *testing.T, address server.Address, arguments ...string) client.Result {
	t.Helper()
	common := []string{"client", "-url", address.URL, "-control", address.Control, "-patience", "30s"}
	c := child(t, append(common, arguments...)...)
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

const events = 300

// What a client is measured with is what it sees: every event that it observes, once, and nothing else.
func TestEveryClientSeesWhatItObserves(t *testing.T) {
	t.Parallel()
	messages := int64(events * corpus.Share("MESSAGE_CREATE") / 100)
	for _, library := range client.Libraries() {
		for _, compression := range []string{"none", "zlib-stream", "zstd-stream"} {
			requested := strings.TrimPrefix(compression, "none")
			if !client.Supports(library, requested) {
				continue
			}
			t.Run(library+" "+compression, func(t *testing.T) {
				t.Parallel()
				// A server's floods begin for all its clients at once.
				address := serving(t, "-events", fmt.Sprint(events), "-guilds", "10", "-compressions", compression)
				wants := map[client.Observe]int64{client.Nothing: 0, client.Messages: messages, client.All: events}
				for what, want := range wants {
					if library == client.Floor && what != client.Nothing {
						continue
					}
					until := fmt.Sprint(client.Until)
					if library == client.Discordgo {
						until = fmt.Sprint(want) // its handlers may run after that of a later event
					}
					result := asked(t, address, "-library", library, "-compression", requested,
						"-observe", string(what), "-want", until)
					if result.Observed != want {
						t.Errorf("%s: %d events instead of %d", what, result.Observed, want)
					}
					if result.CPU <= 0 || result.Peak <= 0 {
						t.Errorf("%s: nothing is measured: %+v", what, result)
					}
				}
			})
		}
	}
}

func TestFurtherObserversSeeEachMessage(t *testing.T) {
	t.Parallel()
	want := int64(3 * events * corpus.Share("MESSAGE_CREATE") / 100)
	address := serving(t, "-events", fmt.Sprint(events))
	if got := asked(t, address, "-observe", "messages", "-observers", "3").Observed; got != want {
		t.Errorf("%d calls instead of %d", got, want)
	}
}

// A heartbeat has to be answered in the middle of a flood, and its arrival noted.
func TestHeartbeatsAreNoted(t *testing.T) {
	t.Parallel()
	address := serving(t, "-events", "1000", "-loop", "1s", "-interval", "100")
	result := asked(t, address, "-observe", "all")
	control, err := server.DialControl(address.Control)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = control.Close() }()
	beats, err := control.Beats()
	if err != nil {
		t.Fatal(err)
	}
	if len(beats) == 0 || !slices.IsSorted(beats) || result.Observed == 0 {
		t.Errorf("heartbeats at %v during %d events", beats, result.Observed)
	}
}

// The table itself, small.
func TestTheTableIsPrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := run([]string{
		"-rounds", "1", "-events", "200", "-connections", "5", "-ready", "300000", "-members", "100",
		"-libraries", "chorus,gorilla,discordgo", "-scenarios", "nothing,messages,ready,guild,idle,observers",
		"-profiles", t.TempDir(),
	}, strings.NewReader(""), io.Writer(&out))
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
}
