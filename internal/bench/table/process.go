package table

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/control"
	"github.com/chorus-go/chorus/internal/bench/server"
)

// served is a server in a process of its own.
type served struct {
	programs programs
	process  *exec.Cmd
	input    io.Closer // the process ends when it is closed
	address  server.Address
}

// serve starts a server.
func (p programs) serve(ctx context.Context, arguments []string) (*served, error) {
	child := p.command(ctx, serving, arguments...)
	input, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	s := &served{programs: p, process: child, input: input}
	if err := json.NewDecoder(output).Decode(&s.address); err != nil {
		return nil, errors.Join(fmt.Errorf("table: the server does not start: %w", err), s.stop())
	}
	return s, nil
}

func (s *served) stop() error { return errors.Join(s.input.Close(), s.process.Wait()) }

// ask runs a client.
func (s *served) ask(ctx context.Context, r row, more ...string) (answer, error) {
	arguments := append([]string{"-url", s.address.URL, "-control", s.address.Control}, r.client...)
	output, err := s.programs.command(ctx, r.library, append(arguments, more...)...).Output()
	if err != nil {
		return answer{}, fmt.Errorf("table: %s: %w", r.label, err)
	}
	a := answer{}
	if err := json.Unmarshal(output, &a.Result); err != nil {
		return answer{}, fmt.Errorf("table: %s: %w in %q", r.label, err, output)
	}
	if len(a.Faults) > 0 {
		return answer{}, fmt.Errorf("table: %s has not understood everything: %q", r.label, a.Faults)
	}
	if r.want != client.Until && a.Observed != r.want {
		return answer{}, fmt.Errorf("table: %s has seen %d events instead of %d", r.label, a.Observed, r.want)
	}
	for _, size := range s.address.Sizes {
		a.payload = float64(size.Payload)
		if size.Payload == 0 {
			a.payload = float64(size.Ready)
		}
	}
	a.beats, err = s.beats()
	return a, err
}

// beats are when the heartbeats of the client arrived that was asked last.
func (s *served) beats() ([]float64, error) {
	conn, err := control.Dial(s.address.Control)
	if err != nil {
		return nil, err
	}
	times, err := conn.Beats()
	return times, errors.Join(err, conn.Close())
}
