package wire

import (
	"strconv"
	"strings"
	"testing"
)

// benchFrames are frames of a small, a usual and a large event, in the key orders of Spacebar and of Discord.
func benchFrames() []struct {
	name    string
	payload []byte
} {
	var frames []struct {
		name    string
		payload []byte
	}
	for _, size := range []int{64, 2_000, 100_000} {
		d := `{"id":"1573868328970205030","content":"` + strings.Repeat(`a \"b\" `, size/32) + `","embeds":[` +
			strings.Repeat(`{"type":"rich","n":12345},`, size/32) + `null]}`
		for _, form := range []struct{ order, before, after string }{
			{"op_t_d_s", `{"op":0,"t":"MESSAGE_CREATE","d":`, `,"s":1234}`},
			{"op_t_s_d", `{"op":0,"t":"MESSAGE_CREATE","s":1234,"d":`, `}`},
			{"t_s_op_d", `{"t":"MESSAGE_CREATE","s":1234,"op":0,"d":`, `}`},
		} {
			frames = append(frames, struct {
				name    string
				payload []byte
			}{form.order + "/" + strconv.Itoa(len(d)), []byte(form.before + d + form.after)})
		}
	}
	return frames
}

func BenchmarkScan(b *testing.B) {
	for _, frame := range benchFrames() {
		b.Run(frame.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if env, err := Scan(frame.payload); err != nil || env.Seq != 1234 {
					b.Fatal(env, err)
				}
			}
		})
	}
}

func BenchmarkWalk(b *testing.B) {
	for _, frame := range benchFrames() {
		b.Run(frame.name, func(b *testing.B) {
			b.SetBytes(int64(len(frame.payload)))
			for b.Loop() {
				if env, err := Walk(frame.payload); err != nil || env.Seq != 1234 {
					b.Fatal(env, err)
				}
			}
		})
	}
}
