// Package corpus makes up gateway traffic: the same seed gives the same bytes on every machine.
//
// The mix is that of a large bot: 40 % PRESENCE_UPDATE, 20 % MESSAGE_CREATE, 15 % TYPING_START, 1 % GUILD_CREATE of
// 109 KB and 24 % of ten further types, exactly so in every hundred events. An event is 1.9 KB on average, and the
// GUILD_CREATEs are 58 % of the bytes. Every event is of a type that all clients of the benchmark know and can read.
package corpus
