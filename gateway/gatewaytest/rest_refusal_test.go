package gatewaytest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestRefusalsOfTheAPI(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		hidden, err := w.guild.CreateChannel("hidden")
		if err != nil {
			t.Fatal(err)
		}
		everybody := types.PermissionOverwrite{ID: w.guild.ID(), Deny: types.PermissionViewChannel}
		if err := hidden.SetOverwrite(everybody); err != nil {
			t.Fatal(err)
		}
		message, err := w.channel.SendMessage(w.ann.ID, "mine")
		if err != nil {
			t.Fatal(err)
		}
		invite, err := w.channel.CreateInvite(w.ann.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.guild.Ban(w.cleo.ID); err != nil {
			t.Fatal(err)
		}
		for _, test := range refusals(w, hidden.ID(), message.ID, invite.Code) {
			status, data := w.do(test.authorization, test.request, test.body)
			var got struct {
				Code    *int
				Message string
				Errors  map[string]struct {
					Errors []struct{ Code, Message string } `json:"_errors"`
				}
			}
			err := json.Unmarshal([]byte(data), &got)
			if err != nil || status != test.status || got.Code == nil || *got.Code != test.code || got.Message == "" {
				t.Errorf("%s is answered with %d %s, want %d with code %d", test.request, status, data, test.status, test.code)
				continue
			}
			if test.field != "" && len(got.Errors[test.field].Errors) != 1 {
				t.Errorf("%s is answered with %s, want an error of %s", test.request, data, test.field)
			}
		}
	})
}

// refusedRequest is a request, and how it is refused.
type refusedRequest struct {
	authorization, request, body string
	status, code                 int
	field                        string
}

// refusals are requests in a world with a hidden channel, a message of ann's and an invitation into the guild, from
// which cleo is banned.
func refusals(w *restWorld, hidden, message types.Snowflake, invite string) []refusedRequest {
	ben, messages := w.ben.Token, "/channels/$channel/messages"
	at, elsewhere := messages+"/"+message.String(), "/channels/"+hidden.String()
	long := `{"content":"` + strings.Repeat("é", 2001) + `"}`
	return []refusedRequest{
		{"", "GET /users/@me", "", 401, 0, ""},
		{"nobody's", "GET /users/@me", "", 401, 0, ""},
		{w.bot.Token, "GET /users/@me", "", 401, 0, ""},
		{"Bot " + ben, "GET /users/@me", "", 401, 0, ""},
		{"", "GET /gateway/bot", "", 401, 0, ""},
		{ben, "GET /nothing", "", 404, 0, ""},
		{ben, "PUT /users/@me", "", 405, 0, ""},
		{ben, "GET " + httpURL(w.server.URL()) + "/api/v42/gateway", "", 400, 50041, ""},
		{ben, "GET /channels/x/messages", "", 400, 50035, "channel_id"},
		{ben, "GET /channels/1/messages", "", 404, 10003, ""},
		{ben, "GET " + elsewhere + "/messages", "", 403, 50001, ""},
		{ben, "POST " + elsewhere + "/typing", "", 403, 50001, ""},
		{ben, "GET " + messages + "?limit=101", "", 400, 50035, "limit"},
		{ben, "GET " + messages + "?after=x", "", 400, 50035, "after"},
		{ben, "GET " + messages + "/1", "", 404, 10008, ""},
		{ben, "POST " + messages, "{", 400, 50109, ""},
		{ben, "POST " + messages, `{"content":{}}`, 400, 50035, ""},
		{ben, "POST " + messages, `{"content":""}`, 400, 50006, ""},
		{ben, "POST " + messages, long, 400, 50035, "content"},
		{ben, "POST " + messages, `"` + strings.Repeat("x", maxBody) + `"`, 413, 40005, ""},
		{ben, "POST " + messages, `{"content":"re","message_reference":{"message_id":"1"}}`, 404, 10008, ""},
		{ben, "PATCH " + at, `{"content":"yours"}`, 403, 50005, ""},
		{w.ann.Token, "PATCH " + at, `{"content":null}`, 400, 50006, ""},
		{ben, "DELETE " + at, "", 403, 50013, ""},
		{ben, "PUT " + at + "/reactions/a:b/@me", "", 400, 10014, ""},
		{ben, "DELETE " + at + "/reactions/a/@me", "", 404, 10014, ""},
		{ben, "DELETE " + at + "/reactions/a/1", "", 403, 50013, ""},
		{ben, "DELETE " + at + "/reactions/a", "", 403, 50013, ""},
		{ben, "DELETE " + at + "/reactions", "", 403, 50013, ""},
		{ben, "GET /invites/none", "", 404, 10006, ""},
		{"Bot " + w.bot.Token, "POST /invites/" + invite, "", 403, 20001, ""},
		{w.cleo.Token, "POST /invites/" + invite, "", 403, 40007, ""},
		{w.cleo.Token, "POST /guilds/$guild/channels", `{"name":"x"}`, 403, 50001, ""},
		{ben, "POST /guilds/$guild/channels", `{"name":"x"}`, 403, 50013, ""},
		{ben, "POST /guilds/1/channels", `{"name":"x"}`, 404, 10004, ""},
		{w.ann.Token, "POST /guilds/$guild/channels", `{}`, 400, 50035, "name"},
		{w.ann.Token, "POST /guilds/$guild/channels", `{"name":"x","type":1}`, 400, 50035, "type"},
		{"", "POST /auth/login", `{"login":"ann@example.com","password":""}`, 400, 50035, "password"},
		{"", "POST /auth/register", `{"username":"x","email":"y","password":"z"}`, 400, 50035, "consent"},
		{"", "POST /auth/register", `{"consent":true}`, 400, 50035, "username"},
		{"", "POST /auth/register", `{"username":"x","email":"ANN@example.com","password":"z","consent":true}`,
			400, 50035, "email"},
	}
}

func TestADisabledAccountIsShutOut(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		if err := w.server.World().User(w.ben.ID).Disable(); err != nil {
			t.Fatal(err)
		}
		w.want(401, w.ben.Token, "GET /users/@me", "", nil)
		w.want(200, "Bot "+w.bot.Token, "GET /users/@me", "", nil)
		w.want(200, w.bot.Token, "GET /users/@me", "", nil) // Spacebar does not look at the prefix
	})
}

func TestTheHandlerWorksBehindAnyServer(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		for _, path := range []string{"/gateway", "/api/gateway", "/api/v9/gateway"} {
			response := httptest.NewRecorder()
			w.server.Handler().ServeHTTP(response, httptest.NewRequest(http.MethodGet, path, nil))
			if want := `{"url":"` + w.server.URL() + `"}`; response.Code != 200 || response.Body.String() != want {
				t.Errorf("%s is answered with %d %s, want %s", path, response.Code, response.Body, want)
			}
		}
	})
}
