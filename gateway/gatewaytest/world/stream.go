package world

import (
	"maps"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// stream is a screen that is shared in a voice channel.
type stream struct {
	key     string
	server  types.Snowflake
	guild   *guild
	channel *channel
	owner   types.Snowflake
	session *session            // in which it is shared
	viewers map[string]*session // who watch it
}

// payload returns the payload of STREAM_CREATE.
func (t *stream) payload() *types.StreamCreate {
	viewers := []types.Snowflake{}
	for _, s := range sorted(t.viewers) {
		viewers = append(viewers, s.account.id())
	}
	return &types.StreamCreate{Stream: types.Stream{
		StreamKey: t.key, RTCServerID: t.server, Region: "chorus", ViewerIDs: slices.Compact(viewers),
	}}
}

// CreateStream begins to share a screen in the voice channel in which the session is, as op 18 does. The session gets
// STREAM_CREATE and STREAM_SERVER_UPDATE, and everybody who can see the channel VOICE_STATE_UPDATE. A stream that there is
// goes on. The error is ErrNotAttached, ErrForbidden if the session is not in that voice channel or may not stream, or an
// *InputError for a call.
func (w *World) CreateStream(s *pubsub.State, r types.CreateStream) error {
	return w.session(s, func(s *session) error {
		if r.Type != types.StreamTypeGuild {
			return wrong("type", "there are no calls")
		}
		g, err := w.memberGuild(s, r.GuildID.Or(0))
		if err != nil {
			return err
		}
		user := s.account.id()
		state := g.voice[user]
		if state == nil || state.ChannelID != r.ChannelID || state.SessionID != s.id {
			return forbidden("stream", "the session is not in the voice channel")
		}
		if !g.channels[r.ChannelID].permissions(user).Has(types.PermissionStream) {
			return forbidden("stream", "the user lacks the permission")
		}
		key := streamKey(g.data.ID, r.ChannelID, user)
		if w.streams[key] == nil {
			w.streams[key] = &stream{
				key: key, server: w.id(), guild: g, channel: g.channels[r.ChannelID], owner: user, session: s,
				viewers: map[string]*session{},
			}
			streaming := *state
			streaming.SelfStream = true
			w.setVoice(g, user, &streaming)
		}
		w.toSession(s, "STREAM_CREATE", w.streams[key].payload())
		w.streamServer(s, key)
		return nil
	})
}

// WatchStream begins to watch a stream, as op 20 does: the session gets STREAM_CREATE and STREAM_SERVER_UPDATE. The error
// is ErrNotAttached, ErrNotFound, or ErrForbidden if the user cannot see its channel.
func (w *World) WatchStream(s *pubsub.State, r types.WatchStream) error {
	return w.session(s, func(s *session) error {
		t := w.streams[r.StreamKey]
		if t == nil {
			return &NotFoundError{Kind: "stream", ID: r.StreamKey}
		}
		c := t.channel
		if !c.seenBy(s.account.id()) {
			return forbidden("watch the stream", "the user cannot see its channel")
		}
		t.viewers[s.id] = s
		w.toSession(s, "STREAM_CREATE", t.payload())
		w.streamServer(s, t.key)
		return nil
	})
}

// DeleteStream ends a stream of the session, or ceases to watch one, as op 19 does. Of a stream that ends, its session
// and all who watch it get STREAM_DELETE, and everybody who can see the channel VOICE_STATE_UPDATE; whoever ceases to
// watch gets STREAM_DELETE. The error is ErrNotAttached, ErrNotFound, or ErrForbidden for somebody who neither shares it
// nor watches.
func (w *World) DeleteStream(s *pubsub.State, r types.DeleteStream) error {
	return w.session(s, func(s *session) error {
		t := w.streams[r.StreamKey]
		switch {
		case t == nil:
			return &NotFoundError{Kind: "stream", ID: r.StreamKey}
		case t.owner == s.account.id():
			w.dropStreams(func(other *stream) bool { return other == t })
			if state := t.guild.voice[t.owner]; state != nil {
				quiet := *state
				quiet.SelfStream = false
				w.setVoice(t.guild, t.owner, &quiet)
			}
		case t.viewers[s.id] != nil:
			delete(t.viewers, s.id)
			w.toSession(s, "STREAM_DELETE", &types.StreamDelete{StreamKey: t.key})
		default:
			return forbidden("end the stream", "it is somebody else's")
		}
		return nil
	})
}

// streamServer tells a session where a stream is.
func (w *World) streamServer(s *session, key string) {
	w.toSession(s, "STREAM_SERVER_UPDATE", &types.StreamServerUpdate{
		Token: w.ids.secret("stream"), StreamKey: key, Endpoint: w.options.VoiceEndpoint,
	})
}

// dropStreams ends those streams, without changing voice states.
func (w *World) dropStreams(drop func(*stream) bool) {
	for _, key := range slices.Sorted(maps.Keys(w.streams)) {
		t := w.streams[key]
		if !drop(t) {
			continue
		}
		delete(w.streams, key)
		for _, s := range append([]*session{t.session}, sorted(t.viewers)...) {
			if w.sessions[s.id] == s {
				w.toSession(s, "STREAM_DELETE", &types.StreamDelete{StreamKey: key})
			}
		}
	}
}
