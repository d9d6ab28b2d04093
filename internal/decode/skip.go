package decode

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
	switch b := c.peek(); b {
	case '"':
		c.skipString()
	case '{':
		c.skipObject()
	case '[':
		for more := c.array(); more; more = c.more() {
			c.skip()
		}
	case 't':
		c.literal("true")
	case 'f':
		c.literal("false")
	case 'n':
		c.literal("null")
	default:
		c.number()
	}
}

// skipObject goes past an object, whose keys may have escapes.
func (c *cursor) skipObject() {
	c.at++
	c.space()
	if c.peek() == '}' {
		c.at++
		return
	}
	if c.depth++; c.depth > maxDepth {
		c.fail()
	}
	for c.peek() == '"' {
		c.skipString()
		if c.byte() != ':' {
			break
		}
		c.space()
		c.skip()
		switch c.byte() {
		case ',':
			c.space()
			continue
		case '}':
			c.depth--
			return
		}
		break
	}
	c.fail()
}

// literal goes past a word.
func (c *cursor) literal(word string) {
	end := c.at + len(word)
	if end > len(c.data) || string(c.data[c.at:end]) != word {
		c.fail()
		return
	}
	c.at = end
}

// skipString goes past a string.
func (c *cursor) skipString() {
	c.at++
	for {
		c.at = plainEnd(c.data, c.at)
		if c.at == len(c.data) || c.data[c.at] < ' ' {
			c.fail()
			return
		}
		if c.data[c.at] == '"' {
			c.at++
			return
		}
		n, _ := escape(c.data[c.at:])
		if n == 0 {
			c.fail()
			return
		}
		c.at += n
	}
}

// number goes past a number and returns its text.
func (c *cursor) number() []byte {
	data, start, at := c.data, c.at, c.at
	if at < len(data) && data[at] == '-' {
		at++
	}
	first := at
	at = pastDigits(data, at)
	if at == first || data[first] == '0' && at-first > 1 {
		c.fail()
		return nil
	}
	if at < len(data) && data[at] == '.' {
		fraction := at + 1
		if at = pastDigits(data, fraction); at == fraction {
			c.fail()
			return nil
		}
	}
	if at < len(data) && data[at]|0x20 == 'e' {
		if at++; at < len(data) && (data[at] == '+' || data[at] == '-') {
			at++
		}
		exponent := at
		if at = pastDigits(data, exponent); at == exponent {
			c.fail()
			return nil
		}
	}
	c.at = at
	return data[start:at]
}

// pastDigits returns the position after the digits that begin at at.
func pastDigits(data []byte, at int) int {
	for at < len(data) && data[at]-'0' <= 9 {
		at++
	}
	return at
}
