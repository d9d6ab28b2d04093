package cache

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/bench/corpus"
)

// small is a world that is there at once.
var small = World{Members: 1200, Channels: 60}

// feed has a cache read frames and carry them out.
func feed(t testing.TB, l Library, frames [][]byte) {
	t.Helper()
	for _, frame := range frames {
		event, err := l.Decode(frame)
		if err != nil {
			t.Fatalf("%.200s: %v", frame, err)
		}
		l.Apply(event)
	}
}

// made returns an empty cache.
func made(t testing.TB, maker Maker) Library {
	t.Helper()
	l, err := maker.New()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// everything is what every cache must hold of a guild, by what it holds.
func everything(t testing.TB, l Library, w World) map[string]string {
	t.Helper()
	guild, held := corpus.Guild(0), map[string]string{}
	look := func(kind Kind, n int, id uint64) {
		held[string(kind)+" "+strconv.Itoa(n)] = l.Look(kind, guild, id)
	}
	for n := range w.Members + 50 {
		look(Member, n, corpus.User(0, n))
		look(Presence, n, corpus.User(0, n))
		look(Voice, n, corpus.User(0, n))
	}
	for n := range w.Channels + 50 {
		look(Channel, n, corpus.Channel(0, n))
	}
	for n := range 50 {
		look(Channel, 1000+n, corpus.Thread(0, n))
		look(Role, n, corpus.Role(0, n))
		look(Role, 1000+n, corpus.Role(0, 1000+n))
		look(Emoji, n, corpus.Emoji(0, n))
	}
	return held
}

// count is how many things of a kind are held.
func count(held map[string]string, kind Kind) int {
	n := 0
	for what, is := range held {
		if is != "" && strings.HasPrefix(what, string(kind)) {
			n++
		}
	}
	return n
}

// concerned is the kind of what an event is about. Some caches learn more from it than others: the member of somebody
// who is in voice, say.
func concerned(event string) Kind {
	for part, kind := range map[string]Kind{
		"MEMBER": Member, "CHANNEL": Channel, "THREAD": Channel, "ROLE": Role, "EMOJIS": Emoji, "PRESENCE": Presence,
		"VOICE": Voice,
	} {
		if strings.Contains(event, part) {
			return kind
		}
	}
	return ""
}

// history is what a cache holds of each kind after the arrival of the guild, after the events of each kind, and after
// they were undone.
func history(t *testing.T, maker Maker) map[string]string {
	t.Helper()
	l, all := made(t, maker), map[string]string{}
	note := func(step string, kind Kind) {
		for what, is := range everything(t, l, small) {
			if strings.HasPrefix(what, string(kind)) {
				all[step+": "+what] = is
			}
		}
	}
	feed(t, l, small.Arrival())
	note("arrival", "")
	held := everything(t, l, small)
	if m, c := count(held, Member), count(held, Channel); m != small.Members || c != small.Channels {
		t.Errorf("%s holds %d members and %d channels", maker.Name, m, c)
	}
	for _, f := range small.Changes(40) {
		kind := concerned(f.Name)
		if kind == "" {
			continue
		}
		feed(t, l, f.Before)
		note("before "+f.Name, kind)
		feed(t, l, f.Do)
		note(f.Name, kind)
		feed(t, l, f.Undo)
		note("undone "+f.Name, kind)
	}
	return all
}

// What is measured is what it says: all caches hold the same members, channels, threads, roles, emojis, presences and
// voice states after the arrival of the guild, and what an event of each kind is about after the event.
func TestAllHoldTheSame(t *testing.T) {
	var first map[string]string
	for _, maker := range Libraries() {
		all := history(t, maker)
		if first == nil {
			first = all
		}
		for what, is := range all {
			if is != first[what] {
				t.Errorf("after %s, %s has %q, chorus %q", what, maker.Name, is, first[what])
			}
		}
	}
	for _, f := range small.Changes(40) {
		changed := concerned(f.Name) == ""
		for what, is := range first {
			if rest, ok := strings.CutPrefix(what, f.Name); ok && first["before "+f.Name+rest] != is {
				changed = true
			}
		}
		if !changed {
			t.Errorf("%s changes nothing", f.Name)
		}
	}
}

// A message is held by every cache, with what it says.
func TestAllHoldMessages(t *testing.T) {
	for _, maker := range Libraries() {
		l := made(t, maker)
		feed(t, l, small.Arrival())
		for _, f := range small.Changes(20) {
			if f.Name != "MESSAGE_CREATE" {
				continue
			}
			feed(t, l, f.Do)
			for _, frame := range f.Do {
				var message struct {
					D struct {
						ID      uint64 `json:",string"`
						Channel uint64 `json:"channel_id,string"`
						Content string
					}
				}
				if err := json.Unmarshal(frame, &message); err != nil {
					t.Fatal(err)
				}
				if got := l.Look(Message, message.D.Channel, message.D.ID); got != message.D.Content {
					t.Errorf("%s holds %q instead of %q", maker.Name, got, message.D.Content)
				}
			}
		}
	}
}

// Guilds that come as a whole are held whole, but for disgo, which waits for each as bots do.
func TestAllHoldWholeGuilds(t *testing.T) {
	const guilds = 3
	for _, maker := range Libraries() {
		for _, f := range small.Whole(guilds) {
			l := made(t, maker)
			feed(t, l, f.Before)
			feed(t, l, f.Do)
			n, want := 0, 1
			if f.Name == ReadyOfUser || f.Name == ReadyOfBot {
				want = guilds
			}
			if f.Name == ReadyOfUser && maker.Name == "disgo" {
				want = 0
			}
			for guild := range guilds {
				if l.Look(Member, corpus.Guild(guild), corpus.User(guild, 79)) != "" &&
					l.Look(Channel, corpus.Guild(guild), corpus.Channel(guild, 47)) != "" {
					n++
				}
			}
			if n != want {
				t.Errorf("after %s, %s holds %d guilds instead of %d", f.Name, maker.Name, n, want)
			}
		}
	}
}
