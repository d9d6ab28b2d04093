package foreign

// understands is that the client can read what happens in a guild, with what it has for each event. Faults tell what it
// could not read.
func (s *stage) understands() {
}
