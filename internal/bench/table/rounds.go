package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// measured is a scenario with the medians of its rounds, by row and column.
type measured struct {
	scenario
	medians [][]float64
}

// runner runs scenarios.
type runner struct {
	rounds    int
	libraries []string  // those that take part
	profiles  string    // folder for profiles of this library; none when empty
	progress  io.Writer // is told what is going on
	programs  programs  // the clients' and the server's
}

// run asks everybody in every round.
func (r runner) run(ctx context.Context, s scenario) (m measured, err error) {
	s.rows = slices.DeleteFunc(s.rows, func(row row) bool { return !slices.Contains(r.libraries, row.library) })
	m = measured{scenario: s}
	servers := map[string]*served{}
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, row := range s.rows {
		key := strings.Join(row.serve, " ")
		if servers[key] != nil {
			continue
		}
		if servers[key], err = r.programs.serve(ctx, row.serve); err != nil {
			delete(servers, key)
			return m, err
		}
	}
	answers := make([][]answer, len(s.rows))
	for round := range r.rounds {
		for i, row := range s.rows {
			_, _ = fmt.Fprintf(r.progress, "%s: round %d of %d: %s\n", s.name, round+1, r.rounds, row.label)
			a, err := servers[strings.Join(row.serve, " ")].ask(ctx, row)
			if err != nil {
				return m, fmt.Errorf("%s: %w", s.name, err)
			}
			answers[i] = append(answers[i], a)
		}
	}
	for _, of := range answers {
		m.medians = append(m.medians, medians(s.columns, of))
	}
	return m, r.profile(ctx, s, servers)
}

// profile takes profiles of this library, in runs of their own.
func (r runner) profile(ctx context.Context, s scenario, servers map[string]*served) error {
	if r.profiles == "" {
		return nil
	}
	for _, row := range s.rows {
		if row.library != client.Chorus {
			continue
		}
		name := filepath.Join(r.profiles, s.name+"-"+strings.ReplaceAll(row.label, " ", "-"))
		files := []string{"-cpuprofile", name + ".cpu", "-heapprofile", name + ".heap"}
		if _, err := servers[strings.Join(row.serve, " ")].ask(ctx, row, files...); err != nil {
			return err
		}
	}
	return nil
}

// medians are those of each column.
func medians(columns []field, answers []answer) []float64 {
	var result []float64
	for _, column := range columns {
		var values []float64
		for _, a := range answers {
			values = append(values, column.value(a))
		}
		result = append(result, median(values))
	}
	return result
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
