package gatewaytest_test

import (
	"fmt"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// Two servers have created the same guild: ids and times are others, so they are no difference.
func ExampleCompare() {
	const open = `{"t_ms":0,"conn":"alice","dir":"out","type":"open","text":"ws://gateway.test/?encoding=json"}`
	guild := func(id, name string) string {
		return open + "\n" + `{"t_ms":1,"conn":"alice","dir":"in","type":"text","text":"{\"op\":0,\"t\":\"GUILD_CREATE\",\"s\":1,` +
			`\"d\":{\"id\":\"` + id + `\",\"name\":\"` + name + `\",\"joined_at\":\"2026-01-01T00:00:0` + id[17:] + `Z\"}}"}`
	}
	a, errA := gatewaytest.ReadRecording(strings.NewReader(guild("100000000000000001", "Choir")))
	b, errB := gatewaytest.ReadRecording(strings.NewReader(guild("200000000000000002", "choir")))
	if errA != nil || errB != nil {
		fmt.Println(errA, errB)
		return
	}
	for _, difference := range gatewaytest.Compare(a, b, gatewaytest.CompareOptions{}) {
		fmt.Println(difference)
	}
	fmt.Println(len(gatewaytest.Compare(a, b, gatewaytest.CompareOptions{Ignore: []string{"GUILD_CREATE:d.name"}})))
	fmt.Println(len(gatewaytest.Compare(a, b, gatewaytest.CompareOptions{Shapes: true})))
	fmt.Println(len(gatewaytest.Compare(a, b, gatewaytest.CompareOptions{Exact: true})))
	// Output:
	// alice: message 1 GUILD_CREATE: d.name: "Choir" became "choir"
	// 0
	// 0
	// 3
}
