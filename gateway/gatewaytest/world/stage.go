package world

import (
	"github.com/chorus-go/chorus/types"
)

// OpenStage opens the stage of a stage channel by a user, and dispatches STAGE_INSTANCE_CREATE to whoever can see the
// channel. The error is ErrNotFound, ErrForbidden if the user may not, or an *InputError for a channel that is no stage
// or whose stage is open.
func (h ChannelHandle) OpenStage(by types.Snowflake, topic string) (types.StageInstance, error) {
	var opened types.StageInstance
	err := h.change(func(c *channel) error {
		need := types.PermissionViewChannel | types.PermissionManageChannels | types.PermissionMuteMembers |
			types.PermissionMoveMembers
		switch {
		case c.data.Type != types.ChannelTypeGuildStageVoice:
			return wrong("channel_id", "the channel is no stage")
		case c.stage != nil:
			return wrong("channel_id", "the stage is open")
		case topic == "":
			return wrong("topic", "a stage has one")
		case !c.permissions(by).Has(need):
			return forbidden("open the stage", "the user lacks the permission")
		}
		opened = types.StageInstance{
			ID: h.w.id(), GuildID: c.data.GuildID, ChannelID: h.id, Topic: topic,
			PrivacyLevel: types.PrivacyLevelGuildOnly,
		}
		stage := opened
		c.stage = &stage
		h.w.toChannel(h.id, "STAGE_INSTANCE_CREATE", &types.StageInstanceCreate{StageInstance: opened})
		h.audit(c, types.AuditLogActionTypeStageInstanceCreate, opened.ID, nil, opened)
		return nil
	})
	return opened, err
}

// SetStageTopic changes the topic of a stage that is open, and dispatches STAGE_INSTANCE_UPDATE to whoever can see the
// channel. The error is ErrNotFound, also if the stage is not open.
func (h ChannelHandle) SetStageTopic(topic string) error {
	return h.onStage(func(c *channel) error {
		before, changed := *c.stage, *c.stage
		changed.Topic = topic
		c.stage = &changed
		h.w.toChannel(h.id, "STAGE_INSTANCE_UPDATE", &types.StageInstanceUpdate{StageInstance: changed})
		h.audit(c, types.AuditLogActionTypeStageInstanceUpdate, changed.ID, before, changed)
		return nil
	})
}

// CloseStage closes a stage that is open, and dispatches STAGE_INSTANCE_DELETE to whoever can see the channel. Who is
// in its voice stays there. The error is ErrNotFound, also if the stage is not open.
func (h ChannelHandle) CloseStage() error {
	return h.onStage(func(c *channel) error {
		before := *c.stage
		h.w.closeStage(c)
		h.audit(c, types.AuditLogActionTypeStageInstanceDelete, before.ID, before, nil)
		return nil
	})
}

// closeStage closes the stage of a channel, if it is open.
func (w *World) closeStage(c *channel) {
	if c.stage != nil {
		w.toChannel(c.data.ID, "STAGE_INSTANCE_DELETE", &types.StageInstanceDelete{StageInstance: *c.stage})
		c.stage = nil
	}
}

// Stage returns the stage of a channel. The error is ErrNotFound, also if the stage is not open.
func (h ChannelHandle) Stage() (types.StageInstance, error) {
	var stage types.StageInstance
	err := h.read(func(c *channel) error {
		if c.stage == nil {
			return missing("stage instance", h.id)
		}
		stage = *c.stage
		return nil
	})
	return stage, err
}

// onStage changes a stage that is open and delivers.
func (h ChannelHandle) onStage(f func(*channel) error) error {
	return h.change(func(c *channel) error {
		if c.stage == nil {
			return missing("stage instance", h.id)
		}
		return f(c)
	})
}

// stagesFor returns the open stages that a member can see, in the order of their channels.
func (g *guild) stagesFor(user types.Snowflake) []types.StageInstance {
	stages := []types.StageInstance{}
	for _, c := range sorted(g.channels) {
		if c.stage != nil && c.seenBy(user) {
			stages = append(stages, *c.stage)
		}
	}
	return stages
}
