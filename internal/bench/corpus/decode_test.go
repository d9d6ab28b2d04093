package corpus

import (
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

// BenchmarkDecode decodes the d of every type of the mix, and what is large, into the structures of this library.
func BenchmarkDecode(b *testing.B) {
	const each = 16
	c := New(Options{Seed: 1, Guilds: 9})
	events := map[string][]Event{}
	for _, k := range mix() {
		for range each {
			events[k.name] = append(events[k.name], Event{Name: k.name, Data: k.data(c, c.place())})
		}
	}
	events["READY"] = []Event{c.LargeReady(7_000_000)}
	all := readers()
	for _, name := range append(Names(), "READY") {
		b.Run(name, func(b *testing.B) {
			kind := reflect.TypeOf(all[name].chorus).Elem()
			list, bytes := events[name], 0
			for _, e := range list {
				bytes += len(e.Data)
			}
			b.SetBytes(int64(bytes / len(list)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := json.Unmarshal(list[i%len(list)].Data, reflect.New(kind).Interface()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
