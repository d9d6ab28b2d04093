package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// The environment of a process that a test starts: where it connects, where it keeps its session, and at which message its
// observer never returns.
const (
	crashURL   = "CHORUS_TEST_CRASH_URL"
	crashStore = "CHORUS_TEST_CRASH_STORE"
	crashAt    = "CHORUS_TEST_CRASH_AT"
)

// TestCrashingProcess is what such a process runs. It says what it sees, one line each.
func TestCrashingProcess(t *testing.T) {
	url := os.Getenv(crashURL)
	if url == "" {
		t.Skip("another test starts it in a process of its own")
	}
	store, err := gateway.NewFileSessions(os.Getenv(crashStore))
	if err != nil {
		t.Fatal(err)
	}
	events := gateway.NewEvents()
	events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
		fmt.Println("message", m.ID)
		if m.ID.String() == os.Getenv(crashAt) {
			select {}
		}
	})
	options := gateway.Options{
		Events: events, SessionStore: store, SessionKey: "bot", Checkpoint: gateway.CheckpointObserved,
		Compression: gateway.NoCompression,
	}
	handle, _, err := gateway.Connect(t.Context(), url, types.Identify{Token: "secret"}, options)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("connected")
	<-handle.Done()
}

// process is one that a test has started.
type process struct {
	command *exec.Cmd
	lines   *bufio.Scanner
}

func startCrashing(t *testing.T, url, store, at string) *process {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestCrashingProcess$", "-test.v", "-test.timeout=60s")
	command.Env = append(os.Environ(), crashURL+"="+url, crashStore+"="+store, crashAt+"="+at)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{command: command, lines: bufio.NewScanner(out)}
	t.Cleanup(p.kill)
	return p
}

// kill ends the process so that it can do nothing about it.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

// until returns what the process says of messages and errors up to the line that begins so.
func (p *process) until(t *testing.T, prefix string) []string {
	t.Helper()
	var said []string
	for p.lines.Scan() {
		line := p.lines.Text()
		if strings.HasPrefix(line, "message") || strings.HasPrefix(line, "error") {
			said = append(said, line)
		}
		if strings.HasPrefix(line, prefix) {
			return said
		}
	}
	t.Fatalf("the process ended without saying %q; it said %q", prefix, said)
	return nil
}

// lasting is a server on a real socket with one session of five messages, which it replays.
type lasting struct {
	mu      sync.Mutex
	resumes []types.Resume
}

func (l *lasting) talk(p *peer) {
	p.hello(30 * time.Second)
	for {
		got, err := p.next()
		if err != nil {
			return
		}
		next := 1
		switch got.Op {
		case types.OpcodeHeartbeat:
			p.raw(`{"op":11,"d":null}`)
			continue
		case types.OpcodeIdentify:
			p.dispatch("READY", 0, readyJSON)
		case types.OpcodeResume:
			var resume types.Resume
			if err := json.Unmarshal(got.D, &resume); err != nil {
				p.t.Error(err)
			}
			l.mu.Lock()
			l.resumes = append(l.resumes, resume)
			l.mu.Unlock()
			next = int(resume.Seq) + 1
		}
		for sequence := next; sequence <= 5; sequence++ {
			p.dispatch("MESSAGE_CREATE", sequence, fmt.Sprintf(`{"id":"%d","channel_id":"1","author":{"id":"1"}}`, sequence))
		}
		if next > 1 {
			p.raw(`{"op":0,"t":"RESUMED","d":{}}`)
		}
	}
}

func (l *lasting) listen(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go accept(t, conn, l.talk)
		}
	}()
	return "ws://" + listener.Addr().String()
}

func TestAProcessThatIsKilledLosesNoEvent(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes and waits for the store's timer")
	}
	server := new(lasting)
	url, store := server.listen(t), t.TempDir()
	first := startCrashing(t, url, store, "3")
	first.until(t, "message 3") // Its observer does not return: 2 is the last that was observed.

	second := startCrashing(t, url, store, "")
	if said := second.until(t, "error"); !strings.Contains(said[len(said)-1], gateway.ErrSessionLeased.Error()) {
		t.Errorf("a second process with the same store says %q", said)
	}
	awaitStored(t, store, `"sequence":2`)
	first.kill()

	third := startCrashing(t, url, store, "5")
	if said := strings.Join(third.until(t, "message 5"), ", "); said != "message 3, message 4, message 5" {
		t.Errorf("the next process sees %s", said)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	if len(server.resumes) != 1 || server.resumes[0].Seq != 2 || server.resumes[0].Token != "secret" || server.resumes[0].SessionID != "s1" {
		t.Errorf("the server was asked to resume %+v", server.resumes)
	}
}

// awaitStored waits until what is stored has the text.
func awaitStored(t *testing.T, store, text string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		entries, err := os.ReadDir(store)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !strings.HasSuffix(entry.Name(), ".json") {
				continue // What is being written is not stored yet.
			}
			content, err := os.ReadFile(store + "/" + entry.Name())
			if err == nil && strings.Contains(string(content), text) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s is never stored", text)
		}
	}
}
