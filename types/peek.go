package types

// peek returns the value of a key of the JSON object data, as a part of data, without decoding anything else; nil if
// data is no object or has no such key. It trusts that data is JSON: on anything else it ends, but may say anything.
func peek(data []byte, key string) []byte {
	data = trim(data)
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	at := skipSpace(data, 1)
	for at < len(data) && data[at] == '"' {
		end := skipString(data, at)
		name := data[at:end]
		at = skipSpace(data, end)
		if at >= len(data) || data[at] != ':' {
			return nil
		}
		start := skipSpace(data, at+1)
		end = skipValue(data, start)
		if keyIs(name, key) {
			return trim(data[start:end])
		}
		at = skipSpace(data, end)
		if at >= len(data) || data[at] != ',' {
			return nil
		}
		at = skipSpace(data, at+1)
	}
	return nil
}

func keyIs(name []byte, key string) bool {
	content, ok := text(name)
	return ok && string(content) == key
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return at
}

// skipString returns the position after the string that begins at the quote at at.
func skipString(data []byte, at int) int {
	for at++; at < len(data); at++ {
		switch data[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(data)
}

// skipValue returns the position after the value that begins at at, perhaps with the white space that follows it.
func skipValue(data []byte, at int) int {
	depth := 0
	for at < len(data) {
		switch data[at] {
		case '"':
			at = skipString(data, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
		at++
	}
	return at
}

// elements calls visit with each element of the JSON array data, as a part of data, until visit fails. It is false if
// data is no array, which may turn out only after some calls. It trusts that each element is JSON.
func elements(data []byte, visit func([]byte) error) (bool, error) {
	if len(data) == 0 || data[0] != '[' {
		return false, nil
	}
	at := skipSpace(data, 1)
	if string(data[at:]) == "]" {
		return true, nil
	}
	for {
		end := skipValue(data, at)
		if end == at || end == len(data) {
			return false, nil
		}
		if err := visit(trim(data[at:end])); err != nil {
			return true, err
		}
		if data[end] != ',' {
			return data[end] == ']' && end == len(data)-1, nil
		}
		at = skipSpace(data, end+1)
	}
}

// deeperThan says whether objects and arrays in data are nested more than limit deep.
func deeperThan(data []byte, limit int) bool {
	depth := 0
	for at := 0; at < len(data); at++ {
		switch data[at] {
		case '"':
			at = skipString(data, at) - 1
		case '{', '[':
			if depth++; depth > limit {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
