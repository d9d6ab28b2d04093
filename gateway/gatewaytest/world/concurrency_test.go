package world_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestOrder has several goroutines edit one message while sessions come and go. All clients see the edits in one order,
// and the last one that they see is what the message says.
func TestOrder(t *testing.T) {
	s := newStage(t, world.Spacebar)
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 100 {
				if _, err := s.public.EditMessage(s.message.ID, fmt.Sprint(g, "-", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for range 20 {
			c := connect(t, s.w, s.member)
			s.w.Detach(c.state)
		}
	})
	group.Go(func() {
		for i := range 50 {
			if err := s.guild.SetNick(s.member.ID, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	// Whoever was delivering last may still be at it for the others, but no call is under way any more.
	message := got(s.public.Message(s.message.ID))(t)
	edits := map[string][]string{}
	for _, name := range []string{"owner", "member"} {
		for _, e := range s.clients[name].take() {
			if p, ok := e.Payload.(*types.MessageUpdate); ok {
				edits[name] = append(edits[name], p.Content.Or(""))
			}
		}
	}
	same(t, "edits", len(edits["owner"]), 400)
	same(t, "order", edits["member"], edits["owner"])
	same(t, "last", edits["owner"][399], message.Content)
}

// TestBeginning has a busy channel while sessions begin. READY is the first event of each, and nothing that follows is
// missing: the messages from the first one on are without a gap.
func TestBeginning(t *testing.T) {
	s := newStage(t, world.Spacebar)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		defer close(done)
		for i := range 300 {
			if _, err := s.public.SendMessage(s.owner.ID, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		}
	})
	var clients []*client
	for range 30 {
		clients = append(clients, connect(t, s.w, s.member))
	}
	<-done
	group.Wait()
	for _, c := range clients {
		events := c.take()
		same(t, "first", events[0].Type, "READY")
		same(t, "sequence of READY", events[0].Sequence, 1)
		next := -1
		for _, e := range events {
			p, ok := e.Payload.(*types.MessageCreate)
			if !ok {
				continue
			}
			if next >= 0 {
				same(t, "message", p.Content, fmt.Sprint(next))
			}
			var n int
			must(t, json.Unmarshal([]byte(p.Content), &n))
			next = n + 1
		}
		if next >= 0 {
			same(t, "the last one", next, 300)
		}
	}
}

// TestSinkChangesTheWorld has a bot that answers from inside its sink.
func TestSinkChangesTheWorld(t *testing.T) {
	s := newStage(t, world.Spacebar)
	bot := s.w.AddBot("bot")
	must(t, s.guild.Join(bot.ID))
	s.clients["owner"].take()
	answer := func(e pubsub.Event) error {
		if p, ok := e.Payload.(*types.MessageCreate); ok && p.Content == "ping" {
			_, err := s.public.Send(bot.ID, world.MessageOptions{Content: "pong", ReplyTo: p.ID})
			return err
		}
		return nil
	}
	state := got(pubsub.NewState(pubsub.StateOptions{SessionID: "bot", UserID: bot.ID, Sink: answer}))(t)
	got(s.w.Attach(&bot, state, types.Identify{}))(t)
	got(s.public.SendMessage(s.owner.ID, "ping"))(t)
	events := s.clients["owner"].take()
	same(t, "the answer", last[types.MessageCreate](t, events, "MESSAGE_CREATE").Content, "pong")
	same(t, "reference", last[types.MessageCreate](t, events, "MESSAGE_CREATE").ReferencedMessage.Content, "ping")
}

// TestReport has a sink that fails: the others have the event, and the failure is reported.
func TestReport(t *testing.T) {
	var reported []error
	w := world.New(world.Options{Report: func(err error) { reported = append(reported, err) }})
	alice := w.AddUser("alice")
	guild := got(w.AddGuild(alice.ID, "g"))(t)
	channel := got(guild.CreateChannel("c"))(t)
	broken := got(pubsub.NewState(pubsub.StateOptions{SessionID: "broken", UserID: alice.ID,
		Sink: func(pubsub.Event) error { return fmt.Errorf("the socket is gone") }}))(t)
	must(t, w.AttachFunc(&alice, broken, types.Identify{}, func(world.Bootstrap) error { return nil }))
	whole := connect(t, w, alice)
	whole.take()
	before := len(reported)
	got(channel.SendMessage(alice.ID, "hi"))(t)
	same(t, "the other", whole.types(), "MESSAGE_CREATE")
	same(t, "reports", len(reported), before+1)
	// A panic of the server's own function is a report as well, and the world goes on.
	third := got(pubsub.NewState(pubsub.StateOptions{SessionID: "third", UserID: alice.ID}))(t)
	must(t, w.AttachFunc(&alice, third, types.Identify{}, func(world.Bootstrap) error {
		var none *world.User
		return fmt.Errorf("%d", none.ID)
	}))
	whole.take()
	got(channel.SendMessage(alice.ID, "still here"))(t)
	same(t, "afterwards", whole.types(), "MESSAGE_CREATE")
}

// TestDeterminism makes the same things happen twice at the same times: everything is the same, ids included.
func TestDeterminism(t *testing.T) {
	run := func(seed uint64) string {
		var out []byte
		synctest.Test(t, func(t *testing.T) {
			w := world.New(world.Options{Seed: seed})
			alice := w.AddUser("alice")
			guild := got(w.AddGuild(alice.ID, "g"))(t)
			channel := got(guild.CreateChannel("c"))(t)
			c := connect(t, w, alice)
			time.Sleep(time.Minute)
			got(channel.SendMessage(alice.ID, "hello <@"+alice.ID.String()+"> and <@nobody>"))(t)
			got(channel.CreateInvite(alice.ID))(t)
			var err error
			out, err = json.Marshal([]any{c.take(), alice})
			must(t, err)
		})
		return string(out)
	}
	if a, b := run(1), run(1); a != b {
		t.Errorf("the same seed:\n%s\n%s", a, b)
	}
	if run(1) == run(2) {
		t.Error("another seed gives the same")
	}
}
