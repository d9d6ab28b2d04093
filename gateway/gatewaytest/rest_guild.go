package gatewaytest

import (
	"errors"
	"net/http"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// guild returns the guild of the path with what the user may do in it, if the user is a member.
func (c *restCall) guild() (world.GuildHandle, types.Permissions, error) {
	id, err := c.id("guild")
	if err != nil {
		return world.GuildHandle{}, 0, err
	}
	guild := c.world.Guild(id)
	permissions, err := guild.Permissions(c.user.ID)
	if missing, ok := errors.AsType[*world.NotFoundError](err); ok && missing.Kind == "member" {
		err = missingAccess()
	}
	return guild, permissions, err
}

// getGuild is GET /guilds/{guild}, for members.
func (c *restCall) getGuild() (int, any, error) {
	guild, _, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	data, err := guild.Snapshot()
	if err != nil || c.request.URL.Query().Get("with_counts") != "true" {
		return http.StatusOK, data, err
	}
	members, err := guild.Members()
	data.ApproximateMemberCount = int64(len(members))
	return http.StatusOK, data, err
}

// member is GET /guilds/{guild}/members/{user}; the user may be @me.
func (c *restCall) member() (int, any, error) {
	guild, _, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	id := c.user.ID
	if c.request.PathValue("user") != "@me" {
		if id, err = c.id("user"); err != nil {
			return 0, nil, err
		}
	}
	member, err := guild.Member(id)
	return http.StatusOK, member, err
}

// createChannel is POST /guilds/{guild}/channels, for who may manage channels.
func (c *restCall) createChannel() (int, any, error) {
	guild, permissions, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	if !permissions.Has(types.PermissionManageChannels) {
		return 0, nil, missingPermissions()
	}
	var body struct {
		Name       string
		Type       types.ChannelType
		Topic      string
		Parent     types.Snowflake             `json:"parent_id"`
		Overwrites []types.PermissionOverwrite `json:"permission_overwrites"`
	}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	if body.Name == "" {
		return 0, nil, invalidForm(required("name"))
	}
	channel, err := guild.NewChannel(world.ChannelOptions{
		Name: body.Name, Type: body.Type, Topic: body.Topic, Parent: body.Parent, Overwrites: body.Overwrites,
	})
	if err != nil {
		return 0, nil, err
	}
	created, err := channel.Snapshot()
	return http.StatusCreated, created, err
}

// inviteBody is an invitation as the API shows it.
type inviteBody struct {
	Type      int              `json:"type"` // 0: to a guild
	Code      string           `json:"code"`
	GuildID   types.Snowflake  `json:"guild_id"`
	Guild     inviteGuild      `json:"guild"`
	Channel   inviteChannel    `json:"channel"`
	Inviter   *types.User      `json:"inviter,omitempty"`
	ExpiresAt *types.Timestamp `json:"expires_at"`
	Uses      int64            `json:"uses"`
	NewMember *bool            `json:"new_member,omitempty"` // only in the answer of Discord to who accepts it
}

// inviteGuild and inviteChannel are as much of them as is shown to who is outside.
type inviteGuild struct {
	ID       types.Snowflake      `json:"id"`
	Name     string               `json:"name"`
	Features []types.GuildFeature `json:"features"`
}

type inviteChannel struct {
	ID   types.Snowflake   `json:"id"`
	Name string            `json:"name"`
	Type types.ChannelType `json:"type"`
}

// describe returns an invitation as the API shows it.
func (c *restCall) describe(code string) (inviteBody, error) {
	invite, err := c.world.Invite(code)
	if err != nil {
		return inviteBody{}, err
	}
	guild, err := c.world.Guild(invite.GuildID).Snapshot()
	if err != nil {
		return inviteBody{}, err
	}
	channel, err := c.world.Channel(invite.ChannelID).Snapshot()
	body := inviteBody{
		Code: code, GuildID: guild.ID, Inviter: invite.Inviter, Uses: int64(invite.Uses),
		Guild:   inviteGuild{guild.ID, guild.Name, guild.Features},
		Channel: inviteChannel{channel.ID, channel.Name, channel.Type},
	}
	if invite.ExpiresAt != 0 {
		body.ExpiresAt = &invite.ExpiresAt
	}
	return body, err
}

// invite is GET /invites/{invite}.
func (c *restCall) invite() (int, any, error) {
	invite, err := c.describe(c.request.PathValue("invite"))
	return http.StatusOK, invite, err
}

// createInvite is POST /channels/{channel}/invites. It never expires, whatever is asked for.
func (c *restCall) createInvite() (int, any, error) {
	channel, _, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	created, err := channel.CreateInvite(c.user.ID)
	if err != nil {
		return 0, nil, err
	}
	invite, err := c.describe(created.Code)
	return http.StatusOK, invite, err
}

// acceptInvite is POST /invites/{invite}, which bots of Discord cannot.
func (c *restCall) acceptInvite() (int, any, error) {
	code := c.request.PathValue("invite")
	before, err := c.describe(code)
	if err != nil {
		return 0, nil, err
	}
	if c.user.Bot && c.server.options.Profile == Discord {
		return 0, nil, &apiError{status: http.StatusForbidden, Code: 20001, Message: "Bots cannot use this endpoint"}
	}
	_, err = c.world.Guild(before.GuildID).Member(c.user.ID)
	isNew := err != nil
	if _, err := c.world.AcceptInvite(c.user.ID, code); errors.Is(err, world.ErrForbidden) {
		return 0, nil, &apiError{status: http.StatusForbidden, Code: 40007, Message: "The user is banned from this guild."}
	} else if err != nil {
		return 0, nil, err
	}
	after, err := c.describe(code)
	if errors.Is(err, world.ErrNotFound) { // that was its last use
		after, err = before, nil
		after.Uses++
	}
	if c.server.options.Profile == Discord {
		after.NewMember = &isNew
	}
	return http.StatusOK, after, err
}
