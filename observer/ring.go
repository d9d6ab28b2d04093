package observer

// ringKeep is the size down to which an emptying ring gives its memory back.
const ringKeep = 32

// ring is a first-in first-out buffer that grows with what is in it and shrinks when a burst is over. The zero value is
// empty.
type ring[E any] struct {
	buf  []E // its length is 0 or a power of two
	head int
	n    int
}

func (r *ring[E]) len() int { return r.n }

func (r *ring[E]) push(e E) {
	if r.n == len(r.buf) {
		r.resize(max(8, 2*r.n))
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = e
	r.n++
}

// pop takes the oldest element out. The ring must not be empty.
func (r *ring[E]) pop() E {
	var zero E
	e := r.buf[r.head]
	r.buf[r.head] = zero // the ring must not keep alive what it no longer holds
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	if len(r.buf) > ringKeep && r.n <= len(r.buf)/4 {
		r.resize(len(r.buf) / 2)
	}
	return e
}

func (r *ring[E]) resize(size int) {
	buf := make([]E, size)
	k := copy(buf, r.buf[r.head:min(r.head+r.n, len(r.buf))])
	copy(buf[k:], r.buf[:r.n-k])
	r.buf, r.head = buf, 0
}
