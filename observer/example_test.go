package observer_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// Message is an event.
type Message struct{ Author, Text string }

// Counter is an observer: it counts messages by author.
type Counter struct{ byAuthor map[string]int }

func (c *Counter) Update(_ context.Context, m *Message) { c.byAuthor[m.Author]++ }

func ExamplePublisher_Subscribe() {
	var created observer.Publisher[Message]
	counter := &Counter{byAuthor: map[string]int{}}
	created.Subscribe(counter)

	ctx := context.Background()
	created.Publish(ctx, &Message{Author: "ann", Text: "hi"})
	created.Publish(ctx, &Message{Author: "ann", Text: "anybody?"})
	fmt.Println(counter.byAuthor)
	// Output: map[ann:2]
}

// Bot observes several events, by one method for each.
type Bot struct{ name string }

func (b *Bot) OnMessage(_ context.Context, m *Message) { fmt.Println(b.name, "read:", m.Text) }

func (b *Bot) OnTyping(_ context.Context, author *string) {
	fmt.Println(b.name, "sees", *author, "type")
}

func ExamplePublisher_SubscribeFunc() {
	var created observer.Publisher[Message]
	var typing observer.Publisher[string]
	bot := &Bot{name: "bot"}
	typing.SubscribeFunc(bot.OnTyping)
	created.SubscribeFunc(bot.OnMessage)

	ctx, author := context.Background(), "ann"
	typing.Publish(ctx, &author)
	created.Publish(ctx, &Message{Author: author, Text: "hi"})
	// Output:
	// bot sees ann type
	// bot read: hi
}

func ExampleFunc() {
	var greet observer.Observer[Message] = observer.Func[Message](func(_ context.Context, m *Message) {
		fmt.Println("hello,", m.Author)
	})
	var created observer.Publisher[Message]
	created.Subscribe(greet)
	created.Publish(context.Background(), &Message{Author: "ann"})
	// Output: hello, ann
}

func ExampleSubscription_Unsubscribe() {
	var created observer.Publisher[Message]
	var sub *observer.Subscription
	sub = created.SubscribeFunc(func(_ context.Context, m *Message) {
		fmt.Println("first message:", m.Text)
		sub.Unsubscribe() // an observer may end its own subscription
	})
	created.Publish(context.Background(), &Message{Text: "one"})
	created.Publish(context.Background(), &Message{Text: "two"})
	// Output: first message: one
}

// Subscriptions that share a queue run one at a time and in order, so they share a map without a lock. They run in
// another goroutine than the publisher's.
func ExampleOn() {
	var joined observer.Publisher[string]
	var created observer.Publisher[Message]
	queue := observer.NewQueue(100, observer.Block, observer.Named("members"))
	members := map[string]bool{}
	joined.SubscribeFunc(func(_ context.Context, name *string) {
		members[*name] = true
	}, observer.On(queue))
	created.SubscribeFunc(func(_ context.Context, m *Message) {
		fmt.Println(m.Author, "is a member:", members[m.Author])
	}, observer.On(queue))

	ctx, name := context.Background(), "ann"
	joined.Publish(ctx, &name)
	created.Publish(ctx, &Message{Author: "ann"})
	created.Publish(ctx, &Message{Author: "bob"})
	queue.Wait(ctx)
	// Output:
	// ann is a member: true
	// bob is a member: false
}

func ExampleConcurrent() {
	var created observer.Publisher[Message]
	var all sync.WaitGroup
	all.Add(3)
	created.SubscribeFunc(func(context.Context, *Message) {
		all.Done()
		all.Wait() // returns because three calls run at once
	}, observer.Concurrent(3))

	for range 3 {
		created.Publish(context.Background(), &Message{})
	}
	all.Wait()
	fmt.Println("three at once")
	// Output: three at once
}

// An Inline observer is called before the others, so they find what it stored.
func ExampleInline() {
	var created observer.Publisher[Message]
	last := ""
	created.SubscribeFunc(func(context.Context, *Message) { fmt.Println("the last message is", last) })
	created.SubscribeFunc(func(_ context.Context, m *Message) { last = m.Text }, observer.Inline())
	created.Publish(context.Background(), &Message{Text: "hi"})
	// Output: the last message is hi
}

