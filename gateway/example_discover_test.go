package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/chorus-go/chorus/gateway"
)

// instance serves what a Spacebar server says about itself.
func instance() *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/spacebar/client", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"api":{"baseUrl":"http://%s","apiVersions":{"default":"9","active":["9"]}},`+
			`"gateway":{"baseUrl":"ws://%[1]s","encoding":["etf","json"],"compression":["zlib-stream",null]}}`, r.Host)
	})
	mux.HandleFunc("/api/gateway/bot", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, botJSON)
	})
	return httptest.NewServer(mux)
}

func ExampleDiscover() {
	server := instance()
	defer server.Close()

	found, err := gateway.Discover(context.Background(), server.URL, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.Gateway != "", found.DefaultAPIVersion, found.Encodings)
	options := gateway.Options{Compression: gateway.ZstdStream}
	if !found.OffersCompression(options.Compression) {
		options.Compression = gateway.ZlibStream
	}
	fmt.Println(options.Compression)
	// Output:
	// true 9 [etf json]
	// zlib-stream
}

func ExampleDiscoverBot() {
	server := instance()
	defer server.Close()

	found, err := gateway.DiscoverBot(context.Background(), server.URL, "…", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.Bot.Shards, "shard,", found.Bot.SessionStartLimit.Remaining, "sessions left")
	// Output: 1 shard, 999 sessions left
}

func ExampleDiscoverError() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()

	_, err := gateway.Discover(context.Background(), server.URL+"/api", nil)
	if failure, ok := err.(*gateway.DiscoverError); ok {
		fmt.Println(failure.Failures[0].Reason, failure.Failures[0].Status)
	}
	// Output: status 404
}
