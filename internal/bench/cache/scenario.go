package cache

import (
	"slices"

	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// World is the size of the large guild, whose index is 0.
type World struct {
	Members, Channels int
}

// Frames are those of one event: what is measured is the frames of Do, each about something else, one after the other.
// Before is what a cache has to know first. Before the frames come again, Undo makes things as they were; it is nil if
// nothing has to be undone.
type Frames struct {
	Name             string
	Before, Do, Undo [][]byte
}

// source makes frames with sequence numbers, in both orders of the envelope's keys by turns.
type source struct {
	corpus   *corpus.Corpus
	sequence int
}

func newSource(guilds int) *source {
	return &source{corpus: corpus.New(corpus.Options{Seed: 7, Guilds: guilds})}
}

func (s *source) frame(e corpus.Event) []byte {
	s.sequence++
	return e.Payload(s.sequence, corpus.Both)
}

// chunkSize is how many members a server sends at once.
const chunkSize = 1000

// Arrival returns the frames with which the large guild arrives: READY, GUILD_CREATE with the channels and a few
// members, and the rest of the members in chunks.
func (w World) Arrival() [][]byte {
	s := newSource(1)
	frames := [][]byte{s.frame(s.corpus.Ready()), s.frame(s.corpus.Furnished(0, w.Channels, min(w.Members, 100)))}
	for from := 0; from < w.Members; from += chunkSize {
		frames = append(frames, s.frame(s.corpus.Chunk(0, from, min(chunkSize, w.Members-from))))
	}
	return frames
}

// Changes returns the frames of each kind of change, count of each kind. They leave the guild as it was.
func (w World) Changes(count int) []Frames {
	s := newSource(1)
	first := map[string]int{ // what is created is new, what is updated or deleted is there
		"GUILD_MEMBER_ADD": w.Members, "CHANNEL_CREATE": w.Channels, "CHANNEL_DELETE": 48, // nobody is in voice there
		"GUILD_ROLE_CREATE": 1000, "GUILD_ROLE_DELETE": 1000,
		"GUILD_MEMBER_REMOVE": 50, // and not in voice: some caches keep that
	}
	undone := map[string]string{
		"GUILD_MEMBER_ADD": "GUILD_MEMBER_REMOVE", "GUILD_MEMBER_REMOVE": "GUILD_MEMBER_ADD",
		"CHANNEL_CREATE": "CHANNEL_DELETE", "CHANNEL_DELETE": "CHANNEL_CREATE",
		"GUILD_ROLE_CREATE": "GUILD_ROLE_DELETE", "GUILD_ROLE_DELETE": "GUILD_ROLE_CREATE",
		"THREAD_CREATE": "THREAD_DELETE", "THREAD_DELETE": "THREAD_CREATE",
	}
	most := map[string]int{ // so many there are, or may be
		"CHANNEL_CREATE": 200, "CHANNEL_DELETE": min(200, w.Channels-48), "CHANNEL_UPDATE": w.Channels,
		"GUILD_ROLE_CREATE": 30, "GUILD_ROLE_UPDATE": 30, "GUILD_ROLE_DELETE": 30, "GUILD_EMOJIS_UPDATE": 20,
		"THREAD_CREATE": 200, "THREAD_UPDATE": 200, "THREAD_DELETE": 200,
		"GUILD_MEMBER_UPDATE": w.Members, "GUILD_MEMBER_REMOVE": w.Members,
		"PRESENCE_UPDATE": w.Members, "VOICE_STATE_UPDATE": w.Members,
	}
	var all []Frames
	for _, name := range corpus.Changing() {
		f, n := Frames{Name: name}, count
		if limit, limited := most[name]; limited {
			n = min(n, limit)
		}
		step := 1 // spread over the members, who are looked for in order by some
		if slices.Contains([]string{"GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE", "PRESENCE_UPDATE"}, name) {
			step = max(1, (w.Members-100)/n)
		}
		for i := range n {
			about := first[name] + i*step
			f.Do = append(f.Do, s.frame(s.corpus.Change(name, 0, about)))
			if name == "THREAD_UPDATE" {
				f.Before = append(f.Before, s.frame(s.corpus.Change("THREAD_CREATE", 0, about)))
			}
			if undo := undone[name]; undo != "" {
				f.Undo = append(f.Undo, s.frame(s.corpus.Change(undo, 0, about)))
			}
		}
		if name == "GUILD_ROLE_DELETE" || name == "THREAD_DELETE" {
			f.Before = f.Undo
		}
		all = append(all, f)
	}
	return all
}

// Whole returns the frames of what comes as a whole: the guild with all its members in one GUILD_CREATE, a chunk of a
// thousand members, and so many guilds of middle size, in the READY of a user account or, as to bots, one after the
// other.
func (w World) Whole(guilds int) []Frames {
	s := newSource(guilds)
	bots := [][]byte{s.frame(s.corpus.Ready())}
	for i := range guilds {
		bots = append(bots, s.frame(s.corpus.Furnished(i, 48, 80)))
	}
	return []Frames{
		{Name: ReadyOfUser, Do: [][]byte{s.frame(s.corpus.ReadyWith(guilds, 48, 80))}},
		{Name: ReadyOfBot, Do: bots},
		{Name: "GUILD_CREATE", Do: [][]byte{s.frame(s.corpus.Furnished(0, w.Channels, w.Members))}},
		{
			Name:   "GUILD_MEMBERS_CHUNK",
			Before: [][]byte{s.frame(s.corpus.Furnished(0, w.Channels, 0))},
			Do:     [][]byte{s.frame(s.corpus.Chunk(0, 0, min(chunkSize, w.Members)))},
		},
	}
}

// The names of a READY in which the guilds are, and of one that they follow.
const (
	ReadyOfUser = "READY_USER"
	ReadyOfBot  = "READY_BOT"
)
