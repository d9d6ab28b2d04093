package gateway

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/wire"
)

// Compression is how the server compresses what it sends. Nothing that is sent to a server is compressed.
type Compression uint8

// The compressions. The zero value is ZlibStream, as in Chorus.
//
// Source: https://docs.discord.food/topics/gateway#compression
const (
	// ZlibStream is one zlib context for the whole connection: compress=zlib-stream.
	ZlibStream Compression = iota
	// ZstdStream is compress=zstd-stream: one zstd frame for the whole connection that is never ended, or one for each message
	// as Spacebar sends them. Which it is, is read off what comes. The first needs about 2.5 MiB of memory a connection at the
	// servers' usual level, the second 150 KiB, zlib-stream 40 KiB. A frame that demands a window of more than 8 MiB ends the
	// socket.
	ZstdStream
	// PayloadZlib asks for nothing in the URL, and in Identify for single payloads to be compressed, each on its own: Identify is
	// sent with Compress set. The server compresses which it likes. Spacebar accepts this and compresses none.
	PayloadZlib
	// NoCompression is text frames.
	NoCompression
)

// String returns the value of the URL's compress parameter, "payload-zlib" for PayloadZlib and "none" for NoCompression.
func (c Compression) String() string {
	switch c {
	case ZlibStream:
		return "zlib-stream"
	case ZstdStream:
		return "zstd-stream"
	case PayloadZlib:
		return "payload-zlib"
	case NoCompression:
		return "none"
	}
	return fmt.Sprintf("Compression(%d)", uint8(c))
}

func (c Compression) known() bool { return c <= NoCompression }

// ofStream reports whether all that the server sends is one compressed stream, as the URL asks.
func (c Compression) ofStream() bool { return c == ZlibStream || c == ZstdStream }

// decompressor makes payloads of one connection's binary frames. Next appends to dst the payload that the frame completes,
// if it does. It keeps no frame; after an error it is not used again.
type decompressor interface {
	Next(dst, frame []byte) (payload []byte, complete bool, err error)
}

// decompressor returns a new one for a connection, nil if there is nothing to decompress.
func (c Compression) decompressor(maxPayload int) decompressor {
	switch c {
	case ZlibStream:
		return wire.NewInflater(maxPayload)
	case ZstdStream:
		return wire.NewZstd(maxPayload)
	case PayloadZlib:
		return wire.NewZlibPayload(maxPayload)
	}
	return nil
}
