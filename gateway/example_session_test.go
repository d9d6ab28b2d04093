package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func ExampleSession() {
	session := gateway.Session{
		ID:       "b6d1c2",
		Gateway:  "wss://gateway.example/?v=9",
		Sequence: types.Some[int64](41),
		Token:    "not to be seen",
	}
	fmt.Printf("%+v\n", session)
	// Output: gateway.Session{ID: "b6d1c2", Gateway: "gateway.example", Sequence: 41, Token: redacted}
}

func ExampleNewMemorySessions() {
	ctx := context.Background()
	store := gateway.NewMemorySessions()
	lease, err := store.Lease(ctx, "bot")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = store.Lease(ctx, "bot")
	fmt.Println(errors.Is(err, gateway.ErrSessionLeased))
	session, err := lease.Load(ctx)
	fmt.Println(session == nil, err, lease.Release())
	// Output:
	// true
	// true <nil> <nil>
}

func ExampleNewFileSessions() {
	dir, err := os.MkdirTemp("", "sessions")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	// A process that ends …
	store, err := gateway.NewFileSessions(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	lease, err := store.Lease(ctx, "bot, shard 0")
	if err != nil {
		fmt.Println(err)
		return
	}
	err = lease.Save(ctx, gateway.Session{ID: "b6d1c2", Sequence: types.Some[int64](41), Token: "…"})
	fmt.Println(err, lease.Release())

	// … and the next one.
	lease, err = store.Lease(ctx, "bot, shard 0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer lease.Release()
	session, err := lease.Load(ctx)
	if err != nil || session == nil {
		fmt.Println(session, err)
		return
	}
	fmt.Println(session.ID, session.Sequence.Or(-1))
	// Output:
	// <nil> <nil>
	// b6d1c2 41
}
