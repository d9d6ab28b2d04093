package types

import "encoding/json"

// UnmarshalJSON reads an object, and an array of voice states, which clients have seen instead. On an error v is left
// as it was.
func (v *VoiceStateUpdateBatch) UnmarshalJSON(data []byte) error {
	type plain VoiceStateUpdateBatch
	var read plain
	target := any(&read)
	if data = trim(data); len(data) > 0 && data[0] == '[' {
		target = &read.VoiceStates
	}
	if err := json.Unmarshal(data, target); err != nil {
		return err
	}
	*v = VoiceStateUpdateBatch(read)
	return nil
}
