package types

import "encoding/json"

// LooseList is a list in whose place some server may send something that is no list: Spacebar does not say what its
// stage_instances and embedded_activities are. Everything but an array reads as nil. It is written as an
// array, nil as null. A []T can be assigned to it, and it to a []T.
type LooseList[T any] []T

// UnmarshalJSON reads an array; anything else, null included, is nil. What the elements are is not loose: one that
// cannot be read is an error, and l is left as it was.
func (l *LooseList[T]) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if len(trimmed) == 0 || trimmed[0] != '[' {
		*l = nil
		return nil
	}
	if string(trimmed) == "[]" {
		*l = LooseList[T]{}
		return nil
	}
	var list []T
	if err := json.Unmarshal(trimmed, &list); err != nil {
		return err
	}
	*l = list
	return nil
}
