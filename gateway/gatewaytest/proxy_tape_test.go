package gatewaytest

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/internal/recording"
)

// TestTapeRecordsOneEnd: both sides of a connection may be lost at once, and the proxy closed besides.
func TestTapeRecordsOneEnd(t *testing.T) {
	var written bytes.Buffer
	w := recording.NewWriter(&written)
	const connections = 20_000
	for i := range connections {
		tape := newTape(w, fmt.Sprint(i), &url.URL{Scheme: "ws", Host: "gateway.test"})
		var sides sync.WaitGroup
		begin := make(chan struct{})
		for code := range 4 {
			sides.Go(func() {
				<-begin
				tape.closed(recording.In, 4000+code, "")
			})
		}
		close(begin)
		sides.Wait()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if ends := strings.Count(written.String(), `"close_code"`); ends != connections {
		t.Errorf("%d ends of %d connections were recorded", ends, connections)
	}
}
