package gatewaytest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

// maxBody is how many bytes the body of a request may have.
const maxBody = 1 << 20

// Handler returns the REST API of the server, which acts on its world: the events that follow from a request go to
// whoever may see them, as with the methods of the world. It is what the server answers with, at its own address, to
// requests below /api, /api/v9 and the like, and /.well-known that do not ask for a websocket. It knows the routes that
// a bot or a client needs to be tested whole; all others are answered with status 404. Shapes, status codes and error
// codes are those of the Discord API v9, in both profiles.
//
//   - GET /.well-known/spacebar/client (Spacebar only), /gateway, /gateway/bot
//   - POST /auth/login, /auth/register
//   - GET and PATCH /users/@me; POST /users/@me/channels
//   - GET /channels/{channel}
//   - GET and POST /channels/{channel}/messages, the latter as JSON or as a form with payload_json and files
//   - GET, PATCH and DELETE /channels/{channel}/messages/{message}
//   - POST /channels/{channel}/typing, /channels/{channel}/invites
//   - GET and DELETE /channels/{channel}/messages/{message}/reactions/{emoji}
//   - PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me; DELETE …/reactions/{emoji}/{user}, …/reactions
//   - GET and POST /invites/{invite}
//   - GET /guilds/{guild}, /guilds/{guild}/members/{user}; GET and POST /guilds/{guild}/channels
//
// The files of messages are found at the address that their attachments name, which is one of the server below
// /attachments. [Server.LimitREST] limits the rate of requests.
//
// Source: https://docs.discord.food/reference
func (s *Server) Handler() http.Handler { return s.api }

// APIURL returns the address of the REST API, such as http://127.0.0.1:40123/api/v9.
func (s *Server) APIURL() string { return httpURL(s.URL()) + "/api/v9" }

// Client returns an HTTP client that reaches the server, over its Network if it has one. Each call returns a new one
// that the caller may change; it keeps no connection open.
func (s *Server) Client() *http.Client {
	transport := &http.Transport{DisableKeepAlives: true}
	if s.options.Network != nil {
		transport.DialContext = s.options.Network.DialContext
	}
	return &http.Client{Transport: transport}
}

// httpURL returns the address at which requests are made.
func httpURL(ws string) string { return "http" + strings.TrimPrefix(ws, "ws") }

// rest is the REST API of a server.
type rest struct {
	server *Server
	world  *world.World
	mux    *http.ServeMux

	uploads uploads
}

// newREST returns the API with its routes.
func newREST(s *Server) *rest {
	api := &rest{server: s, world: s.options.World, mux: http.NewServeMux()}
	api.open("GET /gateway", (*restCall).gateway)
	api.open("POST /auth/login", (*restCall).login)
	api.open("POST /auth/register", (*restCall).register)
	api.open("GET /invites/{invite}", (*restCall).invite)
	if s.options.Profile == Spacebar {
		api.open("GET /.well-known/spacebar/client", (*restCall).wellKnown)
		api.open("GET /gateway/bot", (*restCall).gatewayBot)
	} else {
		api.closed("GET /gateway/bot", (*restCall).gatewayBot)
	}
	for pattern, answer := range map[string]answer{
		"GET /users/@me":                                (*restCall).me,
		"GET /channels/{channel}/messages":              (*restCall).messages,
		"POST /channels/{channel}/messages":             (*restCall).createMessage,
		"GET /channels/{channel}/messages/{message}":    (*restCall).message,
		"PATCH /channels/{channel}/messages/{message}":  (*restCall).editMessage,
		"DELETE /channels/{channel}/messages/{message}": (*restCall).deleteMessage,
		"POST /channels/{channel}/typing":               (*restCall).typing,
		"POST /channels/{channel}/invites":              (*restCall).createInvite,
		"POST /invites/{invite}":                        (*restCall).acceptInvite,
		"PATCH /users/@me":                              (*restCall).editMe,
		"POST /users/@me/channels":                      (*restCall).openPrivate,
		"GET /channels/{channel}":                       (*restCall).getChannel,
		"GET /guilds/{guild}":                           (*restCall).getGuild,
		"GET /guilds/{guild}/channels":                  (*restCall).guildChannels,
		"GET /guilds/{guild}/members/{user}":            (*restCall).member,
		"POST /guilds/{guild}/channels":                 (*restCall).createChannel,
		"GET " + reactionsPath + "/{emoji}":             (*restCall).reactors,
		"PUT " + reactionsPath + "/{emoji}/@me":         (*restCall).react,
		"DELETE " + reactionsPath + "/{emoji}/{user}":   (*restCall).unreact,
		"DELETE " + reactionsPath + "/{emoji}":          (*restCall).clearReaction,
		"DELETE " + reactionsPath:                       (*restCall).clearReactions,
	} {
		api.closed(pattern, answer)
	}
	return api
}

