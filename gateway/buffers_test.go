package gateway

import "testing"

func TestBuffersHaveRoomAndComeBackByTheirSize(t *testing.T) {
	var b buffers
	for _, size := range []int{0, 1, 511, 512, 513, 4096, 4097, 109_000, 1 << 21} {
		buffer := b.get(size)
		if len(*buffer) != 0 || cap(*buffer) < size {
			t.Errorf("get(%d) has room for %d", size, cap(*buffer))
		}
		*buffer = append(*buffer, 1)[:1]
		b.put(buffer)
		if again := b.get(size); len(*again) != 0 || cap(*again) < size {
			t.Errorf("get(%d) after put has room for %d, and %d bytes", size, cap(*again), len(*again))
		}
	}
	odd := make([]byte, 0, 700) // not of a class: nobody may be given it for 1,024
	b.put(&odd)
	if got := b.get(1000); cap(*got) < 1000 {
		t.Errorf("get(1000) has room for %d", cap(*got))
	}
}
