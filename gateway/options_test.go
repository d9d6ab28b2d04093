package gateway_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestOptionsNeverShowWhatMayBeSecret(t *testing.T) {
	options := gateway.Options{Header: http.Header{"Authorization": {"hunter2"}}, MaxFrame: 4096}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("options", "options", options)
	for _, text := range []string{fmt.Sprint(options), fmt.Sprintf("%+v", options), fmt.Sprintf("%#v", options), fmt.Sprint(&options), log.String()} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "Authorization") {
			t.Errorf("printed as %s", text)
		}
	}
}

func TestNilThingsDoNotPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting())
		//lint:ignore SA1012 this is about nil contexts
		handle, err := gateway.Spawn(nil, testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		//lint:ignore SA1012 this is about nil contexts
		if _, err := handle.Identify(nil, types.Identify{}); err != nil {
			t.Error(err)
		}
		//lint:ignore SA1012 this is about nil contexts
		if err := handle.SendHeartbeat(nil); err != nil {
			t.Error(err)
		}
		//lint:ignore SA1012 this is about nil contexts
		if _, ok := gateway.DispatchFrom(nil); ok {
			t.Error("a dispatch in a nil context")
		}
		//lint:ignore SA1012 this is about nil contexts
		if err := handle.Close(nil); err != nil {
			t.Error(err)
		}
	})
	var recorder *gateway.Recorder
	if err := recorder.Close(); err != nil {
		t.Error(err)
	}
	if err := new(gateway.Recorder).Close(); err != nil {
		t.Error(err)
	}
	if text := new(gateway.HandshakeError).Error() + new(gateway.CloseError).Error() + new(gateway.DecodeError).Error(); text == "" {
		t.Error("no text")
	}
	for name, options := range map[string]gateway.Options{
		"a zero logger":   {Logger: new(slog.Logger)},
		"a zero recorder": {Recorder: new(gateway.Recorder)},
		"a tiny MaxFrame": {MaxFrame: 10},
	} {
		if _, err := gateway.Spawn(t.Context(), testURL, options); err == nil || !strings.HasPrefix(err.Error(), "gateway: options: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var bot *goodBot
	if _, err := gateway.SubscribeAll(gateway.NewEvents(), bot); err == nil {
		t.Error("SubscribeAll takes a nil pointer")
	}
}

func TestErrorsThatNobodyObservesAreLoggedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			for range 3 {
				for range 100 {
					p.raw(`[]`)
				}
				time.Sleep(2 * time.Second)
			}
			p.linger()
		})
		var log bytes.Buffer
		options.Logger = slog.New(slog.NewTextHandler(&log, nil))
		handle := connect(t, options)
		time.Sleep(10 * time.Second)
		shut(t, handle)
		if got := strings.Count(log.String(), "cannot decode"); got != 3 {
			t.Errorf("%d lines for 300 errors in three bursts:\n%s", got, &log)
		}
	})
}
