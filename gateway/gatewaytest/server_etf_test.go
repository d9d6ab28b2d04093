package gatewaytest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// appendAtoms appends a value of JSON as a term in which the keys of maps are atoms, as some clients write them.
func appendAtoms(dst []byte, value any) []byte {
	atom := func(dst []byte, name string) []byte {
		dst = binary.BigEndian.AppendUint16(append(dst, 100), uint16(len(name)))
		return append(dst, name...)
	}
	switch v := value.(type) {
	case nil:
		return atom(dst, "nil")
	case bool:
		if v {
			return atom(dst, "true")
		}
		return atom(dst, "false")
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<31 {
			return binary.BigEndian.AppendUint32(append(dst, 98), uint32(int32(v)))
		}
		return binary.BigEndian.AppendUint64(append(dst, 70), math.Float64bits(v))
	case string:
		dst = binary.BigEndian.AppendUint32(append(dst, 109), uint32(len(v)))
		return append(dst, v...)
	case []any:
		dst = binary.BigEndian.AppendUint32(append(dst, 108), uint32(len(v)))
		for _, element := range v {
			dst = appendAtoms(dst, element)
		}
		return append(dst, 106)
	case map[string]any:
		dst = binary.BigEndian.AppendUint32(append(dst, 116), uint32(len(v)))
		for name, element := range v {
			dst = appendAtoms(atom(dst, name), element)
		}
	}
	return dst
}

// TestTermsWithAtomsAsKeys sends every opcode that a client sends.
func TestTermsWithAtomsAsKeys(t *testing.T) {
	texts := []string{
		`{"op":1,"d":7}`,
		`{"op":2,"d":{"token":"alice-token","intents":513,"properties":{"os":"linux","browser":"x","device":""}}}`,
		`{"op":3,"d":{"since":null,"status":"idle","afk":true,"activities":[{"name":"a","type":0}]}}`,
		`{"op":4,"d":{"guild_id":"77","channel_id":null,"self_mute":true,"self_deaf":false,"self_video":false}}`,
		`{"op":8,"d":{"guild_id":"77","query":"","limit":0,"nonce":"n"}}`,
		`{"op":12,"d":["77"]}`,
		`{"op":14,"d":{"guild_id":"77","typing":true,"channels":{"5":[[0,99]]}}}`,
		`{"op":18,"d":{"type":"guild","guild_id":"77","channel_id":"5"}}`,
		`{"op":19,"d":{"stream_key":"guild:77:5:1000"}}`,
		`{"op":20,"d":{"stream_key":"guild:77:5:1000"}}`,
		`{"op":36,"d":{"guild_id":"77"}}`,
		`{"op":37,"d":{"subscriptions":{"77":{"typing":true,"channels":{"5":[[0,99]]}}}}}`,
		`{"op":40,"d":{"seq":3,"qos":{"ver":27,"active":true,"reasons":[]}}}`,
		`{"op":41,"d":{"initialization_timestamp":1,"session_id":"s"}}`,
		`{"op":43,"d":{"guild_id":"77","fields":["status"]}}`,
		`{"op":6,"d":{"token":"alice-token","session_id":"s","seq":3}}`,
	}
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := dial(t, server, "/?encoding=etf")
		for _, text := range texts {
			var sent struct {
				Op types.Opcode
				D  any
			}
			var whole any
			if json.Unmarshal([]byte(text), &sent) != nil || json.Unmarshal([]byte(text), &whole) != nil {
				t.Fatal(text)
			}
			c.binary(string(appendAtoms([]byte{131}, whole)))
			in, err := server.Expect(ctx, sent.Op)
			if err != nil {
				t.Fatalf("%s does not arrive: %v", text, err)
			}
			var got any
			if err := in.Decode(&got); err != nil || !reflect.DeepEqual(got, sent.D) {
				t.Errorf("%s arrives as %s, %v", text, in.Data, err)
			}
		}
		c.binary(string(appendAtoms([]byte{131}, map[string]any{"op": 1.0, "d": nil})))
		if _, err := server.Expect(ctx, 1); err != nil {
			t.Fatal(err)
		}
		for _, entry := range server.Peers()[0].Log() {
			if entry.Kind == EntryClose || entry.Kind == EntryError {
				t.Errorf("the log has %v", entry)
			}
		}
	})
}
