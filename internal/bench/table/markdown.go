package table

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// none stands where there is nothing to tell.
const none = "–"

// line writes a line of a table.
func line(out io.Writer, cells ...string) error {
	_, err := fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
	return err
}

// head writes the first two lines of a table.
func head(out io.Writer, cells ...string) error {
	if err := line(out, cells...); err != nil {
		return err
	}
	return line(out, slices.Repeat([]string{"---"}, len(cells))...)
}

// cell is the median of a library in a column.
func (m measured) cell(library string, column int) (float64, bool) {
	for i, row := range m.rows {
		if row.library == library {
			return m.medians[i][column], true
		}
	}
	return 0, false
}

// best is the least value of a peer in a column.
func (m measured) best(column int) (float64, bool) {
	least, found := 0.0, false
	for _, peer := range client.Peers() {
		if v, ok := m.cell(peer, column); ok && (!found || v < least) {
			least, found = v, true
		}
	}
	return least, found
}

// ratios are this library's advantage over the best peer, and what it costs in multiples of the floor.
func (m measured) ratios(column int) (peer, floor string) {
	peer, floor = none, none
	own, ok := m.cell(client.Chorus, column)
	if !ok || own <= 0 {
		return peer, floor
	}
	if best, ok := m.best(column); ok {
		peer = fmt.Sprintf("%.1f×", best/own)
	}
	if least, ok := m.cell(client.Floor, column); ok && least > 0 {
		floor = fmt.Sprintf("%.2f×", own/least)
	}
	return peer, floor
}

// cross writes one number of several scenarios: a line for each library, a column for each scenario.
func cross(out io.Writer, all []measured, column int) error {
	if len(all) == 0 {
		return nil
	}
	field := all[0].columns[column]
	cells := []string{field.title}
	for _, m := range all {
		cells = append(cells, m.title)
	}
	if err := head(out, cells...); err != nil {
		return err
	}
	for _, library := range client.Libraries() {
		cells := []string{library}
		for _, m := range all {
			if v, ok := m.cell(library, column); ok {
				cells = append(cells, fmt.Sprintf("%.*f", field.digits, v))
			} else {
				cells = append(cells, none)
			}
		}
		if err := line(out, cells...); err != nil {
			return err
		}
	}
	peers, floors, targets := []string{"the best peer / chorus"}, []string{"chorus / gorilla"}, []string{"target"}
	for _, m := range all {
		peer, floor := m.ratios(column)
		peers, floors, targets = append(peers, peer), append(floors, floor), append(targets, m.limit(column))
	}
	for _, cells := range [][]string{peers, floors, targets} {
		if !slices.ContainsFunc(cells[1:], func(cell string) bool { return cell != none }) {
			continue
		}
		if err := line(out, cells...); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}

// limit is what this library has to show in a column.
func (m measured) limit(column int) string {
	switch {
	case column == 0:
		return m.target
	case column <= len(m.limits):
		return m.limits[column-1]
	}
	return none
}

// single writes a scenario with all its numbers.
func (m measured) single(out io.Writer) error {
	about := "target: " + m.target
	if m.compared {
		peer, floor := m.ratios(0)
		about += "; the best peer / chorus: " + peer + "; chorus / gorilla: " + floor
	}
	if _, err := fmt.Fprintf(out, "**%s** (%s)\n\n", m.title, about); err != nil {
		return err
	}
	cells := []string{""}
	for _, column := range m.columns {
		cells = append(cells, column.title)
	}
	if err := head(out, cells...); err != nil {
		return err
	}
	for i, row := range m.rows {
		cells := []string{row.label}
		for j, column := range m.columns {
			cells = append(cells, fmt.Sprintf("%.*f", column.digits, m.medians[i][j]))
		}
		if err := line(out, cells...); err != nil {
			return err
		}
	}
	if m.note != nil && len(m.medians) > 0 {
		var first []float64
		for _, medians := range m.medians {
			first = append(first, medians[0])
		}
		if _, err := fmt.Fprintf(out, "\n%s\n", m.note(first)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}
