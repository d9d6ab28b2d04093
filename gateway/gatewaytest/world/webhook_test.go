package world_test

import (
	"errors"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestWebhook makes a webhook, writes by it, renames it and deletes it. Only who may manage webhooks is told of it.
func TestWebhook(t *testing.T) {
	s := newStage(t, world.Discord)
	owner, member := s.clients["owner"], s.clients["member"]
	hook := got(s.public.CreateWebhook(s.owner.ID, "hook"))(t)
	same(t, "member", member.types(), "")
	same(t, "channel", last[types.WebhooksUpdate](t, owner.take(), "WEBHOOKS_UPDATE").ChannelID, s.public.ID())

	options := world.WebhookMessage{MessageOptions: world.MessageOptions{Content: "hi"}, Username: "other"}
	sent := got(s.w.ExecuteWebhook(hook.ID, hook.Token, options))(t)
	message := last[types.MessageCreate](t, member.take(), "MESSAGE_CREATE")
	same(t, "webhook_id", message.WebhookID, hook.ID)
	same(t, "author", message.Author.Username, "other")
	same(t, "bot", message.Author.Bot, true)
	got(s.public.EditMessage(sent.ID, "edited"))(t)
	same(t, "edited", last[types.MessageUpdate](t, member.take(), "MESSAGE_UPDATE").WebhookID.Or(0), hook.ID)

	owner.take()
	must(t, s.public.RenameWebhook(hook.ID, "new"))
	same(t, "name", got(s.public.Webhooks())(t)[0].Name, "new")
	must(t, s.public.DeleteWebhook(hook.ID))
	same(t, "owner", owner.types(), "WEBHOOKS_UPDATE WEBHOOKS_UPDATE")
	same(t, "webhooks", len(got(s.public.Webhooks())(t)), 0)
}

// TestWebhookMessages has a webhook send whatever a user can: a file alone, and a poll in answer to it.
func TestWebhookMessages(t *testing.T) {
	s := newStage(t, world.Discord)
	hook := got(s.public.CreateWebhook(s.owner.ID, "hook"))(t)
	execute := func(options world.MessageOptions) types.Message {
		return got(s.w.ExecuteWebhook(hook.ID, hook.Token, world.WebhookMessage{MessageOptions: options}))(t)
	}
	file := execute(world.MessageOptions{Attachments: []types.Attachment{{ID: 1, Filename: "song"}}})
	same(t, "files", len(file.Attachments), 1)
	poll := execute(world.MessageOptions{
		ReplyTo: file.ID, Poll: &world.PollOptions{Question: "Good?", Answers: []string{"yes"}},
	})
	same(t, "reference", poll.ReferencedMessage.ID, file.ID)
	must(t, s.public.Vote(poll.ID, s.member.ID, 1), s.public.EndPoll(poll.ID))
	over := got(s.public.Message(poll.ID))(t)
	same(t, "results", over.Poll.Results.AnswerCounts, []types.PollAnswerCount{{ID: 1, Count: 1}})
}

// TestWebhookRefuses has who may not make one, and a token that is not its.
func TestWebhookRefuses(t *testing.T) {
	s := newStage(t, world.Spacebar)
	if _, err := s.public.CreateWebhook(s.member.ID, "hook"); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("the error is %v", err)
	}
	hook := got(s.public.CreateWebhook(s.owner.ID, "hook"))(t)
	options := world.WebhookMessage{MessageOptions: world.MessageOptions{Content: "hi"}}
	if _, err := s.w.ExecuteWebhook(hook.ID, "guess", options); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
	must(t, s.public.Delete())
	if _, err := s.w.ExecuteWebhook(hook.ID, hook.Token, options); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}
