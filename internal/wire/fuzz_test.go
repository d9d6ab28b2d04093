package wire

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"testing"
)

// FuzzScan compares Scan and Walk with encoding/json where that sees valid JSON; elsewhere they must not panic.
func FuzzScan(f *testing.F) {
	for _, d := range datas {
		f.Add([]byte(`{"op":0,"t":"X","s":1,"d":` + d + `}`))
		f.Add([]byte(`{"op":0,"t":"X","d":` + d + `,"s":1}`))
		f.Add([]byte(`{"d":` + d + ` , "\u0074":"a\"b","s":1,"op":0,"x":{}}`))
	}
	f.Fuzz(checkEnvelope)
}

// FuzzInflate gives garbage to an Inflater, in frames of some size, and compares it with compress/flate.
func FuzzInflate(f *testing.F) {
	for _, deflated := range [][]byte{
		new(bitWriter).flush(),
		fixedBlock().code(0x30+'a', 8).code(0x30+'b', 8).code(5, 7).code(1, 5).code(0, 7).flush(),
		new(bitWriter).dynamic(257, 1).lengths(1).lengths(zeros(255, 1, 1)...).code(0, 1).code(1, 1).flush(),
	} {
		f.Add(deflated, uint8(0))
		f.Add(deflated[:len(deflated)-4], uint8(3))
	}
	d := newDeflater(f, zlib.DefaultCompression)
	for _, message := range generateMessages(3, 1) {
		f.Add(bytes.Clone(d.frame(f, message)), uint8(50))
	}
	f.Fuzz(func(t *testing.T, deflated []byte, size uint8) {
		const bound = 1 << 20
		stream := append(append([]byte{0x78, 0x9c}, deflated...), 0, 0, 0xff, 0xff)
		// Up to the bound and a byte; nil as error means that the stream ended itself.
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(stream[zlibHeader:])), bound+1))

		inflater := NewInflater(bound)
		var got []byte
		var err error
		for rest := stream; len(rest) > 0 && err == nil; {
			n := len(rest)
			if size > 0 {
				n = min(n, int(size))
			}
			var payload []byte
			payload, _, err = inflater.Next(nil, rest[:n])
			if len(payload) > bound || cap(payload) > bound+128<<10 {
				t.Fatalf("%d bytes with a capacity of %d", len(payload), cap(payload))
			}
			got = append(got, payload...)
			rest = rest[n:]
		}
		var ie *InflateError
		switch {
		case err != nil && !errors.As(err, &ie):
			t.Fatalf("not an *InflateError: %v", err)
		case err == nil && len(inflater.pending) == 0:
			if wantErr != io.ErrUnexpectedEOF || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, compress/flate has %d and %v", len(got), len(want), wantErr)
			}
		case err == nil:
			if wantErr != io.ErrUnexpectedEOF {
				t.Fatalf("more is to come, compress/flate says %v", wantErr)
			}
		case errors.Is(err, ErrPayloadTooLarge), inflater.doubts > maxDoubts:
		case ie.Reason == streamEnded:
			if wantErr != nil {
				t.Fatalf("%v, compress/flate says %v", err, wantErr)
			}
		case wantErr == nil, wantErr == io.ErrUnexpectedEOF && ie.Reason != noEnd:
			t.Fatalf("%v, compress/flate sees nothing wrong", err)
		}
	})
}

// FuzzInflateRoundTrip sends data through compress/zlib in up to some fifty messages and in frames of some size.
func FuzzInflateRoundTrip(f *testing.F) {
	f.Add([]byte("the quick brown fox"), int8(6), uint16(5), uint16(3))
	f.Add(bytes.Repeat([]byte("0123456789"), 7000), int8(1), uint16(windowSize), uint16(0))
	deflaters := map[int]*deflater{}
	for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
		deflaters[level] = newDeflater(f, level)
	}
	inflater := NewInflater(1 << 20)
	f.Fuzz(func(t *testing.T, data []byte, level int8, size, frameSize uint16) {
		d := deflaters[int(uint8(level)%12)-2]
		d.w.Reset(&d.buf)
		inflater.Reset()
		most := max(int(size)+1, len(data)/50)
		for len(data) > 0 {
			message := data[:min(len(data), most)]
			data = data[len(message):]
			frame := d.frame(t, message)
			for frameSize > 0 && len(frame) > int(frameSize)+len(message) {
				if _, _, err := inflater.Next(nil, frame[:frameSize]); err != nil {
					t.Fatal(err)
				}
				frame = frame[frameSize:]
			}
			mustNext(t, inflater, nil, frame, message)
		}
	})
}
