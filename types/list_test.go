package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestListWritesEmptyForNil(t *testing.T) {
	writes(t, types.List[int](nil), `[]`)
	writes(t, types.List[int]{}, `[]`)
	writes(t, types.List[string]{"<a>", "b"}, `["<a>","b"]`)
	writes(t, types.UpdatePresence{Status: types.StatusTypeIdle}, `{"activities":[],"status":"idle","since":0,"afk":false}`)
}

func TestListReads(t *testing.T) {
	reads(t, `[1,2]`, types.List[int]{1, 2})
	reads(t, `null`, types.List[int](nil))
}
