package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
)

// compact returns JSON in one form: sorted keys, no white space, numbers as they were written.
func compact(t *testing.T, data []byte) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestWhatIsSentInTermsIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []payload
		options := serve(t, collecting(&got))
		options.Encoding = gateway.ETF
		handle := connect(t, options)
		if !strings.Contains(handle.URL(), "encoding=etf") {
			t.Errorf("dialled %s", handle.URL())
		}
		if err := handle.Send(t.Context(), 99, json.RawMessage(`{"a":[1,"two",null,true,1.5,4294967296],"b":{}}`)); err != nil {
			t.Error(err)
		}
		if err := handle.Send(t.Context(), 99, strings.Repeat("x", 5000)); !errors.Is(err, gateway.ErrTooLarge) {
			t.Errorf("a term over the limit: %v", err)
		}
		synctest.Wait()
		if len(got) != 1 || compact(t, got[0].D) != `{"a":[1,"two",null,true,1.5,4294967296],"b":{}}` {
			t.Errorf("the server got %v", got)
		}
	})
}

func TestAMalformedTermIsADecodeErrorAndTheConnectionGoesOn(t *testing.T) {
	for name, term := range map[string]string{
		"no version":     "hello",
		"a pid":          "\x83\x67\x64\x00\x01n\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"a huge length":  "\x83\x6d\xff\xff\xff\xff",
		"a huge count":   "\x83\x74\xff\xff\xff\xff",
		"cut short":      "\x83\x74\x00\x00\x00\x01\x6d\x00\x00\x00\x02op",
		"compressed":     "\x83\x50\x00\x00\x00\x0ax",
		"deep nesting":   "\x83" + strings.Repeat("\x6c\x00\x00\x00\x01", 1<<16),
		"not a payload":  "\x83\x61\x01",
		"nothing at all": "",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := serve(t, func(p *peer) {
					p.identify(30 * time.Second)
					p.binary(term)
					p.dispatch("MESSAGE_CREATE", 6, message("after"))
					p.linger()
				})
				options.Encoding = gateway.ETF
				options.Events = gateway.NewEvents()
				var failures []error
				options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { failures = append(failures, *err) })
				seen := contents(options.Events)
				connect(t, options)
				if got := seen(); got != "after" {
					t.Errorf("observed %q", got)
				}
				var failure *gateway.DecodeError
				if len(failures) != 1 || !errors.As(failures[0], &failure) {
					t.Errorf("Events.Error carried %v, want a DecodeError", failures)
				}
			})
		})
	}
}

func TestPayloadZlibIsRefusedWithTerms(t *testing.T) {
	_, err := gateway.Spawn(t.Context(), testURL, gateway.Options{Encoding: gateway.ETF, Compression: gateway.PayloadZlib})
	if err == nil || !strings.HasPrefix(err.Error(), "gateway: options: ") {
		t.Errorf("Spawn: %v", err)
	}
	if _, err := gateway.Spawn(t.Context(), testURL, gateway.Options{Encoding: 9}); err == nil || gateway.Encoding(9).String() != "Encoding(9)" {
		t.Errorf("an unknown encoding: %v", err)
	}
}
