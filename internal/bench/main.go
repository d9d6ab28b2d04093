// Command bench compares this library with others: what an event, a connection and a heartbeat cost.
//
// Without a subcommand it prints the table, in Markdown:
//
//	go run . -rounds 5
//	go run . -scenarios nothing,messages -libraries chorus,gorilla -events 20000
//
// The server and each client are processes of their own; "serve" and "client" are how they are started. A client can be
// started by hand to take a profile of it; see -help of either.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/server"
	"github.com/chorus-go/chorus/internal/bench/stream"
	"github.com/chorus-go/chorus/internal/bench/table"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

// run does what the arguments say.
func run(arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) > 0 {
		switch arguments[0] {
		case "serve":
			return serve(arguments[1:], in, out)
		case "client":
			return measure(arguments[1:], out)
		}
	}
	return table.Main(arguments, out)
}

// serve is a server. It ends when its input does.
func serve(arguments []string, in io.Reader, out io.Writer) error {
	options, err := server.Parse(arguments)
	if err != nil {
		return err
	}
	s, err := server.Listen(options)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(s.Address()); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	_, err = io.Copy(io.Discard, in)
	return errors.Join(err, s.Close(), <-ended)
}

// measure is a client. It prints its result.
func measure(arguments []string, out io.Writer) error {
	var c client.Config
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	flags.StringVar(&c.Library, "library", client.Chorus, "one of "+strings.Join(client.Libraries(), ", "))
	flags.StringVar(&c.URL, "url", "", "of the gateway")
	flags.StringVar(&c.Control, "control", "", "address of the server's control connections")
	flags.StringVar((*string)(&c.Observe), "observe", string(client.Nothing), "nothing, messages, guilds, ready or all")
	flags.IntVar(&c.Observers, "observers", 1, "how many observers each observed event has")
	flags.StringVar(&c.Compression, "compression", string(stream.None), "zlib-stream or zstd-stream")
	flags.Int64Var(&c.Want, "want", client.Until, "calls of observers to wait for beside the sentinel")
	flags.IntVar(&c.Connections, "connections", 1, "connections to make when idle ones are measured")
	flags.BoolVar(&c.Dial, "dial", false, "measure from the dial on")
	flags.BoolVar(&c.Idle, "idle", false, "measure the memory of idle connections")
	flags.BoolVar(&c.Flood, "flood", false, "flood the connections before they are idle")
	flags.DurationVar(&c.Patience, "patience", 3*time.Minute, "how long the run may take")
	flags.StringVar(&c.CPUProfile, "cpuprofile", "", "file for a CPU profile")
	flags.StringVar(&c.HeapProfile, "heapprofile", "", "file for a heap profile of idle connections")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	result, err := client.Run(c)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}
