package gatewaytest

import (
	"strings"
)

// pattern is one place that is not compared.
type pattern struct {
	kind string   // of the message; empty for every kind
	path []string // keys and indexes, "*" and "**"; empty for the whole message
}

func parsePatterns(texts []string) []pattern {
	patterns := make([]pattern, len(texts))
	brackets := strings.NewReplacer("[", ".", "]", "")
	for i, text := range texts {
		kind, path, found := strings.Cut(text, ":")
		if !found {
			kind, path = "", text
		}
		patterns[i].kind = kind
		for segment := range strings.SplitSeq(brackets.Replace(path), ".") {
			if segment != "" {
				patterns[i].path = append(patterns[i].path, segment)
			}
		}
	}
	return patterns
}

// ignored says whether a place, or one above it, is one of the patterns. A pattern without a kind and a path is none.
func ignored(patterns []pattern, kind string, path []string) bool {
	for _, p := range patterns {
		if p.kind != "" && p.kind != kind || p.kind == "" && len(p.path) == 0 {
			continue
		}
		if covers(p.path, path) {
			return true
		}
	}
	return false
}

// covers says whether a pattern matches a path or the beginning of it.
func covers(pattern, path []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := range len(path) + 1 {
				if covers(pattern[1:], path[i:]) {
					return true
				}
			}
			return false
		}
		if len(path) == 0 || pattern[0] != "*" && pattern[0] != strings.Trim(path[0], "[]") {
			return false
		}
		pattern, path = pattern[1:], path[1:]
	}
	return true
}

// pathText joins keys and indexes; an index has its brackets already.
func pathText(path []string) string {
	var text strings.Builder
	for i, segment := range path {
		if i > 0 && !strings.HasPrefix(segment, "[") {
			text.WriteByte('.')
		}
		text.WriteString(segment)
	}
	return text.String()
}
