package client

import (
	"fmt"
	"time"
)

// Observe says which events of a flood are observed. The sentinel always is.
type Observe string

// What can be observed.
const (
	Nothing  Observe = "nothing"
	Messages Observe = "messages" // MESSAGE_CREATE
	Guilds   Observe = "guilds"   // GUILD_CREATE
	Ready    Observe = "ready"    // READY, which all but this library always decode
	All      Observe = "all"      // every type of the mix
)

// Until is a Config.Want: however many, until the sentinel.
const Until = -1

// Config is one run.
type Config struct {
	URL         string  // of the gateway
	Control     string  // address of the server's control connections
	Observe     Observe // see there
	Observers   int     // how many times what is observed is
	Compression string  // none when empty, zlib-stream or zstd-stream
	Want        int64   // how many calls of observers there must be, or Until
	Connections int     // more than one when idle connections are measured

	// Dial has the measurement begin before the connection is made instead of after READY. The server then begins its
	// flood by itself.
	Dial bool

	// Idle measures what connections that do nothing take. Flood is whether there is a flood before.
	Idle, Flood bool

	Patience time.Duration // how long the run may take

	CPUProfile, HeapProfile string // files to write, if not empty
}

// Result is what a run has cost.
type Result struct {
	Library  string   `json:"library"`
	Observed int64    `json:"observed"`         // calls of observers, without the sentinel's
	CPU      float64  `json:"cpu_us"`           // user and system time of the process, microseconds
	Wall     float64  `json:"wall_us"`          // microseconds
	Mallocs  uint64   `json:"mallocs"`          // objects allocated
	Bytes    uint64   `json:"bytes"`            // bytes allocated
	Peak     int64    `json:"peak_kib"`         // largest resident size of the process, KiB
	Idle     *Idle    `json:"idle,omitempty"`   // of an idle run
	Faults   []string `json:"faults,omitempty"` // what the library could not read
}

// Idle is what connections that do nothing take, for each of them.
type Idle struct {
	Resident   float64 `json:"resident_kib"` // after a garbage collection whose memory was given back
	Heap       float64 `json:"heap_kib"`     // of it live objects
	Stack      float64 `json:"stack_kib"`    // of it stacks of goroutines
	Goroutines float64 `json:"goroutines"`
}

// check returns why a library cannot do a run.
func (c Config) check(library string) error {
	switch c.Observe {
	case Nothing, Messages, Guilds, Ready, All:
	default:
		return fmt.Errorf("client: cannot observe %q", c.Observe)
	}
	if !Supports(library, c.Compression) {
		return fmt.Errorf("client: %s does not read %q", library, c.Compression)
	}
	return nil
}
