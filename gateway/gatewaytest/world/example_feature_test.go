package world_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// listen is a session of a user that prints the events it gets.
func listen(w *world.World, user world.User) error {
	state, err := pubsub.NewState(pubsub.StateOptions{
		SessionID: user.Username, UserID: user.ID, Sink: func(e pubsub.Event) error {
			fmt.Println(user.Username, "gets", e.Type)
			return nil
		},
	})
	if err != nil {
		return err
	}
	return w.AttachFunc(&user, state, types.Identify{}, func(world.Bootstrap) error { return nil })
}

// An event is planned, and somebody wants to come.
func ExampleGuildHandle_CreateScheduledEvent() {
	w := world.New(world.Options{Seed: 1})
	ann, ben := w.AddUser("ann"), w.AddUser("ben")
	guild, err := w.AddGuild(ann.ID, "Home")
	fmt.Println(errors.Join(err, guild.Join(ben.ID), listen(w, ben)))

	concert, err := guild.CreateScheduledEvent(ann.ID, world.ScheduledEventOptions{
		Name: "concert", Location: "the park", Start: time.Now(), End: time.Now().Add(time.Hour),
	})
	fmt.Println(concert.Name, errors.Join(err, guild.AddInterest(concert.ID, ben.ID)))
	// Output:
	// ben gets SESSIONS_REPLACE
	// <nil>
	// ben gets GUILD_SCHEDULED_EVENT_CREATE
	// ben gets GUILD_SCHEDULED_EVENT_USER_ADD
	// concert <nil>
}

// Ann calls ben, who does not answer.
func ExampleChannelHandle_JoinCall() {
	w := world.New(world.Options{Seed: 1})
	ann, ben := w.AddUser("ann"), w.AddUser("ben")
	direct, err := w.OpenDM(ann.ID, ben.ID)
	fmt.Println(errors.Join(err, listen(w, ben)))

	fmt.Println(errors.Join(direct.JoinCall(ann.ID), direct.Ring(), direct.LeaveCall(ann.ID)))
	// Output:
	// ben gets SESSIONS_REPLACE
	// <nil>
	// ben gets CHANNEL_CREATE
	// ben gets MESSAGE_CREATE
	// ben gets CALL_CREATE
	// ben gets VOICE_STATE_UPDATE
	// ben gets CALL_UPDATE
	// ben gets VOICE_STATE_UPDATE
	// ben gets MESSAGE_UPDATE
	// ben gets CALL_DELETE
	// <nil>
}

// A webhook asks, and ben answers.
func ExampleChannelHandle_Vote() {
	w := world.New(world.Options{Seed: 1})
	ann, ben := w.AddUser("ann"), w.AddUser("ben")
	guild, _ := w.AddGuild(ann.ID, "Home")
	channel, _ := guild.CreateChannel("news")
	hook, err := channel.CreateWebhook(ann.ID, "clerk")
	fmt.Println(errors.Join(err, guild.Join(ben.ID), listen(w, ben)))

	asked, err := w.ExecuteWebhook(hook.ID, hook.Token, world.WebhookMessage{MessageOptions: world.MessageOptions{
		Poll: &world.PollOptions{Question: "Shall we?", Answers: []string{"yes", "no"}},
	}})
	fmt.Println(errors.Join(err, channel.Vote(asked.ID, ben.ID, 1), channel.EndPoll(asked.ID)))
	over, err := channel.Message(asked.ID)
	fmt.Println(over.Author.Username, over.Poll.Results.AnswerCounts[0].Count, err)
	// Output:
	// ben gets SESSIONS_REPLACE
	// <nil>
	// ben gets MESSAGE_CREATE
	// ben gets MESSAGE_POLL_VOTE_ADD
	// ben gets MESSAGE_UPDATE
	// ben gets MESSAGE_CREATE
	// <nil>
	// clerk 1 <nil>
}
