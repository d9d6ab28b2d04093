package gatewaytest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// resumePath begins the path at which clients are led to an address that a READY had named; its number follows.
const resumePath = "resume-"

// mostResumes bounds the addresses. Servers have a handful; what is over it stays as it is.
const mostResumes = 1024

// resumeTable has the addresses for resuming that servers have named.
type resumeTable struct {
	mu   sync.Mutex
	urls []*url.URL
}

// lookup returns the address behind a path, or nil.
func (t *resumeTable) lookup(path string) *url.URL {
	number, found := strings.CutPrefix(strings.Trim(path, "/"), resumePath)
	i, err := strconv.Atoi(number)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !found || err != nil || i < 1 || i > len(t.urls) {
		return nil
	}
	return t.urls[i-1]
}

// add returns the path for an address; false if the table is full.
func (t *resumeTable) add(u *url.URL) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, known := range t.urls {
		if known.String() == u.String() {
			return resumePath + strconv.Itoa(i+1), true
		}
	}
	if len(t.urls) == mostResumes {
		return "", false
	}
	t.urls = append(t.urls, u)
	return resumePath + strconv.Itoa(len(t.urls)), true
}

// rewrite returns a message with the proxy's address for resuming, if it is a READY with one that can be dialled. All
// other bytes stay as they are, and any other message is returned itself.
func (t *resumeTable) rewrite(message []byte, root string) []byte {
	if !bytes.Contains(message, []byte(`"resume_gateway_url"`)) {
		return message
	}
	var ready struct {
		Op *int   `json:"op"`
		T  string `json:"t"`
		D  struct {
			URL string `json:"resume_gateway_url"`
		} `json:"d"`
	}
	if json.Unmarshal(message, &ready) != nil || ready.Op == nil || *ready.Op != opDispatch || ready.T != "READY" {
		return message
	}
	to, err := parseTarget(ready.D.URL)
	if err != nil {
		return message
	}
	start, end, found := memberOf(message, "d", "resume_gateway_url")
	if !found {
		return message
	}
	path, found := t.add(to)
	if !found {
		return message
	}
	own, err := json.Marshal(root + "/" + path)
	if err != nil {
		return message
	}
	return bytes.Join([][]byte{message[:start], own, message[end:]}, nil)
}

// memberOf finds where the string is that stands under the keys in an object of objects; of a key that occurs twice,
// the first one counts.
func memberOf(message []byte, keys ...string) (start, end int, found bool) {
	dec := json.NewDecoder(bytes.NewReader(message))
	depth, at := 0, 0 // at: how many of the keys lead to where the decoder is
	key := false      // the next token is a key
	objects := []bool{}
	for {
		token, err := dec.Token()
		if err != nil {
			return 0, 0, false
		}
		if depth == 0 && token != json.Delim('{') {
			return 0, 0, false
		}
		switch value := token.(type) {
		case json.Delim:
			if value == '{' || value == '[' {
				depth++
				objects = append(objects, value == '{')
				key = value == '{'
				continue
			}
			if depth--; depth <= at {
				return 0, 0, false // the object that was looked into has ended
			}
			objects = objects[:depth]
			key = objects[depth-1]
			continue
		case string:
			if key && depth == at+1 && value == keys[at] {
				if at++; at == len(keys) {
					begin := int(dec.InputOffset())
					token, err := dec.Token()
					if _, text := token.(string); err != nil || !text {
						return 0, 0, false
					}
					return begin + bytes.IndexByte(message[begin:], '"'), int(dec.InputOffset()), true
				}
			}
		}
		key = objects[depth-1] && !key
	}
}
