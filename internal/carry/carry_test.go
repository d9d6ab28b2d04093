package carry

import (
	"context"
	"testing"
)

func TestLeft(t *testing.T) {
	if Leave(t.Context(), 1, "a") || Left(t.Context(), 1) != nil {
		t.Error("a context without a slot holds something")
	}
	ctx := context.WithValue(t.Context(), Key{}, new(Slot))
	if Left(ctx, 1) != nil {
		t.Error("an empty slot holds something")
	}
	if !Leave(ctx, 1, "a") || !Leave(ctx, 2, "b") || !Leave(ctx, 1, "c") {
		t.Error("nothing can be left in a slot")
	}
	if Left(ctx, 1) != "c" || Left(ctx, 2) != "b" || Left(ctx, 3) != nil {
		t.Errorf("left are %v, %v and %v", Left(ctx, 1), Left(ctx, 2), Left(ctx, 3))
	}
}
