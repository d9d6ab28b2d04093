package gatewaytest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// restWorld is a guild of ann's with a member ben, a bot, and cleo outside.
type restWorld struct {
	t                   *testing.T
	server              *Server
	ann, ben, cleo, bot world.User
	guild               world.GuildHandle
	channel             world.ChannelHandle
	headers             http.Header // of the next requests
}

// inREST runs a test of the API of a profile.
func inREST(t *testing.T, profile Profile, test func(t *testing.T, w *restWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &restWorld{t: t, server: NewServer(t, ServerOptions{Profile: profile, Network: new(Network)})}
		all := w.server.World()
		w.ann, w.ben, w.cleo, w.bot = all.AddUser("ann"), all.AddUser("ben"), all.AddUser("cleo"), all.AddBot("robot")
		w.guild, _ = all.AddGuild(w.ann.ID, "Home")
		w.channel, _ = w.guild.CreateChannel("news")
		for _, id := range []types.Snowflake{w.ben.ID, w.bot.ID} {
			if err := w.guild.Join(id); err != nil {
				t.Fatal(err)
			}
		}
		test(t, w)
	})
}

// do makes a request with an Authorization header, and returns the status and the body of the response.
func (w *restWorld) do(authorization, request, body string) (int, string) {
	w.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	path = strings.NewReplacer("$channel", w.channel.ID().String(), "$guild", w.guild.ID().String()).Replace(path)
	if !strings.HasPrefix(path, "http") {
		path = w.server.APIURL() + path
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, values := range w.headers {
		r.Header[name] = values
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	response, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(data) > 0 && response.Header.Get("Content-Type") != "application/json" {
		w.t.Errorf("%s is answered with %s", request, response.Header.Get("Content-Type"))
	}
	return response.StatusCode, string(data)
}

// want makes a request whose status must be as given, and reads the body of the response into v unless that is nil.
func (w *restWorld) want(status int, authorization, request, body string, v any) {
	w.t.Helper()
	got, data := w.do(authorization, request, body)
	if got != status {
		w.t.Fatalf("%s is answered with %d %s, want %d", request, got, data, status)
	}
	if status == http.StatusNoContent && data != "" {
		w.t.Errorf("%s is answered with %s, want nothing", request, data)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal([]byte(data), v); err != nil {
		w.t.Fatalf("%s is answered with %s: %v", request, data, err)
	}
}

func TestDiscoverFindsTheServer(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		inREST(t, profile, func(t *testing.T, w *restWorld) {
			root := strings.TrimSuffix(w.server.APIURL(), "/api/v9")
			found, err := gateway.Discover(t.Context(), root, w.server.Client())
			if err != nil {
				t.Fatal(err)
			}
			if found.Gateway != w.server.URL() || found.API != root+"/api" {
				t.Errorf("%s: found %+v", profile, found)
			}
			if told := slices.Contains(found.Compressions, "zstd-stream"); told != (profile == Spacebar) {
				t.Errorf("%s: the compressions are %v", profile, found.Compressions)
			}
			found, err = gateway.DiscoverBot(t.Context(), root, w.bot.Token, w.server.Client())
			if err != nil || found.Bot.Shards != 1 || found.Bot.SessionStartLimit.Total != 1000 {
				t.Errorf("%s: found %+v and %v", profile, found, err)
			}
			_, err = gateway.DiscoverBot(t.Context(), root, "nobody's", w.server.Client())
			if (err == nil) != (profile == Spacebar) {
				t.Errorf("%s: with nobody's token, %v", profile, err)
			}
		})
	}
}

func TestAnAccountIsRegisteredLogsInAndJoins(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		var invite struct {
			Code  string
			Uses  int
			Guild struct{ Name string }
		}
		w.want(200, w.ann.Token, "POST /channels/$channel/invites", "{}", &invite)
		var registered, in struct{ Token string }
		w.want(200, "", "POST /auth/register", `{"username":"dora","email":"d@example.com","password":"secret",
			"consent":true,"date_of_birth":"2000-01-01"}`, &registered)
		w.want(200, "", "POST /auth/login", `{"login":"D@example.com","password":"secret"}`, &in)
		if in.Token == "" || in.Token != registered.Token {
			t.Errorf("registered %q, logged in %q", registered.Token, in.Token)
		}
		var me types.User
		w.want(200, in.Token, "GET /users/@me", "", &me)
		if me.Username != "dora" || me.Email != "d@example.com" {
			t.Errorf("dora is %+v", me)
		}
		w.want(200, "", "GET /invites/"+invite.Code, "", &invite)
		w.want(200, in.Token, "POST /invites/"+invite.Code, "", &invite)
		if invite.Guild.Name != "Home" || invite.Uses != 1 {
			t.Errorf("the invitation is %+v", invite)
		}
		if _, err := w.guild.Member(me.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsDoneByRESTReachesTheGateway(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		handle, _, err := gateway.Connect(t.Context(), w.server.URL(), types.IdentifyUser(w.ben.Token),
			gateway.Options{Dialer: w.server.Dialer()})
		if err != nil {
			t.Fatal(err)
		}
		defer handle.Close(context.Background())
		synctest.Wait()
		peer := w.server.Peers()[0]
		before := len(peer.Log())

		token, messages := "Bot "+w.bot.Token, "/channels/$channel/messages"
		w.want(204, token, "POST /channels/$channel/typing", "", nil)
		var sent types.Message
		w.want(200, token, "POST "+messages, `{"content":"hello","nonce":7,"embeds":[{"title":"hi"}]}`, &sent)
		if sent.Content != "hello" || sent.Nonce != "7" || sent.Author.ID != w.bot.ID || len(sent.Embeds) != 1 {
			t.Errorf("sent %+v", sent)
		}
		at := messages + "/" + sent.ID.String()
		w.want(200, token, "PATCH "+at, `{"content":"goodbye"}`, &sent)
		if sent.Content != "goodbye" || sent.EditedTimestamp == 0 {
			t.Errorf("edited %+v", sent)
		}
		w.want(204, token, "PUT "+at+"/reactions/%F0%9F%94%A5/@me", "", nil)
		var got types.Message
		w.want(200, w.ann.Token, "GET "+at, "", &got)
		if len(got.Reactions) != 1 || got.Reactions[0].Emoji.Name != "🔥" {
			t.Errorf("the reactions are %+v", got.Reactions)
		}
		w.want(204, token, "DELETE "+at+"/reactions/%F0%9F%94%A5/@me", "", nil)
		w.want(204, w.ann.Token, "PUT "+at+"/reactions/fire:123/@me", "", nil)
		w.want(204, w.ann.Token, "DELETE "+at+"/reactions/fire:123", "", nil)
		w.want(204, w.ann.Token, "DELETE "+at+"/reactions", "", nil)
		w.want(204, w.ann.Token, "DELETE "+at, "", nil)
		var channel types.Channel
		w.want(201, w.ann.Token, "POST /guilds/$guild/channels", `{"name":"stage","type":2}`, &channel)
		if channel.Name != "stage" || channel.Type != types.ChannelTypeGuildVoice || channel.GuildID != w.guild.ID() {
			t.Errorf("created %+v", channel)
		}
		synctest.Wait()
		want := []string{"TYPING_START", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_REACTION_ADD",
			"MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE_EMOJI",
			"MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_DELETE", "CHANNEL_CREATE"}
		var seen []string
		for _, entry := range peer.Log()[before:] {
			if entry.Direction == Outbound && entry.Event != "" {
				seen = append(seen, entry.Event)
			}
		}
		if !slices.Equal(seen, want) {
			t.Errorf("ben saw %v, want %v", seen, want)
		}
	})
}

func TestMessagesAreListedByPages(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		var ids []types.Snowflake
		for _, content := range strings.Split("abcdefg", "") {
			message, err := w.channel.SendMessage(w.ann.ID, content)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, message.ID)
		}
		for query, want := range map[string]string{
			"":                                   "gfedcba",
			"?limit=2":                           "gf",
			"?limit=2&before=" + ids[2].String(): "ba",
			"?limit=2&after=" + ids[2].String():  "ed",
			"?limit=3&around=" + ids[2].String(): "dcb",
			"?before=" + ids[0].String():         "",
		} {
			var page []types.Message
			w.want(200, w.ben.Token, "GET /channels/$channel/messages"+query, "", &page)
			got := ""
			for _, message := range page {
				got += message.Content
			}
			if got != want || page == nil {
				t.Errorf("%s gives %q, want %q", query, got, want)
			}
		}
	})
}
