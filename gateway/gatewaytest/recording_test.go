package gatewaytest_test

import (
	"bytes"
	"compress/zlib"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/gorilla/websocket"
)

const (
	etfQuery     = "/?v=9&encoding=etf"
	etfHello     = "\x83t\x00\x00\x00\x02m\x00\x00\x00\x02opa\nm\x00\x00\x00\x01dt\x00\x00\x00\x00"
	etfIdentify  = "\x83t\x00\x00\x00\x02d\x00\x02opa\x02d\x00\x01dt\x00\x00\x00\x00"
	etfHeartbeat = "\x83t\x00\x00\x00\x02w\x02opa\x01w\x01dw\x03nil"
	etfAck       = "\x83t\x00\x00\x00\x02m\x00\x00\x00\x02opa\x0bm\x00\x00\x00\x01dt\x00\x00\x00\x00"
	etfReady     = "\x83t\x00\x00\x00\x01m\x00\x00\x00\x02opa\x00"
)

func TestReadRecordingNamesWhatIsWrong(t *testing.T) {
	open := string(newScript(zlibQuery).data)
	for want, data := range map[string]string{
		"no connection":                 "",
		"line 1: invalid":               "x",
		"before its open line":          `{"t_ms":1,"conn":"c","dir":"in","type":"text","text":"{}"}`,
		"connection c: parse":           strings.Replace(open, "ws://", ":", 1),
		`encoding "morse"`:              string(newScript("/?encoding=morse").data),
		`compress "gzip"`:               string(newScript("/?compress=gzip").data),
		"without its header":            string(newScript(zlibQuery).binary("\x00\x00\xff\xff").data),
		"corrupt":                       string(newScript(zlibQuery).binary("\x78\x9c\xff\xff\x00\x00\xff\xff").data),
		"raw frames and payloads":       string(newScript(zlibQuery).in(0, hello).binary("\x78\x9c\x00\x00\xff\xff").data),
		"payloads in one compressed":    string(newScript("/?compress=zstd-stream").binary(zstdFrame).in(0, hello).data),
		"at 0s: wire: ":                 string(newScript("/?compress=zstd-stream").binary("\x28").data),
		"connection c#2: at 0s: a zlib": open + string(newScript(zlibQuery).binary("\x00\x00\xff\xff").data),
		"line 2: conn is missing":       open + `{"t_ms":1,"dir":"in","type":"text","text":"{}"}`,
		"line 2: a line of type binary": open + `{"t_ms":1,"conn":"c","dir":"in","type":"binary"}`,
	} {
		_, err := gatewaytest.ReadRecording(strings.NewReader(data))
		if err == nil || !strings.HasPrefix(err.Error(), "gatewaytest: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func (s *script) binary(data string) *script { return s.add(0, recording.In, recording.Binary, data) }

func deflateAll(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadRecordingKeepsReusedNamesApart(t *testing.T) {
	first := newScript(plainQuery).in(0, hello).in(0, `{"op":0,"t":"A","s":null,"d":1}`)
	second := newScript(plainQuery).in(0, hello).in(0, `{"op":0,"t":"B","s":7,"d":{ "x" : "\ud83d"}}`)
	rec := parse(t, append(first.data, second.data...))
	if names := rec.Connections(); !slices.Equal(names, []string{"c", "c#2"}) {
		t.Fatal(names)
	}
	if got := rec.Dispatches("c"); len(got) != 1 || got[0].Name != "A" || got[0].HasSeq || string(got[0].Data) != "1" {
		t.Errorf("%+v", got)
	}
	got := rec.Dispatches("c#2")
	if len(got) != 1 || got[0].Name != "B" || !got[0].HasSeq || got[0].Seq != 7 || string(got[0].Data) != `{ "x" : "\ud83d"}` {
		t.Errorf("%+v", got)
	}
	got[0].Data[0] = 'x'
	if rec.Dispatches("c#2")[0].Data[0] != '{' {
		t.Error("the recording can be changed through its dispatches")
	}
	if got := rec.Dispatches("d"); got != nil {
		t.Errorf("%+v", got)
	}
	server := serve(t, rec, gatewaytest.ReplayOptions{Connections: []string{"c#2"}})
	c := newClient(t, server, server.URLFor("c#2"))
	c.receive()
	if got := c.receive().data; !strings.Contains(got, `"t":"B"`) {
		t.Error(got)
	}
}

// replayed returns what a client gets that sends one frame after the first message.
func replayed(t *testing.T, s *script, query, frame string) []message {
	t.Helper()
	var got []message
	synctest.Test(t, func(t *testing.T) {
		server := serve(t, parse(t, s.data), gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}})
		c := newClient(t, server, server.URL()+query)
		got = append(got, c.receive())
		if err := c.ws.WriteMessage(websocket.BinaryMessage, []byte(frame)); err != nil {
			t.Error(err)
		}
		rest, err := c.rest()
		closed(t, err, 1000, "")
		got = append(got, rest...)
	})
	return got
}

// TestReplayOfRecordedPayloads: a Writer records the payloads of a compressed connection.
func TestReplayOfRecordedPayloads(t *testing.T) {
	s := newScript(zlibQuery).in(0, hello).out(0, identify).in(0, ready).close(0, 1000, "")
	if got := replayed(t, s, plainQuery, identify); texts(got) != hello+ready {
		t.Errorf("without compression: %v", got)
	}
	if got := replayed(t, s, zlibQuery, identify); inflate(t, got) != hello+ready {
		t.Errorf("with compression: %v", got)
	}
}

// TestReplayOfSplitMessages: a message of a zlib stream may come in several frames.
func TestReplayOfSplitMessages(t *testing.T) {
	stream := string(deflateAll(t, []byte(hello)))
	s := newScript(zlibQuery).binary(stream[:1]).binary(stream[1:9]).binary(stream[9:]).out(0, identify).close(0, 1000, "")
	want := []message{{2, stream[:1]}, {2, stream[1:9]}, {2, stream[9:]}}
	if got := replayed(t, s, zlibQuery, identify); !slices.Equal(got, want) {
		t.Errorf("with compression: %v", got)
	}
	if got := replayed(t, s, plainQuery, identify); !slices.Equal(got, []message{{1, hello}}) {
		t.Errorf("without compression: %v", got)
	}
}

// TestReplayOfCompressedPayloads: with compress:true in Identify single messages are zlib streams of their own.
func TestReplayOfCompressedPayloads(t *testing.T) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write([]byte(ready))
	w.Close()
	s := newScript(plainQuery).in(0, hello).out(0, identify).binary(packed.String()).close(0, 1000, "")
	if events := parse(t, s.data).Dispatches("c"); len(events) != 1 || events[0].Name != "READY" {
		t.Errorf("dispatches are %v", events)
	}
	compressing := strings.Replace(identify, `"token"`, `"compress":true,"token"`, 1)
	if got := replayed(t, s, plainQuery, compressing); !slices.Equal(got, []message{{1, hello}, {2, packed.String()}}) {
		t.Errorf("without transport compression: %v", got)
	}
	if got := replayed(t, s, plainQuery, identify); !slices.Equal(got, []message{{1, hello}, {1, ready}}) {
		t.Errorf("to a client that does not ask for it: %v", got)
	}
	if got := replayed(t, s, zlibQuery, identify); inflate(t, got) != hello+ready {
		t.Errorf("with transport compression: %v", got)
	}
}

// zstdFrame is a frame of one raw block, x.
const zstdFrame = "\x28\xb5\x2f\xfd\x00\x58\x09\x00\x00x"

// TestReplayOfETF: terms are served as they are, or as JSON.
func TestReplayOfETF(t *testing.T) {
	s := newScript(etfQuery).binary(etfHello).add(0, recording.Out, recording.Binary, etfIdentify).binary(etfReady).close(0, 1000, "")
	if got := replayed(t, s, etfQuery, etfIdentify); !slices.Equal(got, []message{{2, etfHello}, {2, etfReady}}) {
		t.Errorf("got %v", got)
	}
	if got := replayed(t, s, etfQuery+"&compress=zlib-stream", etfIdentify); inflate(t, got) != etfHello+etfReady {
		t.Errorf("got %v", got)
	}
	compressed := newScript(etfQuery+"&compress=zlib-stream").binary(etfHello).
		add(0, recording.Out, recording.Binary, etfIdentify).binary(etfReady).close(0, 1000, "")
	if got := replayed(t, compressed, etfQuery, etfIdentify); texts(got) != etfHello+etfReady {
		t.Errorf("got %v", got)
	}
	if got := replayed(t, compressed, plainQuery, identify); texts(got) != `{"op":10,"d":{}}{"op":0}` {
		t.Errorf("got %v", got)
	}
	synctest.Test(t, func(t *testing.T) {
		server := serve(t, parse(t, s.data), gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}})
		c := newClient(t, server, server.URL()+etfQuery)
		c.receive()
		c.send(etfHeartbeat)
		if got := c.receive(); got != (message{2, etfAck}) {
			t.Errorf("got %v", got)
		}
		c.ws.Close()
	})
}
