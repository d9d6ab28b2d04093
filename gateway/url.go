package gateway

import (
	"errors"
	"fmt"
	"net/url"
)

// dialURL returns the URL to dial: the given one with the protocol version, the encoding and the compression.
// A version that the URL names stays. Chorus's and Spacebar's own rule applies: a "/" comes before the query.
func dialURL(raw string, options *Options) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parse error quotes the URL, whose query may hold secrets.
		return nil, errors.New("gateway: the URL cannot be parsed")
	}
	if u.Scheme != "ws" && u.Scheme != "wss" {
		return nil, fmt.Errorf("gateway: the URL's scheme is %q, not ws or wss", u.Scheme)
	}
	if u.Host == "" {
		return nil, errors.New("gateway: the URL has no host")
	}
	if u.User != nil {
		return nil, errors.New("gateway: the URL has a user name, which websockets do not know")
	}
	query := u.Query()
	if query.Has("version") {
		return nil, errors.New("gateway: the URL has version=, which Spacebar answers with close code 4012; the version is v=")
	}
	if !query.Has("v") {
		query.Set("v", "9")
	}
	query.Set("encoding", options.Encoding.String())
	query.Del("compress")
	if options.Compression.ofStream() {
		query.Set("compress", options.Compression.String())
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = query.Encode()
	u.Fragment = ""
	return u, nil
}
