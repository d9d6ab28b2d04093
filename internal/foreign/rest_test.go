package foreign

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// note is what a library's REST client gives back of a message.
type note struct {
	id, content string
	files       []string // their names and sizes
}

// api is what the tests need of somebody else's REST client. Ids are as they are in JSON.
type api struct {
	send     func(channel, content string) (note, error)
	sendFile func(channel, name, content string) (note, error)
	edit     func(channel, message, content string) (note, error)
	react    func(channel, message, emoji string) error
	reactors func(channel, message, emoji string) ([]string, error)
	list     func(channel string) ([]note, error)
	direct   func(user string) (channel string, err error)
	guild    func(id string) (name string, err error)
}

// caller makes a REST client with a bot's token that asks a server.
type caller func(t *testing.T, server *gatewaytest.Server, token string) api

// home is a transport that takes every request to the test server, whatever host it is for.
type home struct{ *url.URL }

func newHome(t *testing.T, server *gatewaytest.Server) home {
	t.Helper()
	at, err := url.Parse(server.APIURL())
	if err != nil {
		t.Fatal(err)
	}
	return home{at}
}

func (h home) RoundTrip(request *http.Request) (*http.Response, error) {
	there := request.Clone(request.Context())
	there.URL.Scheme, there.URL.Host, there.Host = h.Scheme, h.Host, h.Host
	return http.DefaultTransport.RoundTrip(there)
}

// byREST is what a library's REST client has to show: what it does is seen by its gateway client, which is another bot.
func byREST(t *testing.T, open opener, call caller) {
	t.Parallel()
	for _, profile := range []gatewaytest.Profile{gatewaytest.Spacebar, gatewaytest.Discord} {
		t.Run(string(profile), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, profile, open)
			writer := s.server.World().AddBot("writer")
			s.must(s.guild.Join(writer.ID))
			s.writes(call(t, s.server, writer.Token), writer.ID.String())
			for _, fault := range s.client.faults.all() {
				t.Errorf("not understood: %s", fault)
			}
		})
	}
}

// writes sends, edits and lists messages, and reacts to one.
func (s *stage) writes(a api, writer string) {
	channel := s.channel.ID().String()
	sent, err := a.send(channel, "a line")
	s.must(err)
	s.reads(writer, channel, "a line")
	edited, err := a.edit(channel, sent.id, "another line")
	s.must(err)
	if sent.content != "a line" || edited.id != sent.id || edited.content != "another line" {
		s.t.Errorf("sent %+v, edited %+v", sent, edited)
	}
	s.must(a.react(channel, sent.id, "🎵"))
	reactors, err := a.reactors(channel, sent.id, "🎵")
	s.must(err)
	if !slices.Equal(reactors, []string{writer}) {
		s.t.Errorf("the reactors are %v", reactors)
	}
	file, err := a.sendFile(channel, "song.txt", "la la la")
	s.must(err)
	s.reads(writer, channel, "")
	if want := []string{"song.txt 8"}; !slices.Equal(file.files, want) {
		s.t.Errorf("the files are %v", file.files)
	}
	list, err := a.list(channel)
	s.must(err)
	if len(list) != 2 || list[0].id != file.id || list[1].content != "another line" {
		s.t.Errorf("the messages are %+v", list)
	}
	s.waitsForTheLimit(a, writer, channel)
	if name, err := a.guild(s.guild.ID().String()); err != nil || name != "Home" {
		s.t.Errorf("the guild is %q, %v", name, err)
	}
	direct, err := a.direct(s.ann.ID.String())
	s.must(err)
	_, err = a.send(direct, "in private")
	s.must(err)
}

// waitsForTheLimit is that a request too many is made once more when there is room for it.
func (s *stage) waitsForTheLimit(a api, writer, channel string) {
	remove := s.server.LimitREST(gatewaytest.RESTLimit{Requests: 1, Window: time.Second, Global: true})
	defer remove()
	for _, text := range []string{"one", "two"} {
		_, err := a.send(channel, text)
		s.must(err)
		s.reads(writer, channel, text)
	}
}

// reads expects that the gateway client reads a message next.
func (s *stage) reads(author, channel, content string) {
	s.t.Helper()
	want := message{author: author, channel: channel, content: content}
	if got := wait(s.t, "message "+content, s.client.messages); got != want {
		s.t.Errorf("read %+v instead of %+v", got, want)
	}
}
