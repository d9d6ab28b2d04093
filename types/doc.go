// Package types holds what crosses the gateway: the payload of every event that a server dispatches and of every
// opcode that a client may send, the objects these are made of, and the enumerations and flags they use. It knows no
// connection and imports nothing but the standard library.
//
// # Absent, null and zero
//
// One rule decides the Go type of every field:
//
//   - What is read is a plain value wherever absent, null and zero tell the reader the same. An avatar that is not
//     set is "", a missing id is [Snowflake] 0, a missing time is [Timestamp] 0, a missing list is nil.
//   - An object that may be missing is a pointer, nil if it is absent or null.
//   - Only where absent, null and zero differ in meaning is a field an [Optional] with three states: in partial
//     updates ([MessageUpdate], [PresenceUpdate], [GuildMemberUpdate] and the others whose documentation says so), in
//     what a client sends, and in a few fields where null means something of its own. In an update it holds the type
//     that the field has in the whole object, so an object that may be missing there is a pointer here too.
//
// An update is carried out on an earlier value by its method Apply, or field by field; an absent field changes nothing,
// and null clears:
//
//	update.Apply(&message)
//	update.Content.Apply(&message.Content)
//
// What is sent is built from values; what is not mentioned is not sent:
//
//	types.RequestGuildMembers{GuildID: id, Query: types.Some(""), Limit: types.Some[int64](0)}
//
// Every optional field has the JSON option omitzero, which encoding/json and goccy/go-json understand alike. Lists
// that must be there in what is sent are a [List], which writes nil as [].
//
// # Numbers
//
// Integers are int64 and other numbers float64. Enumerations are named types of int or string and flags named types
// of uint64, all with String. Enumerations have IsKnown, which tells values that this package has a constant for from
// newer ones; flags, and [Permissions], have Has, Add and Remove. [MemberPermissions] works out what a member may do.
//
// # What servers really send
//
// Servers differ from the documentation and from one another. Where one of them is known to, the field has a type
// that reads every form that occurs, writes the one that servers accept, and says on its own page what these are:
//
//	Snowflake      an id: string, number, "", "0", null
//	SnowflakeList  ids: an array, or one id alone
//	RoleIDs        ids of roles: ids, or the roles themselves
//	Permissions    a set of permissions: string of digits, number
//	Timestamp      a moment: ISO 8601 in all its variants, seconds, milliseconds; kept to the microsecond
//	UnixMillis     a moment: integer of milliseconds, or ISO 8601
//	UnixSeconds    a moment: integer of seconds, or ISO 8601
//	Date           a day without a time
//	Integer        an integer that may stand in quotes
//	Boolean        a boolean that may be 0 or 1
//	Nonce          a string that may be an integer
//	PresentNull    a fact told by a null
//	Scalar         a string here, a number or a boolean there
//	LooseList      a list, or something else
//	Versioned      a list that may come alone or with a version
//	Raw            JSON without a documented shape
//
// A guild comes flat or under properties: [GatewayGuild.Merged] reads both. Every list may be null, every optional
// field absent or null. What is not documented is ignored, and stays in the raw bytes of the dispatch; half of a
// surrogate pair in a string reads as U+FFFD.
//
// A value in a form that its type does not know is a [*ValueError], which quotes its beginning. None of these types
// panics on what a server sends, and none keeps the buffer alive from which it was decoded.
//
// The types are made for the JSON encoding, and any decoder that honours UnmarshalJSON and struct tags reads them.
//
// # Unions
//
// Objects of many kinds are told apart by their type, changes in the audit log by their key. Events and other objects
// contain them as one flat structure with the fields of all kinds. The method Variant of each gives the same as a
// structure of its kind, with the fields that apply to it:
//
//	Channel                   ChannelVariant                   *TextChannel, *VoiceChannel, *Thread, …
//	Embed                     EmbedVariant                     *RichEmbed, *VideoEmbed, *PollResultEmbed, …
//	Activity                  ActivityVariant                  *PlayingActivity, *CustomActivity, …
//	ApplicationCommandOption  ApplicationCommandOptionVariant  *SubcommandOption, *StringOption, …
//	Interaction               InteractionVariant               *ApplicationCommandInteraction, *ModalSubmitInteraction, …
//	AuditLogChange            AuditLogChangeVariant            *AuditLogStringChange, *AuditLogRolesChange, …
//
//	switch channel := event.Variant().(type) {
//	case *types.VoiceChannel:
//		fmt.Println(channel.Bitrate)
//	case *types.UnknownChannel:
//		fmt.Println(channel.Raw)
//	}
//
// [AnyChannel], [AnyEmbed] and so on read a kind from JSON without the flat structure, and write it. The components of
// messages and modals have no flat structure: an [AnyComponent] holds a [Component], which is a pointer to one of the
// structs named …Component. What an interaction is about is decoded by Variant, or by the methods of [InteractionData]
// when they are called.
//
// # What is not known yet
//
// Servers get new features before this package does. Unknown fields are ignored, enum values and flag bits without a
// constant are kept and written back, their String says the number; a component of an unknown type is an
// [*UnknownComponent], which keeps its bytes and writes them back, and so are an [*UnknownChannel] and its like. None of
// these is an error.
//
// # Where it comes from
//
// The files that end in _gen.go are written by internal/gen from the tables in internal/protocol: event_…_gen.go are
// the payloads of the events by category, send_gen.go and opcode_gen.go those of the opcodes, close_code_gen.go,
// intents_gen.go and capabilities_gen.go what their names say, union_…_gen.go the unions, and the others the objects, enumerations and flags by
// subject. The documentation of each type names its source. All other files are written by hand.
package types
