package decode

// The functions whose names begin with past return the position after what begins at at, or -1 if that is not valid.

// value goes past a value and returns its text, which is valid JSON. It is nil if there is none.
func (c *cursor) value() []byte {
	start := c.at
	c.skip()
	if c.odd {
		return nil
	}
	return c.data[start:c.at]
}

// skip goes past a value.
func (c *cursor) skip() {
	if c.at = pastValue(c.data, c.at, c.depth); c.at < 0 {
		c.fail()
	}
}

// literal goes past a word.
func (c *cursor) literal(word string) {
	if c.at = pastWord(c.data, c.at, word); c.at < 0 {
		c.fail()
	}
}

// number goes past a number and returns its text.
func (c *cursor) number() []byte {
	start := c.at
	if c.at = pastNumber(c.data, c.at); c.at < 0 {
		c.fail()
		return nil
	}
	return c.data[start:c.at]
}

// pastValue is about a value that stands within as many containers as depth says.
func pastValue(data []byte, at, depth int) int {
	if at >= len(data) {
		return -1
	}
	switch data[at] {
	case '"':
		return pastString(data, at)
	case '{':
		return pastObject(data, at, depth+1)
	case '[':
		return pastArray(data, at, depth+1)
	case 't':
		return pastWord(data, at, "true")
	case 'f':
		return pastWord(data, at, "false")
	case 'n':
		return pastWord(data, at, "null")
	}
	return pastNumber(data, at)
}

// pastObject is about an object; the beginning has been seen.
func pastObject(data []byte, at, depth int) int {
	if depth > maxDepth {
		return -1
	}
	at = pastSpace(data, at+1)
	if at < len(data) && data[at] == '}' {
		return at + 1
	}
	for at < len(data) && data[at] == '"' {
		if at = pastString(data, at); at < 0 {
			return -1
		}
		if at = pastSpace(data, at); at == len(data) || data[at] != ':' {
			return -1
		}
		if at = pastValue(data, pastSpace(data, at+1), depth); at < 0 {
			return -1
		}
		at = pastSpace(data, at)
		switch {
		case at == len(data):
			return -1
		case data[at] == '}':
			return at + 1
		case data[at] != ',':
			return -1
		}
		at = pastSpace(data, at+1)
	}
	return -1
}

// pastArray is about an array; the beginning has been seen.
func pastArray(data []byte, at, depth int) int {
	if depth > maxDepth {
		return -1
	}
	at = pastSpace(data, at+1)
	if at < len(data) && data[at] == ']' {
		return at + 1
	}
	for {
		if at = pastValue(data, at, depth); at < 0 {
			return -1
		}
		at = pastSpace(data, at)
		switch {
		case at == len(data):
			return -1
		case data[at] == ']':
			return at + 1
		case data[at] != ',':
			return -1
		}
		at = pastSpace(data, at+1)
	}
}

// pastSpace is about white space, of which there may be none.
func pastSpace(data []byte, at int) int {
	for at < len(data) && data[at] <= ' ' && isSpace(data[at]) {
		at++
	}
	return at
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// pastWord is about one of the words of JSON.
func pastWord(data []byte, at int, word string) int {
	end := at + len(word)
	if end > len(data) || string(data[at:end]) != word {
		return -1
	}
	return end
}

// pastString is about a string; the quote has been seen.
func pastString(data []byte, at int) int {
	at = plainEnd(data, at+1)
	for at < len(data) && data[at] == '\\' {
		n, _ := escape(data[at:])
		if n == 0 {
			return -1
		}
		at = plainEnd(data, at+n)
	}
	if at == len(data) || data[at] != '"' {
		return -1
	}
	return at + 1
}

// pastNumber is about a number.
func pastNumber(data []byte, at int) int {
	if at < len(data) && data[at] == '-' {
		at++
	}
	first := at
	at = pastDigits(data, at)
	if at == first || data[first] == '0' && at-first > 1 {
		return -1
	}
	if at < len(data) && data[at] == '.' {
		fraction := at + 1
		if at = pastDigits(data, fraction); at == fraction {
			return -1
		}
	}
	if at < len(data) && data[at]|0x20 == 'e' {
		if at++; at < len(data) && (data[at] == '+' || data[at] == '-') {
			at++
		}
		exponent := at
		if at = pastDigits(data, exponent); at == exponent {
			return -1
		}
	}
	return at
}

// pastDigits is about digits, of which there may be none.
func pastDigits(data []byte, at int) int {
	for at < len(data) && data[at]-'0' <= 9 {
		at++
	}
	return at
}
