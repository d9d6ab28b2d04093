package table

import "testing"

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1}, 5}, {[]float64{9, 1, 2}, 2}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median of %v is %v", c.values, got)
		}
	}
}

func TestLateness(t *testing.T) {
	for _, c := range []struct {
		beats []float64
		want  float64
	}{
		{nil, 0},
		{[]float64{300, 1300, 2300}, 0},
		{[]float64{300, 1340, 2300}, 40},       // one was late
		{[]float64{350, 1300, 2300}, 50},       // the first was late
		{[]float64{300, 1310, 2320, 3330}, 30}, // each is reckoned from the one before
	} {
		if got := lateness(c.beats, 1000); got != c.want {
			t.Errorf("lateness of %v is %v", c.beats, got)
		}
	}
}
