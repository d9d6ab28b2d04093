package decode

// How large a slab may be, in elements, and for how many bytes of the input that are left it has one. What is rarer than
// that is made alone, so that a small event takes no more than it needs.
const (
	mostUsers, perUser           = 16, 4096
	mostActivities, perActivity  = 16, 4096
	mostSnowflakes, perSnowflake = 256, 256
)

// slab is memory that values of an event share, of which it has many: one allocation for several. Who keeps one of them
// keeps the slab, as with the chunks of strings. The zero value is empty.
type slab[T any] struct{ free []T }

// take returns n zero values that nobody else has, and behind which nothing can be appended in place.
func (s *slab[T]) take(c *cursor, n, most, per int) []T {
	if n > len(s.free) {
		room := min(most, (len(c.data)-c.at)/per)
		if room < 2*n {
			return make([]T, n)
		}
		s.free = make([]T, room)
	}
	taken := s.free[:n:n]
	s.free = s.free[n:]
	return taken
}
