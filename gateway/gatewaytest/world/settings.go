package world

import (
	"encoding/json"

	"github.com/chorus-go/chorus/types"
)

// EditSettings changes the user's settings, in the form that is not in protocol buffers, by a function, which is called
// as the package says. It dispatches USER_SETTINGS_UPDATE to the user's sessions, with what has changed. Settings stand
// in READY. While their status is "", READY says there what the session's presence is. The error is ErrNotFound,
// ErrForbidden for a bot, or ErrConflict.
func (u UserHandle) EditSettings(edit func(*types.UserSettings)) error {
	var a *account
	look := func() (*types.UserSettings, error) {
		var err error
		a, err = u.person("change settings")
		if err != nil {
			return nil, err
		}
		return &a.settings, nil
	}
	return edited(u.w, edit, look, func(changed types.UserSettings) error {
		update, err := settingsUpdate(a.settings, changed)
		if err != nil {
			return err
		}
		a.settings = changed
		u.w.toUser(u.id, "USER_SETTINGS_UPDATE", update)
		return nil
	})
}

// settingsUpdate returns what is another in two settings.
func settingsUpdate(before, after types.UserSettings) (*types.UserSettingsUpdate, error) {
	was, is := map[string]types.Raw{}, map[string]types.Raw{}
	for settings, into := range map[*types.UserSettings]*map[string]types.Raw{&before: &was, &after: &is} {
		data, err := json.Marshal(settings)
		if err == nil {
			err = json.Unmarshal(data, into)
		}
		if err != nil {
			return nil, wrong("user_settings", err.Error())
		}
	}
	for key, value := range is {
		if string(was[key]) == string(value) {
			delete(is, key)
		}
	}
	data, err := json.Marshal(is)
	update := &types.UserSettingsUpdate{}
	if err == nil {
		err = json.Unmarshal(data, update)
	}
	if err != nil {
		return nil, wrong("user_settings", err.Error())
	}
	return update, nil
}

// Settings returns the user's settings. The error is ErrNotFound.
func (u UserHandle) Settings() (types.UserSettings, error) {
	var settings types.UserSettings
	err := u.w.locked(func() error {
		a, err := u.w.account(u.id)
		if err == nil {
			settings = a.settings
		}
		return err
	})
	return settings, err
}

// EditGuildSettings changes the user's settings for the notifications of a guild, or of private channels for 0, by a
// function, which is called as the package says. It dispatches USER_GUILD_SETTINGS_UPDATE to the user's sessions, with
// all of them and the next version. They stand in READY once they have been changed. The error is ErrNotFound,
// ErrForbidden for a bot or a guild of which the user is no member, or ErrConflict.
func (u UserHandle) EditGuildSettings(guild types.Snowflake, edit func(*types.UserGuildSettings)) error {
	var a *account
	look := func() (*types.UserGuildSettings, error) {
		var err error
		a, err = u.person("change settings")
		switch {
		case err != nil:
			return nil, err
		case guild != 0 && a.guilds[guild] == nil:
			return nil, forbidden("change settings", "the user is not a member of "+guild.String())
		case a.guildSettings[guild] == nil:
			return &types.UserGuildSettings{GuildID: guild, ChannelOverrides: []types.ChannelOverride{}}, nil
		}
		return a.guildSettings[guild], nil
	}
	return edited(u.w, edit, look, func(changed types.UserGuildSettings) error {
		a.settingsVersion++
		changed.GuildID, changed.Version = guild, a.settingsVersion
		a.guildSettings[guild] = &changed
		u.w.toUser(u.id, "USER_GUILD_SETTINGS_UPDATE", &types.UserGuildSettingsUpdate{UserGuildSettings: changed})
		return nil
	})
}

// person returns the account of the handle, which must not be a bot.
func (u UserHandle) person(action string) (*account, error) {
	a, err := u.w.account(u.id)
	if err == nil && a.user.Bot {
		return nil, forbidden(action, "the user is a bot")
	}
	return a, err
}

// guildSettingsList returns the settings for notifications as READY has them.
func (a *account) guildSettingsList() types.Versioned[types.UserGuildSettings] {
	list := types.Versioned[types.UserGuildSettings]{Entries: []types.UserGuildSettings{}, Version: a.settingsVersion}
	for _, settings := range sorted(a.guildSettings) {
		list.Entries = append(list.Entries, *settings)
	}
	return list
}
