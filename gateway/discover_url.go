package gateway

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// maxStatedURL is the length, in bytes, of the longest URL that is taken from an instance.
const maxStatedURL = 2048

// parseRoot reads what Discover was given. Its errors do not quote it: there may be secrets in it.
func parseRoot(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, errors.New("the root URL is empty")
	}
	schemeless := !strings.Contains(raw, "://")
	if schemeless {
		raw = "https://" + strings.TrimPrefix(raw, "//")
	}
	root, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the root URL cannot be parsed")
	}
	if root.Scheme != "https" && root.Scheme != "http" {
		return nil, fmt.Errorf("the root URL's scheme is %q, not https or http", root.Scheme)
	}
	if root.Hostname() == "" {
		return nil, errors.New("the root URL has no host")
	}
	if root.User != nil {
		return nil, errors.New("the root URL has a user name, which is not sent to instances")
	}
	if schemeless && isLoopback(root.Hostname()) {
		root.Scheme = "http"
	}
	return plainURL(root), nil
}

// plainURL returns the URL without query and fragment, and without slashes at the end.
func plainURL(u *url.URL) *url.URL {
	return joinURL(&url.URL{Scheme: u.Scheme, Host: u.Host}, strings.Trim(u.EscapedPath(), "/"))
}

// joinURL is url.URL.JoinPath with a path that begins with a slash, if there is one.
func joinURL(u *url.URL, elements ...string) *url.URL {
	rooted := *u
	if rooted.Path == "" {
		rooted.Path = "/"
	}
	joined := rooted.JoinPath(elements...)
	if joined.Path == "/" {
		joined.Path, joined.RawPath = "", ""
	}
	return joined
}

// basesOf returns the URLs below which the instance may be, in the order in which they are asked: the root, and before it
// the root without what belongs to an API, and the host.
func basesOf(root *url.URL) []*url.URL {
	host := &url.URL{Scheme: root.Scheme, Host: root.Host}
	bases := []*url.URL{root, host}
	if api := unversioned(root); strings.HasSuffix(api.Path, "/api") {
		bases = []*url.URL{plainURL(joinURL(api, "..")), root, host}
	}
	return slices.CompactFunc(bases, func(a, b *url.URL) bool { return a.String() == b.String() })
}

// apisOf returns where the API may be, for a URL that is called that of the API or of the instance.
func apisOf(base *url.URL) []*url.URL {
	short := unversioned(base)
	if !strings.HasSuffix(short.Path, "/api") {
		return []*url.URL{joinURL(base, "api"), base}
	}
	if short.Path == base.Path {
		return []*url.URL{base}
	}
	return []*url.URL{base, short}
}

// unversioned returns the URL without a version such as /v9 at the end.
func unversioned(u *url.URL) *url.URL {
	at := strings.LastIndexByte(u.Path, '/')
	if at < 0 || len(u.Path) < at+3 || u.Path[at+1] != 'v' || strings.Trim(u.Path[at+2:], "0123456789") != "" {
		return u
	}
	return joinURL(u, "..")
}

// apiBase returns the form of an API's URL that Instance.API has.
func apiBase(stated *url.URL) *url.URL {
	short := plainURL(unversioned(plainURL(stated)))
	if strings.HasSuffix(short.Path, "/api") {
		return short
	}
	return joinURL(short, "api")
}

// urlTrust is which of the URLs that an instance states are used.
type urlTrust struct {
	secure bool // the instance was asked by https
	local  bool // it is this machine
}

func trustOf(root *url.URL) urlTrust {
	return urlTrust{secure: root.Scheme == "https", local: isLoopback(root.Hostname())}
}

// usable returns the URL that an instance has stated, if it has the secure or the open scheme and may be used. The errors
// do not quote it.
func (t urlTrust) usable(stated, secure, open string) (*url.URL, error) {
	if len(stated) > maxStatedURL {
		return nil, fmt.Errorf("is a URL of more than %d bytes", maxStatedURL)
	}
	u, err := url.Parse(strings.TrimSpace(stated))
	switch {
	case err != nil:
		return nil, errors.New("is not a URL")
	case u.Scheme != secure && u.Scheme != open:
		return nil, fmt.Errorf("is not a URL with %s:// or %s://", secure, open)
	case u.Hostname() == "":
		return nil, errors.New("is a URL without a host")
	case u.User != nil:
		return nil, errors.New("is a URL with a user name")
	case u.Scheme == open && t.secure && !(t.local && isLoopback(u.Hostname())):
		return nil, fmt.Errorf("is a URL with %s://, from an instance with https://: tokens would be sent in the clear", open)
	}
	u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = "", false, "", ""
	return u, nil
}

// isLoopback reports whether a host is this machine by its name.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
