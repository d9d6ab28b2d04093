package corpus

import "fmt"

// Order is the order of an envelope's keys.
type Order string

// The orders of keys that servers write.
const (
	Spacebar Order = "spacebar" // op, t, d, s: s comes after all of d
	Discord  Order = "discord"  // t, s, op, d
	Both     Order = "both"     // one event so, the next the other way
)

// Known tells whether it is one of the orders.
func (o Order) Known() bool { return o == Spacebar || o == Discord || o == Both }

// Payload writes an event as the payload with this sequence number.
func (e Event) Payload(sequence int, order Order) []byte {
	if order == Spacebar || order == Both && sequence%2 == 0 {
		dst := make([]byte, 0, len(e.Data)+64)
		dst = fmt.Appendf(dst, `{"op":0,"t":"%s","d":`, e.Name)
		dst = append(dst, e.Data...)
		return fmt.Appendf(dst, `,"s":%d}`, sequence)
	}
	dst := make([]byte, 0, len(e.Data)+64)
	dst = fmt.Appendf(dst, `{"t":"%s","s":%d,"op":0,"d":`, e.Name, sequence)
	return append(append(dst, e.Data...), '}')
}
