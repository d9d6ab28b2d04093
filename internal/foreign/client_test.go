package foreign

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// patience is how long anything may take. What goes wrong takes this long; what goes well takes no time, but for the
// pauses that a client makes of its own accord.
const patience = time.Minute

// client is what the tests need of somebody else's client: channels with what it has understood, and how it is told to
// do something.
type client struct {
	ready    chan types.Snowflake // whose READY it is
	guilds   chan guild
	messages chan message
	chunks   chan chunk
	resumed  chan struct{}

	// requestMembers asks for all members of a guild.
	requestMembers func(guild types.Snowflake, nonce string) error
	faults         faults
}

// guild is what a client takes from GUILD_CREATE.
type guild struct {
	id       string
	name     string
	channels int
}

// message is what a client takes from MESSAGE_CREATE.
type message struct {
	author, channel string
	content         string
}

// chunk is what a client takes from GUILD_MEMBERS_CHUNK.
type chunk struct {
	guild        string
	nonce        string
	index, count int
	members      []string
}

// newClient makes the channels. They are never full in a test that goes well.
func newClient() *client {
	return &client{
		ready: make(chan types.Snowflake, 64), guilds: make(chan guild, 64), messages: make(chan message, 64),
		chunks: make(chan chunk, 64), resumed: make(chan struct{}, 64),
	}
}

// wait returns the next thing that a client tells.
func wait[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
	}
	t.Fatalf("no %s", what)
	var none T
	return none
}

// id reads an id that a client has read.
func id(s fmt.Stringer) types.Snowflake {
	v, err := types.ParseSnowflake(s.String())
	if err != nil {
		return 0
	}
	return v
}

// text is a string with a String method.
type text string

func (s text) String() string { return string(s) }

// faults are the things that a client did not understand. They are looked at when it is at rest.
type faults struct {
	mu   sync.Mutex
	list []string
}

func (f *faults) add(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fmt.Sprintf(format, args...))
}

func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}
