package world

import (
	"maps"

	"github.com/chorus-go/chorus/types"
)

// SetNote writes a note about somebody that only the user sees, or deletes it by "", and dispatches USER_NOTE_UPDATE to
// the user's sessions. Notes stand in READY, unless a client has the capability LAZY_USER_NOTES. The error is
// ErrNotFound, ErrForbidden for a bot, or an *InputError for more than 256 characters.
func (u UserHandle) SetNote(about types.Snowflake, note string) error {
	return u.w.change(func() error {
		a, err := u.w.account(u.id)
		if err != nil {
			return err
		}
		if _, err := u.w.account(about); err != nil {
			return err
		}
		switch {
		case a.user.Bot:
			return forbidden("write a note", "the user is a bot")
		case len([]rune(note)) > 256:
			return wrong("note", "it is longer than 256 characters")
		case note == "":
			delete(a.notes, about)
		default:
			a.notes[about] = note
		}
		u.w.toUser(u.id, "USER_NOTE_UPDATE", &types.UserNoteUpdate{ID: about, Note: note})
		return nil
	})
}

// Notes returns what the user has written about others, by their ids. The error is ErrNotFound.
func (u UserHandle) Notes() (map[types.Snowflake]string, error) {
	var notes map[types.Snowflake]string
	err := u.w.locked(func() error {
		a, err := u.w.account(u.id)
		if err == nil {
			notes = maps.Clone(a.notes)
		}
		return err
	})
	return notes, err
}
