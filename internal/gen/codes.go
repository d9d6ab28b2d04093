package main

import (
	"fmt"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// writeCodes writes the opcodes and the close codes.
func (m *model) writeCodes(f *files) {
	m.writeOpcodes(f.types("opcode"))
	m.writeCloseCodes(f.types("close_code"))
}

func (m *model) writeOpcodes(out *text) {
	out.comment(0, "Opcode says what a frame of the gateway is about. Opcodes without a constant pass through unchanged.",
		"Source: userdoccers gateway/opcodes-and-close-codes.mdx.")
	out.printf("type Opcode int\n\nconst (\n")
	for i := range m.Opcodes {
		op := &m.Opcodes[i]
		out.comment(1, "Opcode"+op.Name+" "+m.opcodeSentence(op))
		out.printf("\tOpcode%s Opcode = %d\n", op.Name, op.Code)
	}
	out.printf(")\n\nvar opcodeNames = [...]string{\n")
	for _, op := range m.Opcodes {
		out.printf("\tOpcode%s: %q,\n", op.Name, op.Name)
	}
	out.printf("}\n\n")
	out.comment(0, "String returns the opcode's name, such as Dispatch, and Opcode(99) for one without.")
	out.printf("func (o Opcode) String() string { return enumString(\"Opcode\", int(o), opcodeNames[:]) }\n\n")
	out.comment(0, "IsKnown says whether there is a constant for the opcode.")
	out.printf("func (o Opcode) IsKnown() bool { return enumKnown(int(o), opcodeNames[:]) }\n\n")
}

// opcodeSentence says what an opcode is for, who sends it with what, and what follows.
func (m *model) opcodeSentence(op *protocol.Opcode) string {
	key, with := fmt.Sprintf("op %d", op.Code), ""
	if payload := m.payload(op.Code); payload != nil {
		key, with = payload.Struct, m.sentName(payload)
		if payload.Kind == protocol.KindObjects {
			key, with = key+"s", with+"s"
		}
		with = " with " + article(with) + " [" + with + "]"
	}
	s := m.summary(key) + ". " + map[string]string{
		"send": "The client sends it", "receive": "The server sends it", "both": "Either side sends it",
	}[op.Direction] + with
	if op.Response != "" {
		s += "; the answer is " + answer(op.Response)
	}
	switch op.Status {
	case "deprecated":
		s += ". It is deprecated"
	case "removed":
		s += ". Discord has removed it"
	}
	return s + "."
}

// answer names what answers an opcode: an event, or another opcode in parentheses.
func answer(response string) string {
	return strings.Replace(strings.Trim(response, "()"), "op ", "opcode ", 1)
}

// payload returns the payload of an opcode that has a structure, or nil.
func (m *model) payload(op int) *protocol.Payload {
	for i := range m.Sent {
		if m.Sent[i].Op == op {
			return &m.Sent[i]
		}
	}
	return nil
}

func (m *model) writeCloseCodes(out *text) {
	out.comment(0, "CloseCode is the reason that a closing frame of the gateway gives. Codes without a constant pass "+
		"through unchanged.", "Source: userdoccers gateway/opcodes-and-close-codes.mdx.")
	out.printf("type CloseCode int\n\nconst (\n")
	for i := range m.CloseCodes {
		c := &m.CloseCodes[i]
		out.comment(1, fmt.Sprintf("CloseCode%s: %s. %s.", c.Name, m.summary(fmt.Sprintf("close %d", c.Code)), consequence(c)))
		out.printf("\tCloseCode%s CloseCode = %d\n", c.Name, c.Code)
	}
	out.printf(")\n\n")
	out.comment(0, "String returns the code's name, such as InvalidSeq, and CloseCode(4999) for one without.")
	out.printf("func (c CloseCode) String() string {\n\tif name := c.name(); name != \"\" {\n\t\treturn name\n\t}\n")
	out.printf("\treturn enumString(\"CloseCode\", int(c), nil)\n}\n\n")
	out.comment(0, "IsKnown says whether there is a constant for the code.")
	out.printf("func (c CloseCode) IsKnown() bool { return c.name() != \"\" }\n\n")
	out.comment(0, "name returns the code's name, or \"\". The codes lie too far apart for a table by number.")
	out.printf("func (c CloseCode) name() string {\n\tswitch c {\n")
	for _, c := range m.CloseCodes {
		out.printf("\tcase CloseCode%s:\n\t\treturn %q\n", c.Name, c.Name)
	}
	out.printf("\t}\n\treturn \"\"\n}\n")
}

// consequence says what a code means for the session.
func consequence(c *protocol.CloseCode) string {
	switch {
	case !c.Reconnect:
		return "Connecting again is of no use"
	case c.Resume:
		return "The session can be resumed"
	}
	return "The client must identify again"
}
