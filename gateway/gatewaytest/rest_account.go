package gatewaytest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// me is GET /users/@me.
func (c *restCall) me() (int, any, error) { return http.StatusOK, c.user.User, nil }

// editMe is PATCH /users/@me: the name and what is shown beside it. A picture is taken as its hash.
func (c *restCall) editMe() (int, any, error) {
	var body struct {
		Username   *string
		GlobalName types.Optional[string] `json:"global_name"`
		Avatar     types.Optional[string]
		Bio        *string
	}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	if body.Username != nil && strings.TrimSpace(*body.Username) == "" {
		return 0, nil, invalidForm(required("username"))
	}
	handle := c.world.User(c.user.ID)
	err := handle.Edit(func(user *types.User) {
		if body.Username != nil {
			user.Username = *body.Username
		}
		body.GlobalName.Apply(&user.GlobalName)
		if body.Avatar.IsPresent() {
			picture, _ := body.Avatar.Get()
			user.Avatar = pictureHash(picture)
		}
		if body.Bio != nil {
			user.Bio = *body.Bio
		}
	})
	if err != nil {
		return 0, nil, err
	}
	edited, err := handle.Snapshot()
	return http.StatusOK, edited.User, err
}

// pictureHash returns the hash by which a picture is named; no picture has none.
func pictureHash(picture string) string {
	if picture == "" {
		return ""
	}
	digest := sha256.Sum256([]byte(picture))
	return hex.EncodeToString(digest[:16])
}

// login is POST /auth/login.
func (c *restCall) login() (int, any, error) {
	var body struct{ Login, Password string }
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	user, ok := c.world.Login(body.Login, body.Password)
	if !ok {
		const code, message = "INVALID_LOGIN", "Login or password is invalid."
		return 0, nil, invalidForm(fieldError{"login", code, message}, fieldError{"password", code, message})
	}
	if user.Disabled {
		return 0, nil, &apiError{status: http.StatusForbidden, Code: 20013, Message: "This account is disabled."}
	}
	settings := map[string]string{"locale": "en-US", "theme": "dark"}
	if c.server.options.Profile == Spacebar {
		return http.StatusOK, map[string]any{"token": user.Token, "settings": settings}, nil
	}
	return http.StatusOK, map[string]any{"user_id": user.ID, "token": user.Token, "user_settings": settings}, nil
}

// register is POST /auth/register. With an invitation, the new user is a member of its guild.
func (c *restCall) register() (int, any, error) {
	var body struct {
		Username, Email, Password, Invite string
		Consent                           bool
	}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	var wrong []fieldError
	for _, field := range []struct{ name, value string }{
		{"username", body.Username}, {"email", body.Email}, {"password", body.Password},
	} {
		if strings.TrimSpace(field.value) == "" {
			wrong = append(wrong, required(field.name))
		}
	}
	if !body.Consent {
		wrong = append(wrong, fieldError{"consent", "CONSENT_REQUIRED", "You must agree to the terms."})
	}
	if wrong != nil {
		return 0, nil, invalidForm(wrong...)
	}
	if body.Invite != "" {
		if _, err := c.world.Invite(body.Invite); err != nil {
			return 0, nil, err
		}
	}
	user, err := c.world.NewUser(body.Username, world.UserOptions{Email: body.Email, Password: body.Password})
	if err != nil { // no id and no token was asked for
		return 0, nil, invalidForm(fieldError{"email", "EMAIL_ALREADY_REGISTERED", "Email is already registered."})
	}
	if body.Invite != "" {
		if _, err := c.world.AcceptInvite(user.ID, body.Invite); err != nil {
			return 0, nil, err
		}
	}
	if c.server.options.Profile == Discord {
		return http.StatusCreated, map[string]any{"token": user.Token}, nil
	}
	return http.StatusOK, map[string]any{"token": user.Token}, nil
}

// required is the error for a field that is not there.
func required(field string) fieldError {
	return fieldError{field, "BASE_TYPE_REQUIRED", "This field is required"}
}
