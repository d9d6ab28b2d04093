// Command bench compares this library with others: what an event, a connection and a heartbeat cost. It prints a table,
// in Markdown:
//
//	go run . -rounds 5
//	go run . -scenarios nothing,messages -libraries chorus,gorilla -events 20000
//
// The server (serve) and each client (clients/…) are programs of their own, which it builds at the beginning. They
// can be started by hand as well, see serve.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/chorus-go/chorus/internal/bench/table"
)

func main() {
	// Nobody reading the table any more is an end as well.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	err := table.Main(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}
