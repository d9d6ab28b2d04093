// Command serve is the benchmark's server. It prints its addresses as JSON, and ends when its input does.
//
// The table starts it. By hand it serves a client that is started by hand, to debug it or to take a profile:
//
//	go run ./serve -events 20000
//	go run ./clients/chorus -url … -control … -observe all -cpuprofile all.cpu
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/chorus-go/chorus/internal/bench/server"
)

func main() {
	if err := serve(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

// serve is a server until the input ends.
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
