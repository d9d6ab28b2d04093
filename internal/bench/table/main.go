package table

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// Main prints the table that a command line asks for, and on the standard error what is being done. It ends early, with
// an error, when the context does. What it has built and started is gone when it returns.
func Main(ctx context.Context, arguments []string, out io.Writer) (err error) {
	var s settings
	r := runner{progress: os.Stderr}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.IntVar(&r.rounds, "rounds", 5, "runs of each client; the medians are printed")
	set.StringVar(&r.profiles, "profiles", "", "folder for CPU and heap profiles of chorus, in runs of their own")
	set.IntVar(&s.events, "events", 100_000, "of a flood; a multiple of 100")
	set.IntVar(&s.connections, "connections", 1000, "that are idle")
	set.IntVar(&s.ready, "ready", 7_000_000, "bytes of the large READY")
	set.IntVar(&s.members, "members", 5000, "of the large guild")
	set.DurationVar(&s.loop, "loop", 10*time.Second, "how long heartbeats are looked at")
	set.Uint64Var(&s.seed, "seed", 1, "of the corpus")
	set.StringVar(&s.order, "order", string(corpus.Both), "of the envelope's keys: spacebar, discord or both by turns")
	libraries := set.String("libraries", strings.Join(client.Libraries(), ","), "that take part")
	scenarios := set.String("scenarios", "", "to run; all when empty")
	list := set.Bool("list", false, "only tell which scenarios there are")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	if s.events < 100 || s.events%100 != 0 || r.rounds < 1 {
		return fmt.Errorf("table: %d events in %d rounds: the mix needs hundreds, the median a round", s.events, r.rounds)
	}
	r.libraries = strings.Split(*libraries, ",")
	first, further := columns(s), others(s)
	if *list {
		return tell(out, append(first, further...))
	}
	if *scenarios != "" {
		names := strings.Split(*scenarios, ",")
		unwanted := func(s scenario) bool { return !slices.Contains(names, s.name) }
		first, further = slices.DeleteFunc(first, unwanted), slices.DeleteFunc(further, unwanted)
	}
	defer func() {
		if ctx.Err() != nil {
			err = fmt.Errorf("table: %w", context.Cause(ctx)) // what ended because of it says less
		}
		err = errors.Join(err, r.programs.remove())
	}()
	if r.programs, err = build(ctx, r.libraries, r.progress); err != nil {
		return err
	}
	return r.print(ctx, out, s, first, further)
}

// tell lists scenarios.
func tell(out io.Writer, scenarios []scenario) error {
	for _, s := range scenarios {
		if _, err := fmt.Fprintf(out, "%-18s%s\n", s.name, s.title); err != nil {
			return err
		}
	}
	return nil
}

// print runs the scenarios and writes their tables.
func (r runner) print(ctx context.Context, out io.Writer, s settings, first, further []scenario) error {
	_, err := fmt.Fprintf(out, "%s, %s/%s, %d CPUs, %s; medians of %d rounds, floods of %d events.\n\n",
		time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		r.rounds, s.events)
	if err != nil {
		return err
	}
	var all []measured
	for _, scenario := range first {
		m, err := r.run(ctx, scenario)
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	for column := range usual(s.events) {
		if err := cross(out, all, column); err != nil {
			return err
		}
	}
	for _, scenario := range further {
		m, err := r.run(ctx, scenario)
		if err != nil {
			return err
		}
		if err := m.single(out); err != nil {
			return err
		}
	}
	return nil
}
