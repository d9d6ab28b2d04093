package main

import (
	"fmt"

	"github.com/chorus-go/chorus/internal/protocol"
)

// isSentStruct says whether an object is itself the payload of an opcode.
func (m *model) isSentStruct(object string) bool {
	for i := range m.Sent {
		if m.Sent[i].Kind == protocol.KindRef && m.Sent[i].Ref == object {
			return true
		}
	}
	return false
}

// writeSent writes the payloads of the opcodes other than 0.
func (m *model) writeSent(f *files) {
	for i := range m.Sent {
		payload := &m.Sent[i]
		if payload.Received {
			m.writeSentPayload(f.types("opcode"), payload)
			continue
		}
		m.writeSentPayload(f.types("send"), payload)
	}
}

func (m *model) writeSentPayload(out *text, payload *protocol.Payload) {
	name, how := m.sentName(payload), sent
	if payload.Received {
		how = read
	}
	if payload.Kind == protocol.KindObjects {
		m.sentComment(out, payload, name+"s")
		out.printf("type %ss []%s\n\n", name, name)
		out.comment(0, name+" "+m.summary(payload.Struct)+".", "Source: "+payload.Source+".")
	} else {
		m.sentComment(out, payload, name)
	}
	switch payload.Kind {
	case protocol.KindArray:
		out.printf("type %s []Snowflake\n\n", name)
	case protocol.KindRef:
		m.writeStruct(out, name, nil, m.goFields(m.flatMembers(payload.Ref), how))
	default:
		in := fmt.Sprintf("op %d", payload.Op)
		members := join(m.members(in, payload.Fields), m.flatMembers(payload.Embed))
		m.writeStruct(out, name, nil, m.goFields(members, how))
	}
}

// sentComment writes the doc comment of a payload's type.
func (m *model) sentComment(out *text, payload *protocol.Payload, name string) {
	op := m.Opcodes[payload.Op]
	key := payload.Struct
	if payload.Kind == protocol.KindObjects {
		key += "s"
	}
	opcode := fmt.Sprintf("It is sent with opcode %d, %s", op.Code, op.Name)
	if payload.Received {
		opcode = fmt.Sprintf("It comes with opcode %d, %s", op.Code, op.Name)
	}
	if op.Response != "" && op.Response[0] != '(' {
		opcode += ", and answered with " + op.Response
	}
	switch op.Status {
	case "deprecated":
		opcode += ". It is deprecated"
	case "removed":
		opcode += ". Discord has removed it"
	}
	out.comment(0, name+" "+m.summary(key)+".", opcode+". Source: "+payload.Source+".")
}