// reactionsPath is where the reactions of a message are.
const reactionsPath = "/channels/{channel}/messages/{message}/reactions"

// serves says whether a request is for the API rather than for the gateway.
func (a *rest) serves(r *http.Request) bool {
	path := r.URL.Path
	return a != nil && !websocket.IsWebSocketUpgrade(r) &&
		(path == "/api" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/.well-known/") ||
			strings.HasPrefix(path, attachmentsPath))
}

// open adds a route for everybody, closed one for those with a token.
func (a *rest) open(pattern string, do answer) {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { a.call(w, r, nil, do) })
}

func (a *rest) closed(pattern string, do answer) {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		user := a.authenticate(r.Header.Get("Authorization"))
		if user == nil {
			answerError(w, statusError(http.StatusUnauthorized))
			return
		}
		a.call(w, r, user, do)
	})
}

// authenticate returns whose token is in an Authorization header, or nil. On Discord bots have "Bot " before theirs,
// and nobody else.
func (a *rest) authenticate(header string) *world.User {
	prefix, token := splitToken(header)
	user, ok := a.world.Authenticate(token)
	if !ok || user.Disabled || a.server.options.Profile == Discord && (prefix == "Bot ") != user.Bot {
		return nil
	}
	return user
}

// ServeHTTP answers one request.
func (a *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, attachmentsPath) {
		a.uploads.ServeHTTP(w, r)
		return
	}
	at, known := unversioned(r)
	if !known {
		answerError(w, &apiError{status: http.StatusBadRequest, Code: 50041, Message: "Invalid API version"})
		return
	}
	handler, pattern := a.mux.Handler(at)
	if pattern == "" {
		status := &statusOnly{header: http.Header{}}
		handler.ServeHTTP(status, at)
		if status.code != http.StatusMethodNotAllowed {
			status.code = http.StatusNotFound // instead of a redirect to a cleaner path too
		}
		answerError(w, statusError(status.code))
		return
	}
	a.mux.ServeHTTP(w, at)
}

// unversioned returns the request with a path without /api and the version, of which it says whether there is such a
// one.
func unversioned(r *http.Request) (*http.Request, bool) {
	prefix, known := "", true
	if r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/") {
		prefix = "/api"
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
		if digits, ok := strings.CutPrefix(first, "v"); ok && digits != "" && strings.Trim(digits, "0123456789") == "" {
			prefix += "/" + first
			known = slices.Contains([]string{"6", "7", "8", "9", "10"}, digits)
		}
	}
	at := r.Clone(r.Context())
	at.URL.Path = "/" + strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, prefix), "/")
	if r.URL.RawPath != "" {
		at.URL.RawPath = "/" + strings.TrimPrefix(strings.TrimPrefix(r.URL.RawPath, prefix), "/")
	}
	return at, known
}

// statusOnly is a response of which only the status is of interest.
type statusOnly struct {
	header http.Header
	code   int
}

// Header, Write and WriteHeader make it an http.ResponseWriter.
func (s *statusOnly) Header() http.Header { return s.header }

func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }

func (s *statusOnly) WriteHeader(code int) { s.code = code }
