package effect

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// messageAuthor is the rule of who has written a message. What a webhook is called is no user.
func messageAuthor(e *types.MessageCreate, emit func(Effect)) {
	if e.WebhookID != 0 || e.Author.ID == 0 {
		return
	}
	setUser(0, &e.Author, emit)
	if e.Member != nil && e.GuildID != 0 {
		member := *e.Member
		member.User = &e.Author
		setMember(e.GuildID, &member, emit)
	}
}

// sameEmoji says whether two are the same emoji: of a guild by their ids, others by their names.
func sameEmoji(a, b *types.Emoji) bool { return a.ID == b.ID && (a.ID != 0 || a.Name == b.Name) }

// react counts a reaction that was added, or removed if by is negative.
func react(m *types.Message, emoji *types.Emoji, burst bool, by int64) {
	m.Reactions = slices.Clone(m.Reactions)
	i := slices.IndexFunc(m.Reactions, func(r types.Reaction) bool { return sameEmoji(&r.Emoji, emoji) })
	if i < 0 {
		if by < 0 {
			return
		}
		i = len(m.Reactions)
		m.Reactions = append(m.Reactions, types.Reaction{Emoji: *emoji})
	}
	r := &m.Reactions[i]
	r.Count += by
	if burst {
		r.CountDetails.Burst += by
	} else {
		r.CountDetails.Normal += by
	}
	if r.Count <= 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
}

func reactionAdd(e *types.MessageReactionAdd, m *types.Message) {
	react(m, &e.Emoji, bool(e.Burst) || e.Type == types.ReactionTypeBurst, 1)
}

func reactionAddMany(e *types.MessageReactionAddMany, m *types.Message) {
	for i := range e.Reactions {
		react(m, &e.Reactions[i].Emoji, false, int64(len(e.Reactions[i].Users)))
	}
}

func reactionRemove(e *types.MessageReactionRemove, m *types.Message) {
	react(m, &e.Emoji, bool(e.Burst) || e.Type == types.ReactionTypeBurst, -1)
}

func reactionRemoveAll(_ *types.MessageReactionRemoveAll, m *types.Message) { m.Reactions = nil }

func reactionRemoveEmoji(e *types.MessageReactionRemoveEmoji, m *types.Message) {
	m.Reactions = without(m.Reactions, func(r *types.Reaction) bool { return sameEmoji(&r.Emoji, &e.Emoji) })
}

// vote counts a vote in a poll that was cast, or withdrawn if by is negative.
func vote(m *types.Message, answer types.Integer, by int64) {
	if m.Poll == nil {
		return
	}
	poll, results := *m.Poll, types.PollResults{}
	if poll.Results != nil {
		results = *poll.Results
	}
	results.AnswerCounts = slices.Clone(results.AnswerCounts)
	i := slices.IndexFunc(results.AnswerCounts, func(c types.PollAnswerCount) bool { return c.ID == answer })
	if i < 0 {
		i = len(results.AnswerCounts)
		results.AnswerCounts = append(results.AnswerCounts, types.PollAnswerCount{ID: answer})
	}
	results.AnswerCounts[i].Count = max(0, results.AnswerCounts[i].Count+by)
	poll.Results, m.Poll = &results, &poll
}

func pollVoteAdd(e *types.MessagePollVoteAdd, m *types.Message) { vote(m, e.AnswerID, 1) }

func pollVoteRemove(e *types.MessagePollVoteRemove, m *types.Message) { vote(m, e.AnswerID, -1) }
