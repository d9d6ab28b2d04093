// Package world is a small world behind an in-process gateway: users and bots with tokens, guilds with roles, members,
// channels, threads, emojis and stickers, private channels and their calls, messages with reactions and polls,
// webhooks, stages and scheduled events, bans and audit logs, presences, voice states, relationships, notes, settings
// and invitations.
//
// A test changes it through handles, such as
//
//	w := world.New(world.Options{Seed: 1})
//	alice := w.AddUser("alice")
//	guild, err := w.AddGuild(alice.ID, "Home")
//	channel, err := guild.CreateChannel("news")
//	message, err := channel.SendMessage(alice.ID, "hello")
//
// and every change dispatches the events that a server would send, as payloads of package types, to the sessions of
// exactly those who may see them. Who may see a channel follows from roles, overwrites and membership; intents,
// encodings and connections are the business of the server that is built on it. What has no server around it, such as a
// test of the world itself, attaches a pubsub.State whose sink keeps the events.
//
// Payloads are shared by all who get them and must not be changed. Whoever gains or loses sight of a channel, because
// of a role, an overwrite or a thread, gets CHANNEL_CREATE or CHANNEL_DELETE, so that what a client knows from its
// events alone is always what [World.View] says. Where Spacebar and Discord differ, [Options] has a [Profile].
//
// The functions that the methods named Edit take are given a copy, and are called without locks: they may take their
// time and call the world. Their lists are theirs to change; what pointers and maps refer to must not be written to.
// When the function has returned, the fields that it has changed are changed in the world, in one step, and what others
// have done to other fields in the meantime stays. If somebody has changed one of the same fields, the function is
// called again with a fresh copy, so that an edit that counts loses no count; after a thousand times the edit fails
// with [ErrConflict]. A nil function changes nothing and dispatches nothing.
//
// Ids, tokens and codes follow from the seed, the clock and how many were made before, so that inside a
// testing/synctest bubble each run has the same.
package world
