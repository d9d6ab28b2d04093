package gateway

import (
	"bufio"
	"io"
	"reflect"

	"github.com/gorilla/websocket"
)

// Where a websocket has what it has read and not given away, which nothing exported tells. It is a bufio.Reader, whose
// own count is taken by name, too.
var (
	aheadField, aheadKnown = reflect.TypeFor[websocket.Conn]().FieldByName("br")
	readField, readKnown   = reflect.TypeFor[bufio.Reader]().FieldByName("r")
	writeField, writeKnown = reflect.TypeFor[bufio.Reader]().FieldByName("w")
)

// ahead says whether a websocket may have read something that it has not given away: what the server sent right behind
// its answer to the upgrade. Should these fields ever be elsewhere it always may, and the websocket package reads all.
func ahead(ws *websocket.Conn) bool {
	known := aheadKnown && readKnown && writeKnown && aheadField.Type == reflect.TypeFor[*bufio.Reader]() &&
		readField.Type.Kind() == reflect.Int && writeField.Type.Kind() == reflect.Int
	if !known {
		return true
	}
	buffer := reflect.ValueOf(ws).Elem().FieldByIndex(aheadField.Index)
	if buffer.IsNil() {
		return true
	}
	reader := buffer.Elem()
	return reader.FieldByIndex(writeField.Index).Int() != reader.FieldByIndex(readField.Index).Int()
}

// handed returns the next message from the websocket package.
func (f *frames) handed() (kind int, message []byte, err error) {
	f.waits(false, false)
	kind, reader, err := f.ws.NextReader()
	f.came()
	if err != nil {
		return 0, nil, err
	}
	w := f.space()
	w.frame = w.frame[:0]
	for {
		if len(w.frame) == cap(w.frame) {
			w.frame = grown(w.frame, 0)
		}
		f.waits(true, false)
		n, err := reader.Read(w.frame[len(w.frame):cap(w.frame)])
		f.came()
		if w.frame = w.frame[:len(w.frame)+n]; err == io.EOF {
			return kind, w.frame, nil
		}
		if err != nil {
			return 0, nil, err
		}
	}
}
