package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds one line: the largest payload a client accepts, as base64, fits several times.
const maxLine = 1 << 30

// Reader reads a recording line by line. It holds one line at a time, whose length is bounded by 1 GiB.
// A Reader must not be used by several goroutines at once.
type Reader struct {
	r    *bufio.Reader
	line int
	buf  []byte
	err  error
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// Read returns the next record, and io.EOF after the last one. Blank lines are skipped and unknown keys ignored; the
// newline behind the last line may be missing. An error names the line it is about and is returned again by every later
// call. The record's data belongs to the caller.
func (r *Reader) Read() (Record, error) {
	for r.err == nil {
		data, err := r.next()
		if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && (err == nil || err == io.EOF) {
			record, parseErr := parse(trimmed)
			if parseErr == nil {
				return record, nil
			}
			err = parseErr
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
		}
		if err != nil && err != io.EOF {
			err = fmt.Errorf("recording: line %d: %w", r.line, err)
		}
		r.err = err
	}
	return Record{}, r.err
}

// next returns the next line in a buffer that the following call overwrites; io.EOF may come with the last line.
func (r *Reader) next() ([]byte, error) {
	r.line++
	r.buf = r.buf[:0]
	for {
		part, err := r.r.ReadSlice('\n')
		if len(r.buf)+len(part) > maxLine {
			return nil, errors.New("the line is longer than 1 GiB")
		}
		r.buf = append(r.buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return r.buf, err
		}
	}
}
