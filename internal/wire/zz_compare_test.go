package wire

import (
	"bufio"
	"bytes"
	sflate "compress/flate"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"testing"

	kflate "github.com/klauspost/compress/flate"
)

func plainFrames(tb testing.TB) [][]byte {
	fh, err := os.Open("../../../shared/captures/plain.jsonl")
	if err != nil {
		tb.Skip(err)
	}
	defer fh.Close()
	var out [][]byte
	sc := bufio.NewScanner(fh)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var l struct{ Dir, Type, Text string }
		json.Unmarshal(sc.Bytes(), &l)
		if l.Dir == "in" && l.Type == "text" && len(l.Text) > 300 {
			out = append(out, []byte(l.Text))
		}
	}
	return out
}

func deflated(tb testing.TB) (frames [][]byte, total int) {
	var buf bytes.Buffer
	w, _ := zlib.NewWriterLevel(&buf, 6)
	for _, p := range plainFrames(tb) {
		buf.Reset()
		w.Write(p)
		w.Flush()
		frames = append(frames, bytes.Clone(buf.Bytes()))
		total += len(p)
	}
	return frames, total
}

func BenchmarkCompare(b *testing.B) {
	b.Run("captures", func(b *testing.B) { f, t := deflated(b); compare(b, f, t) })
	b.Run("generated", func(b *testing.B) {
		d := newDeflater(b, 6)
		var frames [][]byte
		total := 0
		for _, m := range generateMessages(600, 1) {
			frames = append(frames, bytes.Clone(d.frame(b, m)))
			total += len(m)
		}
		compare(b, frames, total)
	})
}

func compare(b *testing.B, frames [][]byte, total int) {
	b.Logf("%d frames, avg %d -> %d", len(frames), total/len(frames), func() int {
		n := 0
		for _, f := range frames {
			n += len(f)
		}
		return n / len(frames)
	}())
	report := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(frames)), "ns/msg")
		b.SetBytes(int64(total))
		b.ReportAllocs()
	}
	b.Run("own", func(b *testing.B) {
		f := NewInflater(0)
		var buf []byte
		for b.Loop() {
			f.Reset()
			for _, fr := range frames {
				p, ok, err := f.Next(buf[:0], fr)
				if !ok || err != nil {
					b.Fatal(err)
				}
				buf = p
			}
		}
		report(b)
	})
	stock := func(r io.Reader, src *bytes.Reader) func(b *testing.B) {
		return func(b *testing.B) {
			buf := make([]byte, 64<<10)
			for b.Loop() {
				for i, fr := range frames {
					if i == 0 {
						fr = fr[2:]
						src.Reset(fr)
						r.(sflate.Resetter).Reset(src, nil)
					} else {
						src.Reset(fr)
					}
					for src.Len() > 0 {
						_, err := r.Read(buf)
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			report(b)
		}
	}
	src := bytes.NewReader(nil)
	b.Run("std", stock(sflate.NewReader(src), src))
	b.Run("klauspost", stock(kflate.NewReader(src), src))
	dict := func(r io.Reader, src *bytes.Reader) func(b *testing.B) {
		return func(b *testing.B) {
			buf := make([]byte, 0, 512<<10)
			for b.Loop() {
				buf = buf[:0]
				for i, fr := range frames {
					if i == 0 {
						fr = fr[2:]
					}
					src.Reset(fr)
					if len(buf)+200<<10 > cap(buf) {
						n := copy(buf, buf[len(buf)-32768:])
						buf = buf[:n]
					}
					r.(sflate.Resetter).Reset(src, buf[max(0, len(buf)-32768):])
					for {
						n, err := r.Read(buf[len(buf):cap(buf)])
						buf = buf[:len(buf)+n]
						if err != nil {
							break
						}
					}
				}
			}
			report(b)
		}
	}
	b.Run("std-dict", dict(sflate.NewReader(src), src))
	b.Run("klauspost-dict", dict(kflate.NewReader(src), src))
}
