package types

import "bytes"

// RoleIDs is a list of the ids of roles. In its place some servers send the roles themselves, as Spacebar in the
// member of a MESSAGE_CREATE: their ids are taken. It is written as ids.
type RoleIDs []Snowflake

// UnmarshalJSON reads an array of ids, of objects with an id, or of both; an object without one is left out. null is
// nil. On an error, a *[ValueError], r is left as it was.
func (r *RoleIDs) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if isNull(trimmed) {
		*r = nil
		return nil
	}
	ids := make(RoleIDs, 0, roleCount(trimmed))
	isArray, err := elements(trimmed, func(element []byte) error {
		id, err := roleID(element)
		if id != 0 {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil || !isArray {
		return unreadable("the ids of roles", data, err)
	}
	*r = ids
	return nil
}

// roleCount is how many ids to make room for: those of an array of ids exactly; for objects, which are rare, none is reserved.
func roleCount(data []byte) int {
	if bytes.IndexByte(data, '{') >= 0 || len(data) < 3 {
		return 0
	}
	return min(bytes.Count(data, []byte(","))+1, 1+len(data)/4)
}

// roleID reads an id, or the one of an object; 0 if that has none.
func roleID(data []byte) (Snowflake, error) {
	var id Snowflake
	if len(data) > 0 && data[0] == '{' {
		if data = peek(data, "id"); data == nil {
			return 0, nil
		}
	}
	err := id.UnmarshalJSON(data)
	return id, err
}
