package world

import (
	"cmp"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// SetStickers replaces the stickers of the guild; one without an id gets one. It dispatches GUILD_STICKERS_UPDATE to
// all members and returns the stickers. The error is ErrNotFound.
func (h GuildHandle) SetStickers(stickers ...types.Sticker) ([]types.Sticker, error) {
	var set []types.Sticker
	err := h.change(func(g *guild) error {
		set = h.w.setStickers(g, append([]types.Sticker{}, stickers...))
		return nil
	})
	return slices.Clone(set), err
}

// AddSticker adds a sticker with a name that a user has uploaded, as SetStickers does. The error is ErrNotFound.
func (h GuildHandle) AddSticker(user types.Snowflake, name string) (types.Sticker, error) {
	var sticker types.Sticker
	err := h.change(func(g *guild) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		by := a.public()
		set := append(slices.Clone(g.data.Stickers), types.Sticker{Name: name, Tags: name, User: &by})
		set = h.w.setStickers(g, set)
		sticker = set[len(set)-1]
		h.audit(types.AuditLogActionTypeStickerCreate, sticker.ID, nil, sticker)
		return nil
	})
	return sticker, err
}

// DeleteSticker deletes a sticker, as SetStickers does. Messages keep it. The error is ErrNotFound.
func (h GuildHandle) DeleteSticker(id types.Snowflake) error {
	return h.change(func(g *guild) error {
		i := g.sticker(id)
		if i < 0 {
			return missing("sticker", id)
		}
		gone := g.data.Stickers[i]
		h.w.setStickers(g, slices.Delete(slices.Clone(g.data.Stickers), i, i+1))
		h.audit(types.AuditLogActionTypeStickerDelete, id, gone, nil)
		return nil
	})
}

// sticker returns the place of a sticker in the guild's list, -1 if it is not there.
func (g *guild) sticker(id types.Snowflake) int {
	return slices.IndexFunc(g.data.Stickers, func(s types.Sticker) bool { return s.ID == id })
}

// setStickers replaces the stickers of a guild by a list that is the world's from now on.
func (w *World) setStickers(g *guild, stickers []types.Sticker) []types.Sticker {
	for i := range stickers {
		s := &stickers[i]
		if s.ID == 0 {
			s.ID, s.Available = w.id(), true
		}
		s.GuildID, s.Type = g.data.ID, types.StickerTypeGuild
		s.FormatType = cmp.Or(s.FormatType, types.StickerFormatTypePNG)
	}
	g.data.Stickers = stickers
	w.toGuild(g.data.ID, "GUILD_STICKERS_UPDATE",
		&types.GuildStickersUpdate{GuildID: g.data.ID, Stickers: stickers}, nil)
	return stickers
}

// stickerItems returns what a message has of stickers, which must be those of the channel's guild.
func (c *channel) stickerItems(ids []types.Snowflake) ([]types.StickerItem, error) {
	var items []types.StickerItem
	for _, id := range ids {
		if c.guild == nil || c.guild.sticker(id) < 0 {
			return nil, missing("sticker", id)
		}
		s := c.guild.data.Stickers[c.guild.sticker(id)]
		items = append(items, types.StickerItem{ID: s.ID, Name: s.Name, FormatType: s.FormatType})
	}
	return items, nil
}
