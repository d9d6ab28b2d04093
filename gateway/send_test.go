package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// collecting serves an identified session that collects what the client sends.
func collecting(got *[]payload) func(p *peer) {
	return func(p *peer) {
		p.identify(time.Hour)
		for {
			sent, err := p.next()
			if err != nil {
				return
			}
			if sent.Op != types.OpcodeHeartbeat {
				*got = append(*got, sent)
			}
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []payload
		handle := connect(t, serve(t, collecting(&got)))
		ctx := t.Context()
		if err := handle.SendUpdatePresence(ctx, types.UpdatePresence{Status: "online"}); err != nil {
			t.Error(err)
		}
		if err := handle.SendUpdateVoiceState(ctx, types.UpdateVoiceState{GuildID: types.Some(types.Snowflake(1)), ChannelID: types.Null[types.Snowflake]()}); err != nil {
			t.Error(err)
		}
		if err := handle.Send(ctx, 99, json.RawMessage(`{"any":"thing"}`)); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		want := []string{
			`3 {"activities":[],"status":"online","since":0,"afk":false}`,
			`4 {"guild_id":"1","channel_id":null,"self_mute":false,"self_deaf":false,"self_video":false}`,
			`99 {"any":"thing"}`,
		}
		if len(got) != len(want) {
			t.Fatalf("the server got %v", got)
		}
		for i, sent := range got {
			op, _ := json.Marshal(int(sent.Op))
			if line := string(op) + " " + string(sent.D); line != want[i] {
				t.Errorf("sent    %s\nwanted  %s", line, want[i])
			}
		}
	})
}

func TestAFrameOverTheLimitIsRefusedBeforeItIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []payload
		handle := connect(t, serve(t, collecting(&got)))
		fits := strings.Repeat("x", 4096-len(`{"op":99,"d":""}`))
		if err := handle.Send(t.Context(), 99, fits); err != nil {
			t.Errorf("a frame of 4096 bytes: %v", err)
		}
		if err := handle.Send(t.Context(), 99, fits+"x"); !errors.Is(err, gateway.ErrTooLarge) {
			t.Errorf("a frame of 4097 bytes: %v, want ErrTooLarge", err)
		}
		synctest.Wait()
		if len(got) != 1 {
			t.Errorf("the server got %d frames, want 1", len(got))
		}
	})
}

func TestASendThatCannotBeEncodedOrWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []payload
		handle := connect(t, serve(t, collecting(&got)))
		if err := handle.Send(t.Context(), 99, func() {}); err == nil || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("a function as payload: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 { // The writer is ready as well; a choice at random would be seen.
			if err := handle.SendUpdatePresence(ctx, types.UpdatePresence{}); !errors.Is(err, context.Canceled) {
				t.Fatalf("a cancelled context: %v", err)
			}
		}
		synctest.Wait()
		if len(got) != 0 {
			t.Errorf("the server got %v", got)
		}
	})
}

func TestASendToAServerThatDoesNotReadEndsWithTheWriteDeadlineAtTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(time.Hour)
			<-release
		}))
		results := make(chan time.Duration, 100)
		for range cap(results) { // Far more than the network holds.
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begun := time.Now()
				if err := handle.Send(ctx, 99, strings.Repeat("x", 4000)); err != nil {
					results <- time.Since(begun)
				} else {
					results <- 0
				}
			}()
		}
		late := 0
		for range cap(results) {
			if took := <-results; took > time.Second {
				late++
				if took > 11*time.Second {
					t.Errorf("a send took %v", took)
				}
			}
		}
		if late > 1 {
			t.Errorf("%d sends took longer than their contexts, want at most the one that was being written", late)
		}
		<-handle.Done() // The write deadline ends the socket.
		var closed *gateway.CloseError
		if !errors.As(handle.Err(), &closed) {
			t.Errorf("the handle ended with %v", handle.Err())
		}
	})
}

func TestHeartbeatsOvertakeCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read := make(chan struct{})
		var ops []types.Opcode
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(time.Hour)
			<-read
			for {
				got, err := p.next()
				if err != nil {
					return
				}
				ops = append(ops, got.Op)
			}
		}))
		var written atomic.Int32
		for range 60 { // More than the network holds.
			go func() {
				if err := handle.Send(t.Context(), 99, strings.Repeat("x", 4000)); err != nil {
					t.Error(err)
				}
				written.Add(1)
			}()
		}
		synctest.Wait()
		ahead := int(written.Load()) + 1 // And the one that is being written.
		for range 8 {
			go func() {
				if err := handle.SendHeartbeat(t.Context()); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		close(read)
		synctest.Wait()
		if len(ops) != 68 {
			t.Fatalf("the server got %d payloads, want 68", len(ops))
		}
		for i, op := range ops[ahead : ahead+8] {
			if op != types.OpcodeHeartbeat {
				t.Errorf("payload %d behind the commands that were written is opcode %v, want a heartbeat", i, op)
			}
		}
	})
}

func TestSentIsPublishedWithoutTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting())
		options.Events = gateway.NewEvents()
		var sent []string
		options.Events.Sent.SubscribeFunc(func(_ context.Context, p *gateway.SentPayload) {
			sent = append(sent, p.Op.String()+" "+string(p.Data))
		})
		handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "hunter2"}, options)
		if err != nil {
			t.Fatal(err)
		}
		shut(t, handle)
		synctest.Wait()
		all := strings.Join(sent, "\n")
		if !strings.Contains(all, `"token":`) || strings.Contains(all, "hunter2") {
			t.Errorf("Events.Sent carried\n%s", all)
		}
	})
}
