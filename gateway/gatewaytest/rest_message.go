package gatewaytest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// maxContent is how many characters a message of Discord may have; those of Spacebar have no limit that matters.
const maxContent = 2000

// createMessage is POST /channels/{channel}/messages. Components are not taken.
func (c *restCall) createMessage() (int, any, error) {
	channel, _, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		Content   string
		Nonce     types.Nonce
		TTS       bool
		Embeds    []types.Embed
		Reference *types.MessageReference `json:"message_reference"`

		Attachments []fileBody
	}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	if err := c.checkContent(body.Content, len(body.Embeds)+len(c.files)); err != nil {
		return 0, nil, err
	}
	options := world.MessageOptions{Content: body.Content, Nonce: body.Nonce, TTS: body.TTS, Embeds: body.Embeds}
	options.Attachments = c.attachments(channel.ID(), body.Attachments)
	if body.Reference != nil {
		options.ReplyTo = body.Reference.MessageID
	}
	sent, err := channel.Send(c.user.ID, options)
	sent.Nonce = body.Nonce
	return http.StatusOK, sent, err
}

// checkContent says what is wrong with a message of a text and a number of other things.
func (c *restCall) checkContent(content string, others int) error {
	if content == "" && others == 0 {
		return &apiError{status: http.StatusBadRequest, Code: 50006, Message: "Cannot send an empty message"}
	}
	if c.server.options.Profile == Discord && utf8.RuneCountInString(content) > maxContent {
		return invalidForm(fieldError{
			"content", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", maxContent),
		})
	}
	return nil
}

// readable returns the channel and the message of the path, if the user may read it.
func (c *restCall) readable() (world.ChannelHandle, types.Permissions, types.Message, error) {
	channel, permissions, err := c.channel()
	if err != nil {
		return channel, 0, types.Message{}, err
	}
	id, err := c.id("message")
	if err != nil {
		return channel, 0, types.Message{}, err
	}
	message, err := channel.Message(id)
	return channel, permissions, message, err
}

// message is GET /channels/{channel}/messages/{message}.
func (c *restCall) message() (int, any, error) {
	_, permissions, message, err := c.readable()
	if err == nil && !permissions.Has(types.PermissionReadMessageHistory) {
		err = missingPermissions()
	}
	return http.StatusOK, message, err
}

// editMessage is PATCH /channels/{channel}/messages/{message}: authors change the content.
func (c *restCall) editMessage() (int, any, error) {
	channel, _, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	if message.Author.ID != c.user.ID {
		return 0, nil, &apiError{
			status: http.StatusForbidden, Code: 50005, Message: "Cannot edit a message authored by another user",
		}
	}
	body := struct{ Content *string }{&message.Content}
	if err := c.read(&body); err != nil {
		return 0, nil, err
	}
	if body.Content == nil { // null clears
		body.Content = new(string)
	}
	if err := c.checkContent(*body.Content, len(message.Embeds)+len(message.Attachments)); err != nil {
		return 0, nil, err
	}
	edited, err := channel.EditMessage(message.ID, *body.Content)
	return http.StatusOK, edited, err
}

// deleteMessage is DELETE /channels/{channel}/messages/{message}, for authors and who may manage messages.
func (c *restCall) deleteMessage() (int, any, error) {
	channel, permissions, message, err := c.readable()
	if err != nil {
		return 0, nil, err
	}
	if message.Author.ID != c.user.ID && !permissions.Has(types.PermissionManageMessages) {
		return 0, nil, missingPermissions()
	}
	return http.StatusNoContent, nil, channel.DeleteMessage(message.ID)
}

// typing is POST /channels/{channel}/typing.
func (c *restCall) typing() (int, any, error) {
	channel, _, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, channel.Typing(c.user.ID)
}

// messages is GET /channels/{channel}/messages: the newest first.
func (c *restCall) messages() (int, any, error) {
	channel, permissions, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	page, err := pageOf(c.request.URL.Query())
	if err != nil {
		return 0, nil, err
	}
	if !permissions.Has(types.PermissionReadMessageHistory) {
		return http.StatusOK, []types.Message{}, nil
	}
	messages, err := channel.Messages()
	if err != nil {
		return 0, nil, err
	}
	messages = page.of(messages)
	slices.Reverse(messages)
	return http.StatusOK, messages, nil
}

// page is which messages are asked for. At most one of the ids counts, in this order.
type page struct {
	around, before, after types.Snowflake
	limit                 int
}

// pageOf reads the query of a request for messages.
func pageOf(query url.Values) (page, error) {
	p := page{limit: 50}
	for name, id := range map[string]*types.Snowflake{"around": &p.around, "before": &p.before, "after": &p.after} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		value, err := types.ParseSnowflake(text)
		if err != nil {
			return p, invalidForm(fieldError{name, "NUMBER_TYPE_COERCE", `Value "` + text + `" is not snowflake.`})
		}
		*id = value
	}
	if text := query.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > 100 {
			return p, invalidForm(fieldError{"limit", "NUMBER_TYPE_MAX", "int value should be from 1 to 100."})
		}
		p.limit = limit
	}
	return p, nil
}

// of returns the messages of the page, of messages from the oldest to the newest.
func (p page) of(messages []types.Message) []types.Message {
	at := func(id types.Snowflake) int { // how many messages are older
		n, _ := slices.BinarySearchFunc(messages, id, func(m types.Message, id types.Snowflake) int {
			return cmp.Compare(m.ID, id)
		})
		return n
	}
	from, to := max(0, len(messages)-p.limit), len(messages)
	switch {
	case p.around != 0:
		from = max(0, at(p.around)-p.limit/2)
		to = min(from+p.limit, len(messages))
	case p.before != 0:
		to = at(p.before)
		from = max(0, to-p.limit)
	case p.after != 0:
		from = at(p.after + 1)
		to = min(from+p.limit, len(messages))
	}
	return messages[from:to]
}
