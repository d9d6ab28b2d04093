package json

import (
	"fmt"

	gojson "github.com/goccy/go-json"
)

func Unmarshal(data []byte, v any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("json: decoding panicked: %v", p)
		}
	}()
	return gojson.Unmarshal(data, v)
}

func Marshal(v any) (data []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("json: encoding panicked: %v", p)
		}
	}()
	return gojson.MarshalWithOption(v, gojson.DisableHTMLEscape())
}

func Valid(data []byte) bool { return gojson.Valid(data) }
