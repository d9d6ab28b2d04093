package types

import "bytes"

// SnowflakeList is a list of ids of which a single one may stand without an array, as guild_id and user_ids of a
// request for members. nil is an absent list. It is written as an array of strings.
type SnowflakeList []Snowflake

// UnmarshalJSON reads an array of snowflakes; one snowflake without an array; or null and "", which are nil. On an
// error, a *[ValueError], l is left as it was.
func (l *SnowflakeList) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if isBlank(trimmed) {
		*l = nil
		return nil
	}
	list := make(SnowflakeList, 0, min(bytes.Count(trimmed, []byte(","))+1, 1+len(trimmed)/4))
	isArray, err := elements(trimmed, func(element []byte) error {
		var id Snowflake
		err := id.UnmarshalJSON(element)
		list = append(list, id)
		return err
	})
	if err != nil {
		return err
	}
	if !isArray {
		var id Snowflake
		if id.UnmarshalJSON(trimmed) != nil {
			return unreadable("a list of snowflakes", data, nil)
		}
		list = append(list[:0], id)
	}
	*l = list
	return nil
}

// MarshalJSON writes an array of strings; nil is the empty array.
func (l SnowflakeList) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 2+len(l)*23), '[')
	for i, id := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b, _ = id.AppendText(b)
		b = append(b, '"')
	}
	return append(b, ']'), nil
}
