package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/internal/protocol"
)

// TestEveryOpcodeHasItsSend compares the table with the methods that there are: their names and what they take.
func TestEveryOpcodeHasItsSend(t *testing.T) {
	handle := reflect.TypeFor[gateway.GatewayHandle]()
	named := map[string]bool{"Send": true}
	for op, name := range sendMethods {
		if named[name] {
			t.Errorf("%s sends two opcodes", name)
		}
		named[name] = true
		method, found := handle.MethodByName(name)
		if !found {
			t.Errorf("opcode %d: there is no %s", op, name)
			continue
		}
		signature := method.Type
		if signature.NumIn() < 2 || signature.In(1) != reflect.TypeFor[context.Context]() || signature.NumOut() != 1 ||
			signature.Out(0) != reflect.TypeFor[error]() {
			t.Errorf("%s is a %v", name, signature)
		}
		if typ := sentTypes[fmt.Sprintf("op %d", op)]; typ != nil && (signature.NumIn() != 3 || signature.In(2) != typ) {
			t.Errorf("%s is a %v and does not take %v", name, signature, typ)
		}
	}
	for method := range handle.Methods() {
		if strings.HasPrefix(method.Name, "Send") && !named[method.Name] {
			t.Errorf("%s is not in the table", method.Name)
		}
	}
	for _, op := range loaded(t).Opcodes {
		if _, found := sendMethods[op.Code]; found == (op.Direction == "receive") {
			t.Errorf("opcode %d is for %s; it has a method: %v", op.Code, op.Direction, found)
		}
	}
}

func TestDocsListEveryOpcode(t *testing.T) {
	lines := strings.Split(string(generated(t)["docs/OPCODES.md"]), "\n")
	for _, op := range loaded(t).Opcodes {
		count := 0
		for _, line := range lines {
			if strings.HasPrefix(line, fmt.Sprintf("| %d | %s | ", op.Code, op.Name)) && strings.Count(line, " |") == 10 {
				count++
				if name := sendMethods[op.Code]; name != "" && !strings.Contains(line, "| `"+name+"` |") {
					t.Errorf("the line of opcode %d does not name %s", op.Code, name)
				}
			}
		}
		if count != 1 {
			t.Errorf("opcode %d is listed %d times", op.Code, count)
		}
	}
	for _, line := range []string{
		"| 8 | RequestGuildMembers | → | `SendRequestGuildMembers` | `RequestGuildMembers` | `GUILD_MEMBERS_CHUNK` | handled | send | U D |  |",
		"| 14 | GuildSubscriptions | → | `SendLazyRequest` | `GuildSubscriptionSingle` | `GUILD_MEMBER_LIST_UPDATE` | handled | send | U | deprecated |",
		"| 40 | QoSHeartbeat | → | `SendQoSHeartbeat` | `QoSHeartbeat` | opcode 11 | handled | – | U |  |",
	} {
		if !strings.Contains(strings.Join(lines, "\n"), line) {
			t.Errorf("there is no line %s", line)
		}
	}
}

func TestSendMethodNames(t *testing.T) {
	m := modelled(t)
	for op, want := range map[int]string{
		0: "", 1: "SendHeartbeat", 3: "SendUpdatePresence", 10: "", 13: "SendCallSync", 17: "SendUpdateLobbyVoiceStates",
		23: "SendLfgSubscriptions", 37: "SendGuildSubscriptions", 41: "SendUpdateTimeSpentSessionID",
	} {
		if got := m.sendMethod(&m.Opcodes[op]); got != want {
			t.Errorf("opcode %d is sent by %q, not %q", op, got, want)
		}
	}
	if m.sendMethod(&protocol.Opcode{Code: 99, Name: "New", Direction: "send"}) != "SendNew" {
		t.Error("an opcode without a payload is not sent by its name")
	}
}
