package gatewaytest

import (
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

func TestAGuildIsRead(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		ben, guild := w.ben.Token, "GET /guilds/$guild"
		var got types.Guild
		w.want(200, ben, guild+"?with_counts=true", "", &got)
		if got.Name != "Home" || got.OwnerID != w.ann.ID || len(got.Roles) != 1 || got.ApproximateMemberCount != 3 {
			t.Errorf("the guild is %+v", got)
		}
		if _, err := w.channel.StartThread(w.ann.ID, "aside", false); err != nil {
			t.Fatal(err)
		}
		var channels []types.Channel
		w.want(200, ben, guild+"/channels", "", &channels)
		want, err := w.guild.Channels()
		if err != nil || len(channels) != len(want)-1 { // without the thread
			t.Errorf("the channels are %+v of %v, %v", channels, want, err)
		}
		var member types.GuildMember
		w.want(200, ben, guild+"/members/"+w.ann.ID.String(), "", &member)
		if member.User == nil || member.User.ID != w.ann.ID || member.User.Email != "" || member.JoinedAt == 0 {
			t.Errorf("the member is %+v", member)
		}
		w.want(200, ben, guild+"/members/@me", "", &member)
		if member.User == nil || member.User.ID != w.ben.ID {
			t.Errorf("ben himself is %+v", member)
		}
		w.want(404, ben, guild+"/members/"+w.cleo.ID.String(), "", nil)
		for _, path := range []string{"", "/channels", "/members/@me"} {
			w.want(403, w.cleo.Token, guild+path, "", nil)
		}
		var channel types.Channel
		w.want(200, ben, "GET /channels/$channel", "", &channel)
		if channel.Name != "news" || channel.GuildID != w.guild.ID() {
			t.Errorf("the channel is %+v", channel)
		}
		w.want(403, w.cleo.Token, "GET /channels/$channel", "", nil)
	})
}

func TestPrivateChannelsAreOpened(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		inREST(t, profile, func(t *testing.T, w *restWorld) {
			var direct, again, group types.Channel
			token, open := "Bot "+w.bot.Token, "POST /users/@me/channels"
			w.want(200, token, open, `{"recipient_id":"`+w.ben.ID.String()+`"}`, &direct)
			if direct.Type != types.ChannelTypeDM || len(direct.Recipients) != 1 || direct.Recipients[0].ID != w.ben.ID {
				t.Errorf("opened %+v", direct)
			}
			w.want(200, token, open, `{"recipients":["`+w.ben.ID.String()+`"]}`, &again)
			if again.ID != direct.ID {
				t.Errorf("opened %s, and then %s", direct.ID, again.ID)
			}
			var sent types.Message
			w.want(200, token, "POST /channels/"+direct.ID.String()+"/messages", `{"content":"psst"}`, &sent)
			w.want(403, w.cleo.Token, "GET /channels/"+direct.ID.String(), "", nil)
			both := `{"recipients":["` + w.ben.ID.String() + `","` + w.cleo.ID.String() + `"]}`
			w.want(200, w.ann.Token, open, both, &group)
			if group.Type != types.ChannelTypeGroupDM || len(group.Recipients) != 2 {
				t.Errorf("opened %+v", group)
			}
			w.want(403, token, open, both, nil)
			w.want(400, token, open, `{}`, nil)
			w.want(404, token, open, `{"recipient_id":"1"}`, nil)
			w.want(400, token, open, `{"recipient_id":"`+w.bot.ID.String()+`"}`, nil)
		})
	}
}

func TestAUserEditsThemselves(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		var me types.User
		w.want(200, w.ben.Token, "PATCH /users/@me",
			`{"username":"benny","global_name":"B","avatar":"data:image/png;base64,AAAA","bio":"hi"}`, &me)
		if me.Username != "benny" || me.GlobalName != "B" || len(me.Avatar) != 32 || me.Bio != "hi" || me.Email == "" {
			t.Errorf("ben is %+v", me)
		}
		w.want(200, w.ben.Token, "PATCH /users/@me", `{"avatar":null,"global_name":null}`, &me)
		if me.Username != "benny" || me.GlobalName != "" || me.Avatar != "" {
			t.Errorf("ben is %+v", me)
		}
		w.want(400, w.ben.Token, "PATCH /users/@me", `{"username":" "}`, nil)
	})
}

func TestTheLastUseOfAnInvitation(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		invite, err := w.channel.NewInvite(w.ann.ID, world.InviteOptions{MaxUses: 1, MaxAge: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		var got inviteBody
		w.want(200, w.cleo.Token, "POST /invites/"+invite.Code, "", &got)
		if got.Uses != 1 || got.NewMember == nil || !*got.NewMember || got.ExpiresAt == nil ||
			*got.ExpiresAt != invite.ExpiresAt {
			t.Errorf("accepted %+v of %+v", got, invite)
		}
		w.want(404, "", "GET /invites/"+invite.Code, "", nil)
	})
}

func TestReactorsAreListed(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		message, err := w.channel.SendMessage(w.ann.ID, "vote")
		if err != nil {
			t.Fatal(err)
		}
		at := " /channels/$channel/messages/" + message.ID.String() + "/reactions/fire:12"
		for _, token := range []string{w.ben.Token, w.ann.Token} {
			w.want(204, token, "PUT"+at+"/@me", "", nil)
		}
		for query, want := range map[string][]types.Snowflake{
			"": {w.ann.ID, w.ben.ID}, "?limit=1": {w.ann.ID}, "?after=" + w.ann.ID.String(): {w.ben.ID},
		} {
			var users []types.User
			w.want(200, w.ben.Token, "GET"+at+query, "", &users)
			var got []types.Snowflake
			for _, user := range users {
				got = append(got, user.ID)
			}
			if len(got) != len(want) || got[0] != want[0] {
				t.Errorf("%q gives %v, want %v", query, got, want)
			}
		}
		w.want(400, w.ben.Token, "GET"+at+"?limit=0", "", nil)
		w.want(200, w.ben.Token, "GET"+at+"3", "", nil)
		w.want(403, w.cleo.Token, "GET"+at, "", nil)
	})
}
