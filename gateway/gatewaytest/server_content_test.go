package gatewaytest

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// content is what of a message depends on the intent.
type content struct {
	Content     string
	Embeds      []struct{}
	Attachments []struct{}
	Poll        *struct{}
	Reference   *content `json:"referenced_message"`
}

// TestMessageContent has a bot with the intent MESSAGE_CONTENT and one without.
func TestMessageContent(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		without := types.IntentGuildMessages | types.IntentDirectMessages
		peers := map[string]*Peer{}
		for name, intents := range map[string]types.Intents{
			"without": without, "with": without | types.IntentMessageContent,
		} {
			bot := w.bot
			if name == "with" {
				bot = w.server.World().AddBot("reader")
				if err := w.guild.Join(bot.ID); err != nil {
					t.Fatal(err)
				}
			}
			handle, _, err := gateway.Connect(t.Context(), w.server.URL(), types.IdentifyBot(bot.Token, intents),
				gateway.Options{Dialer: w.server.Dialer()})
			if err != nil {
				t.Fatal(err)
			}
			defer handle.Close(t.Context())
			all := w.server.Peers()
			peers[name] = all[len(all)-1]
		}
		first, err := w.channel.Send(w.ann.ID, world.MessageOptions{Content: "secret", Embeds: []types.Embed{{Title: "x"}}})
		must(t, first, err)
		wantContent(t, "of another", peers["without"], content{})
		wantContent(t, "with the intent", peers["with"], content{Content: "secret", Embeds: make([]struct{}, 1)})
		mention, err := w.channel.Send(w.ann.ID, world.MessageOptions{
			Content: "<@" + w.bot.ID.String() + ">", ReplyTo: first.ID,
		})
		must(t, mention, err)
		wantContent(t, "that mentions the bot", peers["without"],
			content{Content: "<@" + w.bot.ID.String() + ">", Reference: &content{}})
		own, err := w.channel.SendMessage(w.bot.ID, "mine")
		must(t, own, err)
		wantContent(t, "of its own", peers["without"], content{Content: "mine"})
		edited, err := w.channel.EditMessage(first.ID, "secret still")
		must(t, edited, err)
		wantContent(t, "that was edited", peers["without"], content{})
		direct, err := w.server.World().OpenDM(w.ben.ID, w.bot.ID)
		must(t, direct, err)
		private, err := direct.SendMessage(w.ben.ID, "psst")
		must(t, private, err)
		wantContent(t, "in private", peers["without"], content{Content: "psst"})
	})
}

// wantContent checks the last message that was sent to a client.
func wantContent(t *testing.T, what string, p *Peer, want content) {
	t.Helper()
	synctest.Wait()
	log := p.Log()
	last := log[len(log)-1]
	var got content
	if err := json.Unmarshal(last.Data, &got); err != nil {
		t.Fatal(err)
	}
	if last.Event != "MESSAGE_CREATE" && last.Event != "MESSAGE_UPDATE" || got.Content != want.Content ||
		len(got.Embeds) != len(want.Embeds) || got.Embeds == nil || got.Attachments == nil || got.Poll != nil ||
		(got.Reference == nil) != (want.Reference == nil) ||
		got.Reference != nil && got.Reference.Content != want.Reference.Content {
		t.Errorf("a message %s arrives as %v %s, want %+v", what, last, last.Data, want)
	}
}

func TestAPollIsPartOfTheContent(t *testing.T) {
	const poll = `{"author":{"id":"1"},"poll":{},"content":"x","attachments":[1],"components":[2]}`
	got := withoutContent(json.RawMessage(poll), 2)
	if want := `{"attachments":[],"author":{"id":"1"},"components":[],"content":""}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
