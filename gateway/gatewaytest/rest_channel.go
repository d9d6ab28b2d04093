package gatewaytest

import (
	"net/http"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// getChannel is GET /channels/{channel}.
func (c *restCall) getChannel() (int, any, error) {
	channel, _, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	data, err := c.shown(channel)
	return http.StatusOK, data, err
}

// shown returns a channel as the user sees it, who is not among the recipients of their own messages.
func (c *restCall) shown(channel world.ChannelHandle) (types.Channel, error) {
	data, err := channel.Snapshot()
	data.Recipients = slices.DeleteFunc(data.Recipients, func(u types.User) bool { return u.ID == c.user.ID })
	return data, err
}

// guildChannels is GET /guilds/{guild}/channels: all of them but threads, also those that the user cannot see.
func (c *restCall) guildChannels() (int, any, error) {
	guild, _, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	ids, err := guild.Channels()
	if err != nil {
		return 0, nil, err
	}
	channels := make([]types.Channel, 0, len(ids))
	for _, id := range ids {
		data, err := guild.Channel(id).Snapshot()
		if err != nil {
			continue // deleted in the meantime
		}
		switch data.Type {
		case types.ChannelTypeNewsThread, types.ChannelTypePublicThread, types.ChannelTypePrivateThread:
		default:
			channels = append(channels, data)
		}
	}
	return http.StatusOK, channels, nil
}

// openPrivate is POST /users/@me/channels: direct messages with one user, or a group with several.
func (c *restCall) openPrivate() (int, any, error) {
	var body struct {
		Recipient  types.Snowflake   `json:"recipient_id"`
		Recipients []types.Snowflake `json:"recipients"`
	}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	if body.Recipient != 0 {
		body.Recipients = []types.Snowflake{body.Recipient}
	}
	if len(body.Recipients) == 0 {
		return 0, nil, invalidForm(required("recipient_id"))
	}
	if len(body.Recipients) > 1 && c.user.Bot {
		return 0, nil, &apiError{status: http.StatusForbidden, Code: 20001, Message: "Bots cannot use this endpoint"}
	}
	var channel world.ChannelHandle
	var err error
	if len(body.Recipients) == 1 {
		channel, err = c.world.OpenDM(c.user.ID, body.Recipients[0])
	} else {
		channel, err = c.world.AddGroup(c.user.ID, body.Recipients...)
	}
	if err != nil {
		return 0, nil, err
	}
	data, err := c.shown(channel)
	return http.StatusOK, data, err
}
