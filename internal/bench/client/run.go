package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/chorus-go/chorus/internal/bench/control"
)

// Opener makes one connection of a library and returns when it is ready. The connection lasts as long as the process,
// and the tally is told what its observers see.
type Opener func(ctx context.Context, config Config, tally *Tally) error

// run does one run of a library. The process should do nothing else and end afterwards: connections stay open.
func run(library string, open Opener, config Config) (Result, error) {
	if err := config.check(library); err != nil {
		return Result{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), config.Patience)
	defer cancel()
	server, err := control.Dial(config.Control)
	if err != nil {
		return Result{}, err
	}
	tally := newTally(config.Want, max(config.Connections, 1))
	var result Result
	if config.Idle {
		result, err = idle(ctx, open, config, tally, server)
	} else {
		result, err = flood(ctx, open, config, tally, server)
	}
	result.Library, result.Observed, result.Faults = library, tally.seen.Load(), tally.faulty()
	return result, errors.Join(err, server.Close())
}

// flood measures what a flood costs.
func flood(ctx context.Context, open Opener, config Config, tally *Tally, server *control.Conn) (Result, error) {
	if !config.Dial {
		if err := open(ctx, config, tally); err != nil {
			return Result{}, err
		}
	}
	runtime.GC()
	stop, err := profile(config.CPUProfile)
	if err != nil {
		return Result{}, err
	}
	before, err := begin()
	if err != nil {
		return Result{}, err
	}
	if config.Dial {
		err = open(ctx, config, tally)
	} else {
		err = server.Begin()
	}
	if err != nil {
		return Result{}, err
	}
	if err := tally.wait(ctx); err != nil {
		return Result{}, err
	}
	result, err := before.result()
	return result, errors.Join(err, stop())
}

// wait waits until all has been seen.
func (t *Tally) wait(ctx context.Context) error {
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("client: %d of %d events and %d of %d sentinels seen; faults: %q: %w",
			t.seen.Load(), t.want, t.over.Load(), t.ends, t.faulty(), ctx.Err())
	}
}

// atOnce is how many connections are made at the same time.
const atOnce = 200

// openAll makes connections, some of them at the same time.
func openAll(ctx context.Context, open Opener, config Config, tally *Tally, connections int) error {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for range connections {
		group.Go(func() error { return open(ctx, config, tally) })
	}
	return group.Wait()
}

// idle measures the memory of connections that do nothing. What a process has once, such as the pages of the code that
// connects, is there before: one connection in a hundred is made ahead of those that are measured.
func idle(ctx context.Context, open Opener, config Config, tally *Tally, server *control.Conn) (Result, error) {
	ahead := config.Connections / 100
	if err := openAll(ctx, open, config, tally, ahead); err != nil {
		return Result{}, err
	}
	time.Sleep(time.Second)
	before, err := readMemory()
	if err != nil {
		return Result{}, err
	}
	if err := openAll(ctx, open, config, tally, config.Connections-ahead); err != nil {
		return Result{}, err
	}
	if config.Flood {
		if err := server.Begin(); err != nil {
			return Result{}, err
		}
		if err := tally.wait(ctx); err != nil {
			return Result{}, err
		}
	}
	// What was only needed for the connecting ends by itself.
	time.Sleep(time.Second)
	after, err := readMemory()
	if err != nil {
		return Result{}, err
	}
	_, peak, err := processor()
	if err != nil {
		return Result{}, err
	}
	result := Result{Peak: peak, Idle: after.since(before, config.Connections-ahead)}
	return result, heapProfile(config.HeapProfile)
}

// profile begins a CPU profile, if it is wanted, and returns what ends it.
func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// heapProfile writes what is alive, if it is wanted.
func heapProfile(name string) error {
	if name == "" {
		return nil
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("heap").WriteTo(file, 0), file.Close())
}
