package world

import (
	"strconv"

	"github.com/chorus-go/chorus/types"
)

// User is a user as the server knows them, with what nobody else may see. It is a copy.
type User struct {
	types.User // what everybody may see

	Token    string // without "Bot " before it
	Disabled bool   // whether the account may not log in any longer
}

// UserOptions are what a user is made with, where it is not made up.
type UserOptions struct {
	ID    types.Snowflake // 0 makes one
	Token string          // "" makes one
	Email string          // "" makes one of the name

	Password string // what World.Login asks for; "" lets nobody log in
}

// account is a user in the world.
type account struct {
	user     types.User // as the user sees themselves
	token    string
	disabled bool
	password string // as it was given: nobody has anything to hide here

	guilds        map[types.Snowflake]*guild
	private       map[types.Snowflake]*channel // the direct messages and groups that are open
	relationships map[types.Snowflake]*types.Relationship
	read          map[types.Snowflake]types.Snowflake // the last message that was read, by channel

	notes           map[types.Snowflake]string
	settings        types.UserSettings                           // replaced, never written to
	guildSettings   map[types.Snowflake]*types.UserGuildSettings // by guild, 0 for private channels; replaced likewise
	settingsVersion int64                                        // of guildSettings

	sessions []*session // in the order in which they began
	puppet   *status    // the presence that SetPresence has given, nil for none
}

// AddUser adds a user with a name and returns them with their id and token.
func (w *World) AddUser(name string) User {
	user, _ := w.NewUser(name, UserOptions{})
	return user
}

// AddBot adds a bot with a name and returns it with its id and token. Its application has the same id.
func (w *World) AddBot(name string) User {
	user, _ := w.NewBot(name, UserOptions{})
	return user
}

// NewUser adds a user with an id, a token or an email of one's own. The error is an *InputError if somebody else has
// them.
func (w *World) NewUser(name string, options UserOptions) (User, error) {
	return w.newAccount(name, options, false)
}

// NewBot is NewUser for a bot.
func (w *World) NewBot(name string, options UserOptions) (User, error) {
	return w.newAccount(name, options, true)
}

// newAccount adds a user or a bot.
func (w *World) newAccount(name string, options UserOptions, bot bool) (User, error) {
	var user User
	err := w.change(func() error {
		if w.accounts[options.ID] != nil {
			return wrong("id", "there is a user with id "+options.ID.String())
		}
		if w.tokens[options.Token] != nil {
			return wrong("token", "there is a user with that token")
		}
		if options.Email != "" && w.login(options.Email) != nil {
			return wrong("email", "there is a user with that email")
		}
		if options.ID == 0 {
			options.ID = w.id()
		}
		if options.Token == "" {
			options.Token = w.ids.token(options.ID)
		}
		if options.Email == "" && !bot {
			options.Email = name + "@example.com"
		}
		a := &account{
			user: types.User{
				ID: options.ID, Username: name, Discriminator: discriminator(w.options.Profile, options.ID),
				Bot: bot, Email: options.Email, Verified: true, LinkedUsers: []types.LinkedUser{},
			},
			token:         options.Token,
			password:      options.Password,
			guilds:        map[types.Snowflake]*guild{},
			private:       map[types.Snowflake]*channel{},
			relationships: map[types.Snowflake]*types.Relationship{},
			read:          map[types.Snowflake]types.Snowflake{},
			notes:         map[types.Snowflake]string{},
			settings:      types.UserSettings{Locale: "en-US", Theme: types.ThemeDark},
			guildSettings: map[types.Snowflake]*types.UserGuildSettings{},
		}
		w.accounts[a.user.ID], w.tokens[a.token] = a, a
		user = a.snapshot()
		return nil
	})
	return user, err
}

// discriminator returns the four digits behind a name, which Discord has given up.
func discriminator(profile Profile, id types.Snowflake) string {
	if profile == Discord {
		return "0"
	}
	return strconv.FormatUint(1000+uint64(id>>12^id)%9000, 10)
}

// Authenticate returns whose token it is, or false if it is nobody's. A disabled user is returned as well. "Bot " or
// "Bearer " does not belong to the token.
func (w *World) Authenticate(token string) (*User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.tokens[token]
	if a == nil {
		return nil, false
	}
	user := a.snapshot()
	return &user, true
}

// snapshot returns the account as the server knows it.
func (a *account) snapshot() User { return User{User: a.user, Token: a.token, Disabled: a.disabled} }

// id returns the user's id.
func (a *account) id() types.Snowflake { return a.user.ID }

// public returns the user as everybody may see them.
func (a *account) public() types.User {
	u := a.user
	u.Email, u.Phone, u.Verified, u.MFAEnabled = "", "", false, false
	u.NSFWAllowed, u.Locale, u.Rights = types.Optional[bool]{}, "", 0
	return u
}

// partial returns the user as they are in a presence.
func (a *account) partial() types.PartialUser {
	u := a.user
	return types.PartialUser{
		ID: u.ID, Username: types.Some(u.Username), Discriminator: types.Some(u.Discriminator),
		GlobalName: types.Some(u.GlobalName), Avatar: types.Some(u.Avatar), Bot: types.Some(u.Bot),
		PublicFlags: types.Some(u.PublicFlags),
	}
}
