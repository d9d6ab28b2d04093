package gateway_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

type goodBot struct{ seen []string }

func (b *goodBot) OnReady(context.Context, *types.Ready) { b.seen = append(b.seen, "ready") }
func (b *goodBot) OnMessageCreate(_ context.Context, m *types.MessageCreate) {
	b.seen = append(b.seen, m.Content)
}

// Online and once are no event methods: their names do not go on with an upper-case letter.
func (b *goodBot) Online() bool { return true }

type wrongName struct{}

func (wrongName) OnMessageCreated(context.Context, *types.MessageCreate) {}
func (wrongName) OnReady(context.Context, *types.Ready)                  {}

type wrongSignature struct{}

func (wrongSignature) OnMessageCreate(*types.MessageCreate)                      {}
func (wrongSignature) OnTypingStart(context.Context, *types.MessageCreate)       {}
func (wrongSignature) OnReady(context.Context, *types.Ready) error               { return nil }
func (wrongSignature) OnGuildCreate(_ context.Context, event *types.GuildCreate) {}

func TestSubscribeAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("hello"))
		options.Events = gateway.NewEvents()
		bot := new(goodBot)
		subscriptions, err := gateway.SubscribeAll(options.Events, bot)
		if err != nil || len(subscriptions) != 2 {
			t.Fatalf("%d subscriptions, %v", len(subscriptions), err)
		}
		connect(t, options)
		synctest.Wait()
		if got := strings.Join(bot.seen, " "); got != "ready hello" {
			t.Errorf("the bot saw %q", got)
		}
		subscriptions.Unsubscribe()
		if options.Events.Message.Create.Observed() || options.Events.Session.Ready.Observed() {
			t.Error("still observed after Unsubscribe")
		}
	})
}

func TestSubscribeAllReportsEveryMethodThatMatchesNoEvent(t *testing.T) {
	tests := map[string]struct {
		bot  any
		want []string
	}{
		"a name":      {wrongName{}, []string{"OnMessageCreated", "no event MessageCreated"}},
		"a signature": {wrongSignature{}, []string{"OnMessageCreate", "OnTypingStart", "*types.TypingStart", "OnReady"}},
		"nothing":     {struct{}{}, []string{"no method"}},
		"by value":    {goodBot{}, []string{"no method"}},
		"nil":         {nil, []string{"needs"}},
	}
	for name, test := range tests {
		events := gateway.NewEvents()
		_, err := gateway.SubscribeAll(events, test.bot)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\ndoes not mention %s", name, err, want)
			}
		}
		if strings.Contains(err.Error(), "OnGuildCreate") {
			t.Errorf("%s: %v\nmentions a method that is right", name, err)
		}
		if events.Session.Ready.Observed() || events.Guild.Create.Observed() {
			t.Errorf("%s: something is subscribed all the same", name)
		}
	}
	if _, err := gateway.SubscribeAll(nil, new(goodBot)); err == nil {
		t.Error("no error without a tree")
	}
}
