package gatewaytest_test

import (
	"fmt"
	"testing/fstest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// What a Spacebar server dumps becomes a recording, here of one message. The dump of a real one is
// os.DirFS("dump") in the server's working directory.
func ExampleReadDump() {
	dump := fstest.MapFS{
		"QWERTYUIOP/1700000000000.out.json": {Data: []byte("{\n  \"op\": 0,\n  \"t\": \"TYPING_START\",\n  \"s\": 4,\n  \"d\": {}\n}")},
	}
	rec, err := gatewaytest.ReadDump(dump)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, conn := range rec.Connections() {
		for _, event := range rec.Dispatches(conn) {
			fmt.Println(conn, event.Name, event.Seq, string(event.Data))
		}
	}
	// Output:
	// QWERTYUIOP TYPING_START 4 {}
}
