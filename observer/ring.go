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

func (r *ring[E]) push(e E) { *r.next() = e }

// next puts an element behind the others, and returns where it is: zero, and to be filled in. Like first it is for
// elements of which a copy more is felt.
func (r *ring[E]) next() *E {
	if r.n == len(r.buf) {
		r.resize(max(8, 2*r.n))
	}
	e := &r.buf[(r.head+r.n)&(len(r.buf)-1)]
	r.n++
	return e
}

// pop takes the oldest element out. The ring must not be empty.
func (r *ring[E]) pop() E {
	e := *r.first()
	r.drop()
	return e
}

// first returns where the oldest element is. The ring must not be empty.
func (r *ring[E]) first() *E { return &r.buf[r.head] }

// drop takes the oldest element out. The ring must not be empty.
func (r *ring[E]) drop() {
	var zero E
	r.buf[r.head] = zero // the ring must not keep alive what it no longer holds
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	if len(r.buf) > ringKeep && r.n <= len(r.buf)/4 {
		r.resize(len(r.buf) / 2)
	}
}

func (r *ring[E]) resize(size int) {
	buf := make([]E, size)
	k := copy(buf, r.buf[r.head:min(r.head+r.n, len(r.buf))])
	copy(buf[k:], r.buf[:r.n-k])
	r.buf, r.head = buf, 0
}
