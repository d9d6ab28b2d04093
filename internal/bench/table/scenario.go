package table

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/bench/client"
)

// scenario is a question that is put to several clients.
type scenario struct {
	name    string
	title   string   // a heading
	target  string   // what this library has to show
	rows    []row    // who is asked, in the order of a round
	columns []field  // what is told of the answers
	limits  []string // what this library has to show in further columns, if anything

	// compared has the first column compared with the best peer.
	compared bool
	// note is a sentence below the table, from the medians of the first column; nil for none.
	note func(medians []float64) string
}

// row is one client with its server.
type row struct {
	label   string
	library string   // whose client it is
	serve   []string // the server's command line; equal ones share a server
	client  []string // the client's command line, without addresses
	want    int64    // how many calls of observers there must have been, or client.Until
}

// answer is what a run of a row came to.
type answer struct {
	client.Result
	payload float64   // bytes of the flood, or of READY where there is none
	beats   []float64 // when heartbeats arrived, milliseconds
}

// field is a number of an answer.
type field struct {
	title  string
	value  func(answer) float64
	digits int // decimals
}

// per divides a number by how many events there were.
func per(events int, title string, digits int, value func(answer) float64) field {
	return field{title: title, digits: digits, value: func(a answer) float64 { return value(a) / float64(events) }}
}

func cpu(a answer) float64     { return a.CPU }
func mallocs(a answer) float64 { return float64(a.Mallocs) }
func bytes(a answer) float64   { return float64(a.Bytes) }

// usual are the numbers of a flood of so many events.
func usual(events int) []field {
	return []field{
		per(events, "µs CPU per event", 2, cpu),
		per(events, "allocations per event", 2, mallocs),
		per(events, "bytes allocated per event", 0, bytes),
		{"peak MiB", func(a answer) float64 { return float64(a.Peak) / 1024 }, 1},
	}
}

// whole are the numbers of something that happens once, or a few times.
func whole(events int) []field {
	return []field{
		per(events, "ms CPU", 2, func(a answer) float64 { return a.CPU / 1000 }),
		per(events, "allocations", 0, mallocs),
		{"allocated / payload", func(a answer) float64 { return float64(a.Bytes) / a.payload }, 2},
		{"peak MiB", func(a answer) float64 { return float64(a.Peak) / 1024 }, 1},
	}
}

// rest are the numbers of idle connections.
func rest() []field {
	return []field{
		{"KiB resident", func(a answer) float64 { return a.Idle.Resident }, 1},
		{"of it live heap", func(a answer) float64 { return a.Idle.Heap }, 1},
		{"of it stacks", func(a answer) float64 { return a.Idle.Stack }, 1},
		{"goroutines", func(a answer) float64 { return a.Idle.Goroutines }, 1},
	}
}

// rowsOf are rows of libraries with the same server and the same command line.
func rowsOf(libraries []string, compression string, want int64, serve, arguments []string) []row {
	var rows []row
	for _, library := range libraries {
		if !client.Supports(library, compression) {
			continue
		}
		command := append(flags("compression", compression, "want", want), arguments...)
		r := row{label: library, library: library, serve: serve, client: command, want: want}
		if library == client.Floor {
			r.client = append(command, flags("observe", client.Nothing, "want", 0)...) // the last of a flag counts
			r.want = 0
		}
		rows = append(rows, r)
	}
	return rows
}

// flags writes a command line.
func flags(pairs ...any) []string {
	var line []string
	for i := 0; i+1 < len(pairs); i += 2 {
		line = append(line, fmt.Sprintf("-%v=%v", pairs[i], pairs[i+1]))
	}
	return line
}
