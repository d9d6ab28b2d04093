package wire

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"testing"
)

// words is what the generated messages talk about.
var words = []string{"gateway", "hello", "the", "observer", "of", "a", "channel", "and", "never", "again", "lorem", "websocket", "it", "works",
	"on", "my", "machine", "https://example.com/", "\\n", "\\u00e9", "naïve", "日本", "please", "thanks", "why", "frame"}

// generateMessages makes n payloads like those of busy channels, about 2 KB each: repetitive keys, random identifiers and texts.
func generateMessages(n int, seed uint64) [][]byte {
	r := rand.New(rand.NewPCG(seed, 2))
	id := func() uint64 { return 1_500_000_000_000_000_000 + r.Uint64N(80_000_000_000_000_000) }
	guild, channels := id(), []uint64{id(), id(), id(), id()}
	messages := make([][]byte, n)
	for i := range messages {
		var content bytes.Buffer
		for range 10 + r.IntN(120) {
			content.WriteString(words[r.IntN(len(words))])
			content.WriteByte(' ')
		}
		var more bytes.Buffer
		for range r.IntN(5) {
			fmt.Fprintf(&more, `{"id":"%d","filename":"%x.png","size":%d,"url":"https://cdn.example.com/attachments/%d/%x.png","width":%d},`,
				id(), r.Uint64(), r.IntN(1e6), id(), r.Uint64(), r.IntN(4000))
		}
		messages[i] = fmt.Appendf(nil, `{"op":0,"t":"MESSAGE_CREATE","d":{"id":"%d","channel_id":"%d","guild_id":"%d","author":{"id":"%d",`+
			`"username":"user%d","discriminator":"%04d","avatar":"%x%x","public_flags":%d,"bot":false},"content":"%s","timestamp":`+
			`"2026-11-22T%02d:%02d:%02d.%03d+00:00","edited_timestamp":null,"tts":false,"mention_everyone":false,"mentions":[],`+
			`"mention_roles":[],"attachments":[%snull],"embeds":[],"pinned":false,"type":0,"flags":0,"nonce":"%d"},"s":%d}`,
			id(), channels[r.IntN(4)], guild, id(), r.IntN(1e6), r.IntN(1e4), r.Uint64(), r.Uint64(), r.IntN(1<<20), content.Bytes(),
			r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000), more.Bytes(), id(), i)
	}
	return messages
}

// deflater is the server's side of a zlib-stream.
type deflater struct {
	buf bytes.Buffer
	w   *zlib.Writer
}

// newDeflater returns a deflater of one of the levels of compress/zlib.
func newDeflater(tb testing.TB, level int) *deflater {
	d := &deflater{}
	var err error
	if d.w, err = zlib.NewWriterLevel(&d.buf, level); err != nil {
		tb.Fatal(err)
	}
	return d
}

// frame compresses one message. The result is overwritten by the next call.
func (d *deflater) frame(tb testing.TB, message []byte) []byte {
	d.buf.Reset()
	if _, err := d.w.Write(message); err != nil {
		tb.Fatal(err)
	}
	if err := d.w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return d.buf.Bytes()
}
