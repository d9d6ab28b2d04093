package main

import (
	"strings"
	"unicode"
)

// initialism returns the spelling of a word that Go does not write with one capital, or "".
func initialism(word string) string {
	switch strings.ToLower(word) {
	case "afk", "ai", "api", "apng", "cpu", "csp", "dm", "dnd", "e2ee", "esrb", "eula", "fps", "gc", "gdm", "gif", "gog",
		"hd", "html", "http", "iap", "id", "ios", "ip", "json", "lfg", "mb", "mfa", "ml", "nsfw", "oidc", "os", "osx", "pc",
		"pegi", "png", "ps4", "ps5", "ptb", "pvp", "rpc", "rpg", "rsvp", "rtc", "rts", "sdk", "sepa", "sku", "sms", "ssrc",
		"totp", "tts", "ttl", "ugc", "ui", "uri", "url", "utm", "vad", "vip", "vr":
		return strings.ToUpper(word)
	case "dms", "gdms", "ids", "skus", "uris", "urls":
		return strings.ToUpper(word[:len(word)-1]) + "s"
	}
	return brand(word)
}

// brand returns the spelling of a name that has capitals of its own, or "".
func brand(word string) string {
	switch strings.ToLower(word) {
	case "oauth2":
		return "OAuth2"
	case "oauth":
		return "OAuth"
	case "qos":
		return "QoS"
	case "webauthn":
		return "WebAuthn"
	case "webrtc":
		return "WebRTC"
	case "automod":
		return "AutoMod"
	case "iframe":
		return "IFrame"
	case "playstation":
		return "PlayStation"
	case "github":
		return "GitHub"
	case "youtube":
		return "YouTube"
	case "paypal":
		return "PayPal"
	}
	return ""
}

// camel turns a protocol name, in snake_case or SCREAMING_CASE, into a Go name. A name that has small letters and no
// underscore is taken as it is, with a capital first.
func camel(name string) string {
	if !strings.Contains(name, "_") && strings.ToLower(name) != name && strings.ToUpper(name) != name {
		return strings.ToUpper(name[:1]) + name[1:]
	}
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if s := b.String(); s != "" && isDigit(s[len(s)-1]) && isDigit(word[0]) {
			b.WriteByte('_')
		}
		b.WriteString(spell(word))
	}
	return b.String()
}

// spell writes one word of a Go name. Digits before an initialism do not hide it: 60FPS.
func spell(word string) string {
	if spelled := initialism(word); spelled != "" {
		return spelled
	}
	letters := strings.TrimLeft(word, "0123456789")
	if spelled := initialism(letters); spelled != "" {
		return word[:len(word)-len(letters)] + spelled
	}
	return strings.ToUpper(word[:1]) + strings.ToLower(word[1:])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// unexported makes the first word of a Go name small: MessageFlags becomes messageFlags, SKUType skuType.
func unexported(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// article returns "a" or "an", as the sound of a Go name asks for.
func article(name string) string {
	if !strings.ContainsRune("AEIOU", rune(name[0])) {
		return "a"
	}
	return "an"
}
