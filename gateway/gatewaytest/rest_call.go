package gatewaytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// restCall is one request of a user, or of anybody if user is nil.
type restCall struct {
	*rest
	request *http.Request
	user    *world.User
	files   []upload // of a form, once it was read
}

// answer carries out a request and returns the status and the body, nil for none, of the response.
type answer func(*restCall) (status int, body any, err error)

// call answers a request.
func (a *rest) call(w http.ResponseWriter, r *http.Request, user *world.User, do answer) {
	var id types.Snowflake
	if user != nil {
		id = user.ID
	}
	if a.limited(w, r, id) {
		return
	}
	c := &restCall{rest: a, request: r, user: user}
	limit := int64(maxBody)
	if _, ok := c.isForm(); ok {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	status, body, err := do(c)
	if err != nil {
		answerError(w, errorOf(err))
		return
	}
	answerJSON(w, status, body)
}

// answerJSON sends a response.
func answerJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data) // the client may be gone already
}

// read reads the body of the request into v, or payload_json if it is a form; no body is an empty object.
func (c *restCall) read(v any) error {
	var data []byte
	var err error
	if boundary, ok := c.isForm(); ok {
		data, err = c.readForm(boundary)
	} else {
		data, err = io.ReadAll(c.request.Body)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	if !json.Valid(data) {
		return &apiError{
			status: http.StatusBadRequest, Code: 50109, Message: "The request body contains invalid JSON.",
		}
	}
	if err := json.Unmarshal(data, v); err != nil {
		return invalidForm()
	}
	return nil
}

// id returns the id at a place of the path.
func (c *restCall) id(name string) (types.Snowflake, error) {
	text := c.request.PathValue(name)
	id, err := types.ParseSnowflake(text)
	if err != nil {
		return 0, invalidForm(fieldError{
			name + "_id", "NUMBER_TYPE_COERCE", `Value "` + text + `" is not snowflake.`,
		})
	}
	return id, nil
}

// channel returns the channel of the path with what the user may do in it, if the user can see it.
func (c *restCall) channel() (world.ChannelHandle, types.Permissions, error) {
	id, err := c.id("channel")
	if err != nil {
		return world.ChannelHandle{}, 0, err
	}
	channel := c.world.Channel(id)
	sees, err := channel.Sees(c.user.ID)
	if err == nil && !sees {
		err = missingAccess()
	}
	if err != nil {
		return channel, 0, err
	}
	permissions, err := channel.Permissions(c.user.ID)
	return channel, permissions, err
}
