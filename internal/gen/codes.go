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
		"Source: userdoccers topics/opcodes-and-status-codes.mdx.")
	out.printf("type Opcode int\n\nconst (\n")
	for _, op := range m.Opcodes {
		out.comment(1, "Opcode"+op.Name+" "+opcodeSentence(&op))
		out.printf("\tOpcode%s Opcode = %d\n", op.Name, op.Code)
	}
	out.printf(")\n\nvar opcodeNames = [...]string{\n")
	for _, op := range m.Opcodes {
		out.printf("\tOpcode%s: %q,\n", op.Name, op.Name)
	}
	out.printf("}\n\n")
	out.comment(0, "String returns the opcode's name, such as Dispatch, and Opcode(99) for one without.")
	out.printf("func (o Opcode) String() string { return enumString(\"Opcode\", int(o), opcodeNames[:]) }\n\n")
}

// opcodeSentence says who sends an opcode, with what, and what follows.
func opcodeSentence(op *protocol.Opcode) string {
	who := map[string]string{
		"send": "is sent by the client", "receive": "is sent by the server", "both": "is sent by either side",
	}[op.Direction]
	s := who
	switch payload := op.Payload; {
	case strings.HasPrefix(payload, "("):
		s += " with " + describePayload(payload)
	case strings.Contains(payload, " ("):
		s += " with " + describePayload(payload[strings.Index(payload, " (")+1:])
	case payload != "":
		s += " with a [" + strings.TrimPrefix(payload, "[]") + "]"
	}
	if op.Response != "" {
		s += "; the answer is " + strings.Trim(op.Response, "()")
	}
	s += "."
	switch op.Status {
	case "deprecated":
		s += " It is deprecated."
	case "removed":
		s += " Discord has removed it."
	}
	return s
}

func describePayload(s string) string { return strings.Trim(s, "()") }

func (m *model) writeCloseCodes(out *text) {
	out.comment(0, "CloseCode is the reason that a closing frame of the gateway gives. Codes without a constant pass "+
		"through unchanged.", "Source: userdoccers topics/opcodes-and-status-codes.mdx.")
	out.printf("type CloseCode int\n\nconst (\n")
	for _, c := range m.CloseCodes {
		out.comment(1, fmt.Sprintf("CloseCode%s: %s.", c.Name, closeSentence(&c)))
		out.printf("\tCloseCode%s CloseCode = %d\n", c.Name, c.Code)
	}
	out.printf(")\n\n")
	out.comment(0, "String returns the code's name, such as InvalidSeq, and CloseCode(4999) for one without.")
	out.printf("func (c CloseCode) String() string {\n\tswitch c {\n")
	for _, c := range m.CloseCodes {
		out.printf("\tcase CloseCode%s:\n\t\treturn %q\n", c.Name, c.Name)
	}
	out.printf("\t}\n\treturn enumString(\"CloseCode\", int(c), nil)\n}\n")
}

// closeSentence says what a code means for the session.
func closeSentence(c *protocol.CloseCode) string {
	s := c.Meaning
	switch {
	case !c.Reconnect:
		s += "; connecting again is of no use"
	case c.Resume:
		s += "; the session can be resumed"
	default:
		s += "; identify again"
	}
	if c.Note != "" {
		s += " (" + c.Note + ")"
	}
	return s
}
