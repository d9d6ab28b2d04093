package gateway

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
)

// script is a connection whose reads are scripted: each gives one part, or as much of it as there is room for.
type script struct {
	net.Conn
	parts [][]byte
	err   error // after the last part
	reads []int // the room that each read had
}

func (s *script) Read(p []byte) (int, error) {
	s.reads = append(s.reads, len(p))
	if len(s.parts) == 0 {
		return 0, s.err
	}
	n := copy(p, s.parts[0])
	if s.parts[0] = s.parts[0][n:]; len(s.parts[0]) == 0 {
		s.parts = s.parts[1:]
	}
	return n, nil
}

func TestReadAheadGivesWhatTheConnectionGave(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	for range 200 {
		var all []byte
		conn := &script{err: io.EOF}
		for range random.IntN(20) {
			part := make([]byte, 1+random.IntN(3*readAheadSize/2))
			for i := range part {
				part[i] = byte(random.Uint32())
			}
			all = append(all, part...)
			conn.parts = append(conn.parts, part)
		}
		ahead := &readAhead{Conn: conn}
		var got []byte
		for {
			p := make([]byte, 1+random.IntN(4096<<random.IntN(5)))
			n, err := ahead.Read(p)
			got = append(got, p[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil || n == 0 {
				t.Fatalf("read %d, %v", n, err)
			}
		}
		if !bytes.Equal(got, all) {
			t.Fatalf("%d bytes came of %d", len(got), len(all))
		}
		if ahead.buffer != nil {
			t.Fatal("a buffer is kept although all was read")
		}
	}
}

func TestReadAheadReadsLargePiecesOnlyWhileMuchArrives(t *testing.T) {
	conn := &script{parts: [][]byte{make([]byte, 100), make([]byte, 5000), make([]byte, 10)}}
	waits := 0
	ahead := &readAhead{Conn: conn, wait: func(likely bool) {
		if !likely {
			waits++
		}
	}}
	small := make([]byte, 1024)
	for _, want := range []struct{ n, waits int }{{100, 1}, {1024, 2}, {1024, 2}, {1024, 2}, {1024, 2}, {904, 2}, {10, 3}} {
		n, err := ahead.Read(small)
		if n != want.n || waits != want.waits || err != nil {
			t.Fatalf("read %d bytes with %d waits, %v; want %+v", n, waits, err, want)
		}
	}
	if want := []int{1024, 1024, readAheadSize, 1024}; !slices.Equal(conn.reads, want) {
		t.Errorf("reads of %v bytes, want %v", conn.reads, want)
	}
}

func TestReadAheadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	conn := &script{parts: [][]byte{make([]byte, 8)}, err: broken}
	ahead := &readAhead{Conn: conn}
	if n, err := ahead.Read(make([]byte, 8)); n != 8 || err != nil {
		t.Fatal(n, err)
	}
	for range 2 {
		if n, err := ahead.Read(make([]byte, 8)); n != 0 || err != broken {
			t.Fatalf("%d, %v; want the connection's error", n, err)
		}
	}
}

func TestReadAheadAsksAConnectionAgainThatGivesNothing(t *testing.T) {
	conn := &script{parts: [][]byte{make([]byte, 8), {}, []byte("more")}, err: io.EOF}
	ahead := &readAhead{Conn: conn}
	for i, want := range []int{8, 0, 4} {
		if n, err := ahead.Read(make([]byte, 8)); n != want || err != nil {
			t.Fatalf("read %d: %d bytes, %v; want %d", i+1, n, err, want)
		}
	}
}
