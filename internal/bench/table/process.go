package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/server"
)

// Child is set in the environment of the processes that are started.
const Child = "BENCH_CHILD=1"

// command is this program with other arguments.
func command(arguments ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	child := exec.Command(program, arguments...)
	child.Env = append(os.Environ(), Child)
	child.Stderr = os.Stderr
	return child, nil
}

// served is a server in a process of its own.
type served struct {
	process *exec.Cmd
	input   io.Closer // the process ends when it is closed
	address server.Address
}

func serve(arguments []string) (*served, error) {
	child, err := command(append([]string{"serve"}, arguments...)...)
	if err != nil {
		return nil, err
	}
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
	s := &served{process: child, input: input}
	if err := json.NewDecoder(output).Decode(&s.address); err != nil {
		return nil, errors.Join(fmt.Errorf("table: the server does not start: %w", err), s.stop())
	}
	return s, nil
}

func (s *served) stop() error { return errors.Join(s.input.Close(), s.process.Wait()) }

// ask runs a client.
func (s *served) ask(r row, more ...string) (answer, error) {
	arguments := append([]string{"client", "-url", s.address.URL, "-control", s.address.Control}, r.client...)
	child, err := command(append(arguments, more...)...)
	if err != nil {
		return answer{}, err
	}
	output, err := child.Output()
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
	control, err := server.DialControl(s.address.Control)
	if err != nil {
		return nil, err
	}
	times, err := control.Beats()
	return times, errors.Join(err, control.Close())
}
