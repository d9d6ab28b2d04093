package gateway_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
)

// The environment of a process that runs TestSessionProcess: where the store is, and what the process does.
const (
	processDirectory = "CHORUS_TEST_SESSIONS"
	processTask      = "CHORUS_TEST_SESSIONS_TASK"
)

// TestSessionProcess is what another process runs: it takes the lease, says so, and then waits for its end ("hold") or
// saves one session after the other ("save").
func TestSessionProcess(t *testing.T) {
	dir := os.Getenv(processDirectory)
	if dir == "" {
		t.Skip("this is for another process")
	}
	lease, err := fileStore(t, dir).Lease(t.Context(), "bot")
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println("leased")
	for number := 0; os.Getenv(processTask) == "save"; number++ {
		if err := lease.Save(t.Context(), bigSession(number)); err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Println(number)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := lease.Release(); err != nil {
		fmt.Println("error:", err)
	}
}

// bigSession is one that takes more than one write.
func bigSession(number int) gateway.Session {
	session := storedSession(number)
	session.Token = strings.Repeat(strconv.Itoa(number), 200_000/len(strconv.Itoa(number)))
	return session
}

// otherProcess starts a process that works on the store.
type otherProcess struct {
	command *exec.Cmd
	input   io.WriteCloser
	lines   *bufio.Scanner
}

func startProcess(t *testing.T, dir, task string) *otherProcess {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestSessionProcess$", "-test.count=1")
	command.Env = append(os.Environ(), processDirectory+"="+dir, processTask+"="+task)
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Skip("no other process can be started here:", err)
	}
	p := &otherProcess{command: command, input: input, lines: bufio.NewScanner(output)}
	t.Cleanup(func() { p.kill() })
	return p
}

// line returns the next line that the process says.
func (p *otherProcess) line() string {
	p.lines.Scan()
	return p.lines.Text()
}

func (p *otherProcess) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

func TestALeaseIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	store := fileStore(t, dir)
	own := lease(t, store, "bot")
	if got, want := startProcess(t, dir, "hold").line(), "error: "+gateway.ErrSessionLeased.Error(); got != want {
		t.Errorf("the other process says %q, want %q", got, want)
	}
	if err := own.Release(); err != nil {
		t.Fatal(err)
	}
	other := startProcess(t, dir, "hold")
	if got := other.line(); got != "leased" {
		t.Fatalf("the other process says %q", got)
	}
	if _, err := store.Lease(t.Context(), "bot"); !errors.Is(err, gateway.ErrSessionLeased) {
		t.Errorf("while another process has the lease: %v", err)
	}
	_ = other.input.Close()
	if err := other.command.Wait(); err != nil {
		t.Error(err)
	}
	if err := lease(t, store, "bot").Save(t.Context(), storedSession(1)); err != nil {
		t.Error(err)
	}
}

func TestALeaseEndsWithItsProcess(t *testing.T) {
	dir := t.TempDir()
	other := startProcess(t, dir, "hold")
	if got := other.line(); got != "leased" {
		t.Fatalf("the other process says %q", got)
	}
	other.kill()
	lease(t, fileStore(t, dir), "bot")
}

func TestACrashDuringASaveLeavesAWholeSession(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		other := startProcess(t, dir, "save")
		if got := other.line(); got != "leased" {
			t.Fatalf("the other process says %q", got)
		}
		said := -1
		for range 3 + round {
			number, err := strconv.Atoi(other.line())
			if err != nil {
				t.Fatal(err)
			}
			said = number
		}
		other.kill()
		lease, err := fileStore(t, dir).Lease(t.Context(), "bot")
		if err != nil {
			t.Fatal(err)
		}
		got, err := lease.Load(t.Context())
		if err != nil || got == nil {
			t.Fatalf("after a crash: %v, %v", got, err)
		}
		number, _ := got.Sequence.Get()
		if *got != bigSession(int(number)) || int(number) < said {
			t.Errorf("%v is not whole, or older than the one that was saved last, %d", got, said)
		}
		if err := lease.Release(); err != nil {
			t.Error(err)
		}
	}
}
