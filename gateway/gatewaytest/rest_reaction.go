package gatewaytest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// emoji returns the emoji of the path: text, or name:id for one of a guild.
func (c *restCall) emoji() (types.Emoji, error) {
	text := c.request.PathValue("emoji")
	name, number, custom := strings.Cut(text, ":")
	if !custom {
		return world.Unicode(text), nil
	}
	id, err := types.ParseSnowflake(number)
	if err != nil {
		return types.Emoji{}, &apiError{status: http.StatusBadRequest, Code: 10014, Message: "Unknown Emoji"}
	}
	return types.Emoji{ID: id, Name: name}, nil
}

// react is PUT …/reactions/{emoji}/@me.
func (c *restCall) react() (int, any, error) {
	channel, _, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, channel.AddReaction(message.ID, c.user.ID, emoji)
}

// unreact is DELETE …/reactions/{emoji}/{user}; the user is @me or, for who may manage messages, somebody else.
func (c *restCall) unreact() (int, any, error) {
	channel, permissions, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return 0, nil, err
	}
	user := c.user.ID
	if c.request.PathValue("user") != "@me" {
		if user, err = c.id("user"); err != nil {
			return 0, nil, err
		}
	}
	if user != c.user.ID && !permissions.Has(types.PermissionManageMessages) {
		return 0, nil, missingPermissions()
	}
	return http.StatusNoContent, nil, channel.RemoveReaction(message.ID, user, emoji)
}

// reactors is GET …/reactions/{emoji}: the users, in ascending order of their ids.
func (c *restCall) reactors() (int, any, error) {
	channel, permissions, message, err := c.readable()
	if err == nil && !permissions.Has(types.PermissionReadMessageHistory) {
		err = missingPermissions()
	}
	if err != nil {
		return 0, nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return 0, nil, err
	}
	query := c.request.URL.Query()
	if query.Get("limit") == "" {
		query.Set("limit", "25")
	}
	asked, err := pageOf(query)
	if err != nil {
		return 0, nil, err
	}
	users, err := channel.Reactors(message.ID, emoji)
	users = slices.DeleteFunc(users, func(u types.User) bool { return u.ID <= asked.after })
	return http.StatusOK, users[:min(asked.limit, len(users))], err
}

// clearReaction is DELETE …/reactions/{emoji}, for who may manage messages.
func (c *restCall) clearReaction() (int, any, error) {
	channel, permissions, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return 0, nil, err
	}
	if !permissions.Has(types.PermissionManageMessages) {
		return 0, nil, missingPermissions()
	}
	return http.StatusNoContent, nil, channel.ClearReaction(message.ID, emoji)
}

// clearReactions is DELETE …/reactions, for who may manage messages.
func (c *restCall) clearReactions() (int, any, error) {
	channel, permissions, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	if !permissions.Has(types.PermissionManageMessages) {
		return 0, nil, missingPermissions()
	}
	return http.StatusNoContent, nil, channel.ClearReactions(message.ID)
}