func ExamplePublisher_Expect() {
	var created observer.Publisher[Message]
	reply := created.Expect(func(m *Message) bool { return m.Author == "bob" })
	defer reply.Cancel()

	go func() { // somebody else's answer may come before Wait is called
		created.Publish(context.Background(), &Message{Author: "ann", Text: "not me"})
		created.Publish(context.Background(), &Message{Author: "bob", Text: "here!"})
	}()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	m, err := reply.Wait(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Text)
	// Output: here!
}

func ExampleWaiter_Done() {
	var created, deleted observer.Publisher[Message]
	create, remove := created.Expect(nil), deleted.Expect(nil)
	defer create.Cancel()
	defer remove.Cancel()

	deleted.Publish(context.Background(), &Message{Text: "oops"})
	select {
	case <-create.Done():
		fmt.Println("created")
	case <-remove.Done():
		m, _ := remove.Wait(context.Background()) // does not block
		fmt.Println("deleted:", m.Text)
	}
	// Output: deleted: oops
}

func ExamplePublisher_Stream() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var created observer.Publisher[Message]
	messages := created.Stream(ctx) // nothing is missed from here on
	go func() {
		for _, text := range []string{"one", "two", "three", "four"} {
			created.Publish(ctx, &Message{Text: text})
		}
	}()
	for m := range messages {
		fmt.Println(m.Text)
		if m.Text == "three" {
			break
		}
	}
	// Output:
	// one
	// two
	// three
}

// For a view that only has to show what is current, a full buffer may forget the oldest.
func ExampleBuffer() {
	var created observer.Publisher[Message]
	messages := created.Stream(context.Background(), observer.Buffer(2, observer.DropOldest))
	for _, text := range []string{"one", "two", "three", "four"} {
		created.Publish(context.Background(), &Message{Text: text})
	}
	for m := range messages {
		fmt.Println(m.Text)
		if m.Text == "four" {
			break
		}
	}
	// Output:
	// three
	// four
}

func ExamplePanicError() {
	var created observer.Publisher[Message]
	created.SubscribeFunc(func(_ context.Context, m *Message) {
		fmt.Println(m.Text[100:]) // there are not that many
	}, observer.As("clever bot"))
	created.SubscribeFunc(func(_ context.Context, m *Message) { fmt.Println("got", m.Text) })

	err := created.Publish(context.Background(), &Message{Text: "hi"})
	var failure *observer.PanicError
	fmt.Println(errors.As(err, &failure), failure)
	// Output:
	// got hi
	// true observer: panic in clever bot: runtime error: slice bounds out of range [100:2]
}

func ExampleNewQueue() {
	var created observer.Publisher[Message]
	queue := observer.NewQueue(2, observer.DropNewest, observer.Named("mail"), observer.MaxBytes(1<<20))
	started, goOn := make(chan struct{}), make(chan struct{})
	created.SubscribeFunc(func(_ context.Context, m *Message) {
		if m.Text == "one" {
			close(started)
			<-goOn
		}
		fmt.Println("mailed", m.Text)
	}, observer.On(queue))

	ctx := context.Background()
	created.Publish(ctx, &Message{Text: "one"})
	<-started
	for _, text := range []string{"two", "three", "four"} {
		created.Publish(ctx, &Message{Text: text})
	}
	fmt.Printf("%d wait, %d dropped\n", queue.Stats().Events, queue.Stats().Dropped)
	close(goOn)
	queue.Wait(ctx)
	// Output:
	// 2 wait, 1 dropped
	// mailed one
	// mailed two
	// mailed three
}

// Publisher.PublishOn is for those who have events: everything that is subscribed without an option is delivered by the
// queue, in order, and the publisher goes on meanwhile.
func ExamplePublisher_PublishOn() {
	var created observer.Publisher[Message]
	var texts []string
	created.SubscribeFunc(func(_ context.Context, m *Message) { texts = append(texts, m.Text) })

	ctx, queue := context.Background(), observer.NewQueue(65_536, observer.Block)
	for _, text := range []string{"b", "c", "a"} {
		created.PublishOn(ctx, queue, &Message{Text: text})
	}
	if err := queue.Wait(ctx); err != nil {
		fmt.Println(err)
	}
	fmt.Println(texts)
	// Output: [b c a]
}
