package world

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

const (
	pollLife    = 24 * time.Hour      // of a poll that does not say how long
	maxPollLife = 32 * 24 * time.Hour // of any
	maxAnswers  = 10                  // how many a poll can have
)

// PollOptions are what a poll is made with.
type PollOptions struct {
	Question    string        // what is asked
	Answers     []string      // 1 to 10, whose ids are 1, 2 and so on
	Duration    time.Duration // up to 32 days, 24 hours if it is 0
	Multiselect bool          // whether a user can choose several
}

// poll is the poll of a message.
type poll struct {
	data  types.Poll
	ends  time.Time
	votes map[int64][]types.Snowflake // by answer, in the order in which they came
	final bool
}

// newPoll returns the poll that options ask for.
func newPoll(options *PollOptions) (*poll, error) {
	switch {
	case options.Question == "" || len(options.Answers) == 0 || len(options.Answers) > maxAnswers:
		return nil, wrong("poll", "it has a question and 1 to 10 answers")
	case options.Duration < 0 || options.Duration > maxPollLife:
		return nil, wrong("duration", "it is not between 0 and 32 days")
	}
	life := options.Duration
	if life == 0 {
		life = pollLife
	}
	p := &poll{ends: time.Now().Add(life), votes: map[int64][]types.Snowflake{}, data: types.Poll{
		Question: types.PollMedia{Text: options.Question}, AllowMultiselect: options.Multiselect,
		LayoutType: types.PollLayoutTypeDefault,
	}}
	p.data.Expiry = types.TimestampOf(p.ends)
	for i, answer := range options.Answers {
		p.data.Answers = append(p.data.Answers, types.PollAnswer{
			AnswerID: types.Integer(i + 1), PollMedia: types.PollMedia{Text: answer},
		})
	}
	return p, nil
}

// payload returns the poll as payloads have it, for nobody in particular: me_voted is false.
func (p *poll) payload() *types.Poll {
	data := p.data
	data.Results = &types.PollResults{IsFinalized: p.final, AnswerCounts: []types.PollAnswerCount{}}
	for _, answer := range keys(p.votes) {
		data.Results.AnswerCounts = append(data.Results.AnswerCounts, types.PollAnswerCount{
			ID: types.Integer(answer), Count: int64(len(p.votes[answer])),
		})
	}
	return &data
}

// Vote chooses an answer of a poll by a user, and dispatches MESSAGE_POLL_VOTE_ADD to whoever can see the channel. In a
// poll of one choice, MESSAGE_POLL_VOTE_REMOVE of the answer that the user had chosen is before it. An answer that is
// chosen already changes nothing. The error is ErrNotFound, also for a message without a poll or an answer that it does
// not have, or ErrForbidden for a user who cannot see the channel or a poll that is over.
func (h ChannelHandle) Vote(id, user types.Snowflake, answer int64) error {
	return h.poll(id, user, answer, func(c *channel, p *poll) error {
		if slices.Contains(p.votes[answer], user) {
			return nil
		}
		for _, other := range keys(p.votes) {
			if !p.data.AllowMultiselect && slices.Contains(p.votes[other], user) {
				h.w.unvote(c, id, p, user, other)
			}
		}
		p.votes[answer] = append(slices.Clone(p.votes[answer]), user)
		h.w.toChannel(h.id, "MESSAGE_POLL_VOTE_ADD", &types.MessagePollVoteAdd{
			UserID: user, ChannelID: h.id, MessageID: id, GuildID: c.data.GuildID, AnswerID: types.Integer(answer),
		})
		return nil
	})
}

// Unvote takes a choice back, and dispatches MESSAGE_POLL_VOTE_REMOVE to whoever can see the channel. The error is that
// of Vote, and ErrNotFound for an answer that the user has not chosen.
func (h ChannelHandle) Unvote(id, user types.Snowflake, answer int64) error {
	return h.poll(id, user, answer, func(c *channel, p *poll) error {
		if !slices.Contains(p.votes[answer], user) {
			return missing("vote", user)
		}
		h.w.unvote(c, id, p, user, answer)
		return nil
	})
}

// unvote takes a choice back.
func (w *World) unvote(c *channel, id types.Snowflake, p *poll, user types.Snowflake, answer int64) {
	p.votes[answer] = without(p.votes[answer], user)
	if len(p.votes[answer]) == 0 {
		delete(p.votes, answer)
	}
	w.toChannel(c.data.ID, "MESSAGE_POLL_VOTE_REMOVE", &types.MessagePollVoteRemove{
		UserID: user, ChannelID: c.data.ID, MessageID: id, GuildID: c.data.GuildID, AnswerID: types.Integer(answer),
	})
}

// EndPoll ends a poll before its time: MESSAGE_UPDATE with the final results, and the message that tells of them, to
// whoever can see the channel. A poll that is too old ends so before the next change of the world. The error is
// ErrNotFound, or ErrForbidden for a poll that is over.
func (h ChannelHandle) EndPoll(id types.Snowflake) error {
	return h.message(id, func(c *channel, m *message) error {
		switch {
		case m.poll == nil:
			return missing("poll", id)
		case m.poll.final:
			return forbidden("end the poll", "it is over")
		}
		h.w.endPoll(c, m)
		return nil
	})
}

// endPoll ends a poll.
func (w *World) endPoll(c *channel, m *message) {
	m.poll.final = true
	delete(w.polls, m.data.ID)
	w.toChannel(c.data.ID, "MESSAGE_UPDATE", w.update(c, m))
	notice := w.newMessage(c, m.author, types.MessageTypePollResult, MessageOptions{})
	notice.data.MessageReference = &types.MessageReference{
		ChannelID: c.data.ID, GuildID: c.data.GuildID, MessageID: m.data.ID,
	}
	w.post(c, notice)
}

// expirePolls ends the polls that are too old.
func (w *World) expirePolls(now time.Time) {
	for _, id := range keys(w.polls) {
		c := w.channels[w.polls[id].data.ChannelID]
		switch m := w.polls[id]; {
		case c == nil || c.messages[id] != m:
			delete(w.polls, id)
		case now.Before(m.poll.ends):
			w.due(m.poll.ends)
		default:
			w.endPoll(c, m)
		}
	}
}

// poll does something for a user with a poll that is not over, and delivers.
func (h ChannelHandle) poll(id, user types.Snowflake, answer int64, f func(*channel, *poll) error) error {
	return h.message(id, func(c *channel, m *message) error {
		switch {
		case m.poll == nil:
			return missing("poll", id)
		case answer < 1 || answer > int64(len(m.poll.data.Answers)):
			return missing("answer", types.Snowflake(answer))
		case !c.seenBy(user) || !c.permissions(user).Has(types.PermissionReadMessageHistory):
			return forbidden("vote", "the user lacks the permission")
		case m.poll.final:
			return forbidden("vote", "the poll is over")
		}
		return f(c, m.poll)
	})
}
