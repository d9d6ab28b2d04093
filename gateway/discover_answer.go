package gateway

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"
)

// answerObject is an answer. Its values are looked at one by one, so that one of an unexpected type spoils no other.
type answerObject map[string]json.RawMessage

// object returns the object at a key, nil if there is none.
func (o answerObject) object(key string) answerObject {
	var inner answerObject
	if json.Unmarshal(o[key], &inner) != nil {
		return nil
	}
	return inner
}

// text returns the string at a key, "" if there is none.
func (o answerObject) text(key string) string { return answerText(o[key]) }

// texts returns the strings of the list at a key, nil if there is no list. What is no string in it is left out.
func (o answerObject) texts(key string) []string {
	var raw []json.RawMessage
	if json.Unmarshal(o[key], &raw) != nil || raw == nil {
		return nil
	}
	list := make([]string, 0, len(raw))
	for _, item := range raw {
		if s := answerText(item); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// answerText reads a string, or a number as one: versions are either.
func answerText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// count returns the integer at a key, if there is one that is not negative.
func (o answerObject) count(key string) (int64, bool) {
	var n int64
	ok := len(o[key]) > 0 && string(o[key]) != "null" && json.Unmarshal(o[key], &n) == nil && n >= 0 && n <= math.MaxInt32
	return n, ok
}

// gateway takes the gateway's URL at a key that is called name in errors.
func (d *discovery) gateway(in answerObject, key, name string) error {
	raw := in[key]
	if len(raw) == 0 || string(raw) == "null" {
		return answerFault(DiscoverMissing, "the answer has no "+name)
	}
	var stated string
	if json.Unmarshal(raw, &stated) != nil {
		return answerFault(DiscoverInvalid, name+" is not a string")
	}
	if stated == "" {
		return answerFault(DiscoverMissing, "the "+name+" of the answer is empty")
	}
	u, err := d.trust.usable(stated, "wss", "ws")
	if err != nil {
		return answerFault(DiscoverInvalid, name+" "+err.Error())
	}
	d.found.Gateway = u.String()
	return nil
}

// api takes the API's URL, if it is stated and to be used.
func (d *discovery) api(stated string) error {
	u, err := d.trust.usable(stated, "https", "http")
	if err != nil {
		return answerFault(DiscoverInvalid, "api "+err.Error())
	}
	d.stated = plainURL(u)
	d.found.API = apiBase(u).String()
	return nil
}

// cdn takes the CDN's URL, if it is stated and to be used.
func (d *discovery) cdn(stated string) {
	if u, err := d.trust.usable(stated, "https", "http"); err == nil {
		d.found.CDN = plainURL(u).String()
	}
}

// readClient reads /.well-known/spacebar/client. What it says besides the gateway counts even if that is not there.
func (d *discovery) readClient(_ *url.URL, answer answerObject) error {
	api := answer.object("api")
	stated := api.text("baseUrl")
	if stated == "" {
		stated = answer.text("api") // Some hosts answer with the older document here too.
	}
	_ = d.api(stated)
	d.cdn(answer.object("cdn").text("baseUrl"))
	versions := api.object("apiVersions")
	d.found.DefaultAPIVersion = versions.text("default")
	d.found.APIVersions = versions.texts("active")
	gateway := answer.object("gateway")
	d.found.Encodings = gateway.texts("encoding")
	d.found.Compressions = gateway.texts("compression")
	return d.gateway(gateway, "baseUrl", "gateway.baseUrl")
}

// readWellKnown reads /.well-known/spacebar.
func (d *discovery) readWellKnown(_ *url.URL, answer answerObject) error {
	stated := answer.text("api")
	if stated == "" {
		return answerFault(DiscoverMissing, "the answer has no api")
	}
	return d.api(stated)
}

// readDomains reads /policies/instance/domains.
func (d *discovery) readDomains(at *url.URL, answer answerObject) error {
	if err := d.gateway(answer, "gateway", "gateway"); err != nil {
		return err
	}
	for _, key := range []string{"apiEndpoint", "api"} {
		if d.found.API == "" {
			_ = d.api(answer.text(key))
		}
	}
	if d.found.CDN == "" {
		d.cdn(answer.text("cdn"))
	}
	if d.found.DefaultAPIVersion == "" {
		d.found.DefaultAPIVersion = answer.text("defaultApiVersion")
	}
	d.answered(at, "/policies/instance/domains")
	return nil
}

// readGateway reads /gateway.
func (d *discovery) readGateway(at *url.URL, answer answerObject) error {
	if err := d.gateway(answer, "url", "url"); err != nil {
		return err
	}
	d.answered(at, "/gateway")
	return nil
}

// readBot reads /gateway/bot, whose URL counts only if no other is known.
func (d *discovery) readBot(at *url.URL, answer answerObject) error {
	if d.found.Gateway == "" {
		if err := d.gateway(answer, "url", "url"); err != nil {
			return err
		}
	}
	d.answered(at, "/gateway/bot")
	bot, err := readLimits(answer)
	if err != nil {
		if d.asker.token == "" {
			return nil // There is a gateway, which is all that was asked for.
		}
		return err
	}
	d.found.Bot = bot
	return nil
}

// readLimits reads what /gateway/bot says besides the URL.
func readLimits(answer answerObject) (*BotGateway, error) {
	limit := answer.object("session_start_limit")
	var values [5]int64
	for i, field := range []struct {
		in    answerObject
		key   string
		least int64
	}{
		{answer, "shards", 1},
		{limit, "total", 0},
		{limit, "remaining", 0},
		{limit, "reset_after", 0},
		{limit, "max_concurrency", 1},
	} {
		n, ok := field.in.count(field.key)
		if _, there := field.in[field.key]; !there {
			return nil, answerFault(DiscoverMissing, "the answer has no "+field.key)
		}
		if !ok || n < field.least {
			return nil, answerFault(DiscoverInvalid, fmt.Sprintf("%s is not a number from %d on", field.key, field.least))
		}
		values[i] = n
	}
	return &BotGateway{Shards: int(values[0]), SessionStartLimit: SessionStartLimit{
		Total:          int(values[1]),
		Remaining:      int(values[2]),
		ResetAfter:     time.Duration(values[3]) * time.Millisecond,
		MaxConcurrency: int(values[4]),
	}}, nil
}

// answered notes where the API is, if nobody has said it: where it was asked.
func (d *discovery) answered(at *url.URL, path string) {
	if d.found.API == "" {
		base := *at
		base.Path, base.RawPath = strings.TrimSuffix(at.Path, path), ""
		d.found.API = unversioned(plainURL(&base)).String()
	}
}
