// Package recording is the file format of recorded gateway traffic: JSON lines, one per frame, written while a client
// runs and served again by gatewaytest.Replay.
//
// A line is an object with
//
//	t_ms        milliseconds since the recording began, with fractions
//	conn        the name of the websocket connection the line belongs to
//	dir         "in" from the server, "out" from the client
//	type        "open", "text", "binary" or "close"
//	text        the payload of a text frame; of an open line the URL that was dialled
//	b64         the payload as base64: of a binary frame, and of a text frame that is not UTF-8
//	close_code  of a close line: the code of the close frame, 0 if it had none
//	reason      of a close line: the reason, absent if empty
//
// A connection begins with its open line. Keys that are not in this list are ignored.
//
// # What a Writer records of a compressed connection
//
// A recording must not contain a token, and a token inside a compressed stream cannot be taken out without compressing
// everything after it anew. So a [Writer] is given payloads, never compressed frames, and writes them as text; the open
// line still says which compression was negotiated, and a replay compresses again for the clients that ask for it.
// Files made by other tools may hold the raw frames of a connection instead, as binary lines. One connection has either
// the one or the other.
package recording
