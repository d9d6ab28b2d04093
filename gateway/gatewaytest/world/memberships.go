package world

import "github.com/chorus-go/chorus/types"

// Guilds returns the ids of the guilds that the user is a member of, in ascending order. The error is ErrNotFound.
func (u UserHandle) Guilds() ([]types.Snowflake, error) {
	u.w.mu.Lock()
	defer u.w.mu.Unlock()
	a, err := u.w.account(u.id)
	if err != nil {
		return nil, err
	}
	return keys(a.guilds), nil
}
