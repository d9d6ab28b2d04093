package client

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// Main is the program of a library: it does the run that the command line asks for and prints its Result as JSON.
func Main(library string, open Opener) {
	if err := perform(os.Args[1:], os.Stdout, library, open); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

// perform does the run that the arguments ask for.
func perform(arguments []string, out io.Writer, library string, open Opener) error {
	config, err := parse(library, arguments)
	if err != nil {
		return err
	}
	result, err := run(library, open, config)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}

// parse reads a run from a command line.
func parse(library string, arguments []string) (Config, error) {
	var c Config
	flags := flag.NewFlagSet(library, flag.ContinueOnError)
	flags.StringVar(&c.URL, "url", "", "of the gateway")
	flags.StringVar(&c.Control, "control", "", "address of the server's control connections")
	flags.StringVar((*string)(&c.Observe), "observe", string(Nothing), "nothing, messages, guilds, ready or all")
	flags.IntVar(&c.Observers, "observers", 1, "how many observers each observed event has")
	flags.StringVar(&c.Compression, "compression", "", "zlib-stream or zstd-stream; none when empty")
	flags.Int64Var(&c.Want, "want", Until, "calls of observers to wait for beside the sentinel")
	flags.IntVar(&c.Connections, "connections", 1, "connections to make when idle ones are measured")
	flags.BoolVar(&c.Dial, "dial", false, "measure from the dial on")
	flags.BoolVar(&c.Idle, "idle", false, "measure the memory of idle connections")
	flags.BoolVar(&c.Flood, "flood", false, "flood the connections before they are idle")
	flags.DurationVar(&c.Patience, "patience", 3*time.Minute, "how long the run may take")
	flags.StringVar(&c.CPUProfile, "cpuprofile", "", "file for a CPU profile")
	flags.StringVar(&c.HeapProfile, "heapprofile", "", "file for a heap profile of idle connections")
	return c, flags.Parse(arguments)
}
