package etf

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// FuzzAppendJSON gives garbage to AppendJSON: what it accepts is valid JSON of bounded size, and can be translated back.
func FuzzAppendJSON(f *testing.F) {
	for _, test := range decodings {
		f.Add(append([]byte{version}, term(f, test.term)...))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		text, err := AppendJSON([]byte{'x'}, in)
		if !bytes.Equal(before, in) {
			t.Fatal("the term was changed")
		}
		if text[0] != 'x' {
			t.Fatal("what was before is lost")
		}
		text = text[1:]
		var te *TermError
		if err != nil {
			if !errors.As(err, &te) || te.Offset > len(in) || len(text) > 0 {
				t.Fatalf("%v, %q", err, text)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("not valid: %q", text)
		}
		if len(text) > 6*len(in)+8 {
			t.Fatalf("%d bytes became %d", len(in), len(text))
		}
		checkRoundTrip(t, text)
	})
}

// FuzzRoundTrip gives garbage to Append: it accepts what encoding/json does, within its limits, and it comes back as the same.
func FuzzRoundTrip(f *testing.F) {
	for _, test := range encodings {
		f.Add([]byte(test.text))
	}
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := Append(nil, text)
		var te *TextError
		switch {
		case err == nil && !json.Valid(text):
			t.Fatalf("%q is not valid", text)
		case err == nil:
			checkRoundTrip(t, text)
		case !errors.As(err, &te) || te.Offset > len(text):
			t.Fatal(err)
		case json.Valid(text) && te.Reason != reasonTooDeep && te.Reason != reasonTooLarge && te.Reason != "a number that is out of range":
			t.Fatalf("%v in %q", err, text)
		}
	})
}
