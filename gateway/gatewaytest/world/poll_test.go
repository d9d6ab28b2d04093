package world_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// ask sends a poll with the answers yes and no.
func (s *stage) ask(multiselect bool) types.Message {
	return got(s.public.Send(s.owner.ID, world.MessageOptions{Poll: &world.PollOptions{
		Question: "Shall we?", Answers: []string{"yes", "no"}, Multiselect: multiselect,
	}}))(s.t)
}

// TestPoll votes, changes the vote, takes it back, and ends the poll.
func TestPoll(t *testing.T) {
	s := newStage(t, world.Discord)
	message, c := s.ask(false), s.clients["member"]
	asked := last[types.MessageCreate](t, c.take(), "MESSAGE_CREATE")
	same(t, "question", asked.Poll.Question.Text, "Shall we?")
	same(t, "answers", len(asked.Poll.Answers), 2)

	must(t, s.public.Vote(message.ID, s.member.ID, 1), s.public.Vote(message.ID, s.member.ID, 1))
	vote := last[types.MessagePollVoteAdd](t, c.take(), "MESSAGE_POLL_VOTE_ADD")
	same(t, "vote", vote, types.MessagePollVoteAdd{UserID: s.member.ID, ChannelID: s.public.ID(),
		MessageID: message.ID, GuildID: s.guild.ID(), AnswerID: 1})
	must(t, s.public.Vote(message.ID, s.member.ID, 2))
	same(t, "one choice", c.types(), "MESSAGE_POLL_VOTE_REMOVE MESSAGE_POLL_VOTE_ADD")
	must(t, s.public.Vote(message.ID, s.owner.ID, 2), s.public.Unvote(message.ID, s.member.ID, 2))
	c.take()
	must(t, s.public.EndPoll(message.ID))
	events := c.take()
	poll := last[types.MessageUpdate](t, events, "MESSAGE_UPDATE").Poll.Or(&types.Poll{})
	same(t, "results", poll.Results, types.PollResults{
		IsFinalized: true, AnswerCounts: []types.PollAnswerCount{{ID: 2, Count: 1}},
	})
	result := last[types.MessageCreate](t, events, "MESSAGE_CREATE")
	same(t, "type", result.Type, types.MessageTypePollResult)
	same(t, "of", result.MessageReference.MessageID, message.ID)
	for name, err := range map[string]error{
		"vote": s.public.Vote(message.ID, s.member.ID, 1), "end": s.public.EndPoll(message.ID),
		"stranger": s.public.Vote(s.ask(true).ID, s.stranger.ID, 1),
	} {
		if !errors.Is(err, world.ErrForbidden) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	for _, answer := range []int64{0, 3} {
		if err := s.public.Vote(s.ask(true).ID, s.member.ID, answer); !errors.Is(err, world.ErrNotFound) {
			t.Errorf("answer %d: the error is %v", answer, err)
		}
	}
}

// TestPollMultiselect chooses both answers.
func TestPollMultiselect(t *testing.T) {
	s := newStage(t, world.Discord)
	message := s.ask(true)
	must(t, s.public.Vote(message.ID, s.member.ID, 1), s.public.Vote(message.ID, s.member.ID, 2))
	same(t, "events", s.clients["member"].types(), "MESSAGE_CREATE MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_ADD")
	same(t, "results", len(got(s.public.Message(message.ID))(t).Poll.Results.AnswerCounts), 2)
}

// TestPollExpires has a poll end by itself after a day: whatever changes next is told after it.
func TestPollExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, world.Discord)
		message := s.ask(false)
		s.clients["member"].take()
		time.Sleep(24 * time.Hour)
		err := s.public.Vote(message.ID, s.member.ID, 1)
		if !errors.Is(err, world.ErrForbidden) {
			t.Errorf("the error is %v", err)
		}
		same(t, "events", s.clients["member"].types(), "MESSAGE_UPDATE MESSAGE_CREATE")
	})
}
