package table

import (
	"fmt"
	"time"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// settings are what the scenarios are made from.
type settings struct {
	events      int // of a flood
	connections int // that are idle
	ready       int // bytes of a large READY
	members     int // of a large guild
	loop        time.Duration
	seed        uint64
	order       string
}

func (s settings) corpus(pairs ...any) []string {
	return append(flags("seed", s.seed, "order", s.order), flags(pairs...)...)
}

// columns are the scenarios of the table: what an event costs.
func columns(s settings) []scenario {
	both := client.Libraries()
	clients := append([]string{client.Chorus}, client.Peers()...)
	column := func(
		name, title, target, compression string, libraries []string, observe client.Observe, want int, limits ...string,
	) scenario {
		prepared := compression
		if prepared == "" {
			prepared = "none"
		}
		return scenario{
			name: name, title: title, target: target, columns: usual(s.events), limits: limits, compared: true,
			rows: rowsOf(libraries, compression, int64(want),
				s.corpus("events", s.events, "compressions", prepared), flags("observe", observe)),
		}
	}
	messages := corpus.Share("MESSAGE_CREATE") * s.events / 100
	return []scenario{
		column("nothing", "nothing observed", "≥ 100×", "", both, client.Nothing, 0, "≤ 1"),
		column("messages", "only MESSAGE_CREATE", "≥ 30×", "", clients, client.Messages, messages, "≤ 4"),
		column("all", "all types", "≥ 10×", "", clients, client.All, s.events, "≤ 15"),
		column("zlib", "zlib-stream, MESSAGE_CREATE", "≥ 9×", "zlib-stream", both, client.Messages, messages),
		column("zstd", "zstd-stream, MESSAGE_CREATE", "≥ 18×", "zstd-stream", both, client.Messages, messages),
	}
}

// others are all further scenarios.
func others(s settings) []scenario {
	return append(large(s), idle(s, ""), idle(s, "zlib-stream"), heartbeats(s), guilds(s), observers(s))
}

// large are payloads of megabytes.
func large(s settings) []scenario {
	clients := append([]string{client.Chorus}, client.Peers()...)
	const guilds = 10
	size := fmt.Sprintf("%.0f MB", float64(s.ready)/1e6)
	guild := fmt.Sprintf("GUILD_CREATE with %d members", s.members)
	ready := s.corpus("events", 0, "ready", s.ready, "auto", true)
	several := s.corpus("content", "large-guild", "members", s.members, "events", guilds)
	once := s.corpus("content", "large-guild", "members", s.members, "events", 1)
	return []scenario{
		{name: "ready", title: "READY of " + size, target: "≥ 7×", columns: whole(1),
			compared: true, rows: rowsOf(clients, "", 0, ready, flags("dial", true, "observe", client.Ready))},
		{name: "ready-unobserved", title: "READY of " + size + ", which this library does not decode unless observed",
			target: "≥ 7×; allocated ≤ 2× the payload", columns: whole(1),
			compared: true, rows: rowsOf(clients, "", 0, ready, flags("dial", true, "observe", client.Nothing))},
		{name: "guild", title: guild + ", observed", target: "≥ 7×", columns: whole(guilds),
			compared: true, rows: rowsOf(clients, "", guilds, several, flags("observe", client.Guilds))},
		{name: "guild-unobserved", title: guild + ", unobserved", target: "≥ 7×", columns: whole(guilds),
			compared: true, rows: rowsOf(clients, "", 0, several, flags("observe", client.Nothing))},
		{name: "guild-once", title: guild + ", unobserved, the first one of a connection",
			target: "allocated ≤ 2× the payload", columns: whole(1),
			compared: true, rows: rowsOf(clients, "", 0, once, flags("observe", client.Nothing))},
	}
}

// idle are connections that do nothing.
func idle(s settings, compression string) scenario {
	title := fmt.Sprintf("%d idle connections in one process, each", s.connections)
	if compression == "" {
		return scenario{name: "idle", title: title, target: "≤ 20 KiB", columns: rest(), compared: true,
			rows: rowsOf(client.Libraries(), "", 0, s.corpus("events", 0, "guilds", 1),
				flags("idle", true, "connections", s.connections))}
	}
	return scenario{
		name: "idle-zlib", target: "≤ 90 KiB",
		title:   title + ", " + compression + " and a GUILD_CREATE of 109 KB before",
		columns: rest(), compared: true,
		rows: rowsOf([]string{client.Chorus, client.Disgo}, compression, 0,
			s.corpus("content", "usual-guild", "events", 1, "guilds", 1, "compressions", compression),
			flags("idle", true, "flood", true, "connections", s.connections)),
	}
}

// beat is the interval of the heartbeats that are looked at.
const beat = time.Second

// heartbeats are those of a client that is flooded.
func heartbeats(s settings) scenario {
	return scenario{
		name:   "heartbeats",
		title:  fmt.Sprintf("heartbeats every %v in a flood of %v, all types observed", beat, s.loop),
		target: "≤ 50 ms", columns: []field{
			{"latest, ms", func(a answer) float64 { return lateness(a.beats, float64(beat.Milliseconds())) }, 1},
			{"heartbeats", func(a answer) float64 { return float64(len(a.beats)) }, 0},
			{"events seen", func(a answer) float64 { return float64(a.Observed) }, 0},
		},
		rows: rowsOf(append([]string{client.Chorus}, client.Peers()...), "", client.Until,
			s.corpus("events", min(s.events, 20_000), "loop", s.loop, "interval", beat.Milliseconds()),
			flags("observe", client.All)),
	}
}

// lateness is how much later than its schedule the latest heartbeat arrived. The schedule is that of the most punctual
// one, as clients begin at different times.
func lateness(beats []float64, interval float64) float64 {
	if len(beats) == 0 {
		return 0
	}
	earliest, latest := beats[0], beats[0]
	for i, at := range beats {
		at -= float64(i) * interval
		earliest, latest = min(earliest, at), max(latest, at)
	}
	return latest - earliest
}

// guilds is what an event costs in sessions of different size.
func guilds(s settings) scenario {
	result := scenario{name: "guilds", title: "by number of guilds, all types", target: "flat", columns: usual(s.events)}
	for _, n := range []int{10, 100, 1000, 10_000} {
		result.rows = append(result.rows, row{
			label: fmt.Sprint(n, " guilds"), library: client.Chorus, serve: s.corpus("events", s.events, "guilds", n),
			client: flags("observe", client.All, "want", s.events), want: int64(s.events),
		})
	}
	return result
}

// observers is what further observers of an event cost.
func observers(s settings) scenario {
	messages := corpus.Share("MESSAGE_CREATE") * s.events / 100
	result := scenario{name: "observers", title: "by number of observers of MESSAGE_CREATE",
		target:  "< 40 ns for each",
		columns: []field{per(messages, "µs CPU per MESSAGE_CREATE, with what comes between", 2, cpu)}}
	counts := []int{1, 8, 64}
	result.note = func(medians []float64) string {
		each := (medians[2] - medians[0]) * 1000 / float64(counts[2]-counts[0])
		return fmt.Sprintf("Each further observer: %.0f ns.", each)
	}
	for _, n := range counts {
		result.rows = append(result.rows, row{
			label: fmt.Sprint(n, " observers"), library: client.Chorus, serve: s.corpus("events", s.events),
			client: flags("observe", client.Messages, "observers", n, "want", n*messages),
			want:   int64(n * messages),
		})
	}
	return result
}
