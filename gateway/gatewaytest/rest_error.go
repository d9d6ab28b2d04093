package gatewaytest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

// apiError is the body of a response that says what is wrong.
//
// Source: https://docs.discord.food/topics/errors
type apiError struct {
	status  int
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Errors  map[string]any `json:"errors,omitempty"`
}

// Error implements error.
func (e *apiError) Error() string {
	return fmt.Sprintf("gatewaytest: %d: %s (%d)", e.status, e.Message, e.Code)
}

// answerError sends an error.
func answerError(w http.ResponseWriter, err *apiError) { answerJSON(w, err.status, err) }

// statusError is an error of which there is no more to say than its status.
func statusError(status int) *apiError {
	return &apiError{status: status, Message: fmt.Sprintf("%d: %s", status, http.StatusText(status))}
}

// missingAccess is the error for who cannot see something.
func missingAccess() *apiError {
	return &apiError{status: http.StatusForbidden, Code: 50001, Message: "Missing Access"}
}

// missingPermissions is the error for who may not do something.
func missingPermissions() *apiError {
	return &apiError{status: http.StatusForbidden, Code: 50013, Message: "Missing Permissions"}
}

// fieldError is what is wrong with one field of a request.
type fieldError struct{ field, code, message string }

// invalidForm is the error for a request that does not have the shape it must have.
func invalidForm(fields ...fieldError) *apiError {
	err := &apiError{status: http.StatusBadRequest, Code: 50035, Message: "Invalid Form Body"}
	for _, f := range fields {
		if err.Errors == nil {
			err.Errors = map[string]any{}
		}
		err.Errors[f.field] = map[string]any{"_errors": []map[string]string{{"code": f.code, "message": f.message}}}
	}
	return err
}

// unknown are the codes and the names of what is not there, by the kinds of the world.
var unknown = map[string]apiError{
	"channel":  {Code: 10003, Message: "Unknown Channel"},
	"guild":    {Code: 10004, Message: "Unknown Guild"},
	"invite":   {Code: 10006, Message: "Unknown Invite"},
	"member":   {Code: 10007, Message: "Unknown Member"},
	"message":  {Code: 10008, Message: "Unknown Message"},
	"user":     {Code: 10013, Message: "Unknown User"},
	"reaction": {Code: 10014, Message: "Unknown Emoji"},
}

// errorOf returns what a client is told of an error, mostly one of the world.
func errorOf(err error) *apiError {
	if known, ok := errors.AsType[*apiError](err); ok {
		return known
	}
	if missing, ok := errors.AsType[*world.NotFoundError](err); ok {
		if known, ok := unknown[missing.Kind]; ok {
			known.status = http.StatusNotFound
			return &known
		}
		return statusError(http.StatusNotFound)
	}
	if input, ok := errors.AsType[*world.InputError](err); ok {
		return invalidForm(fieldError{input.Field, "BASE_TYPE_BAD", input.Reason})
	}
	if errors.Is(err, world.ErrForbidden) {
		return missingPermissions()
	}
	return &apiError{status: http.StatusInternalServerError, Message: err.Error()}
}
