package world

import "strings"

// Login returns the user with an email and a password, as the REST API's login does, or false if there is none: the
// password is wrong, the user was made without one, or is a bot. A disabled user is returned as well.
func (w *World) Login(email, password string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.login(email)
	if a == nil || a.password == "" || a.password != password {
		return User{}, false
	}
	return a.snapshot(), true
}

// login returns the account with an email, of several the oldest, nil if there is none. The lock is held.
func (w *World) login(email string) *account {
	for _, a := range sorted(w.accounts) {
		if !a.user.Bot && strings.EqualFold(a.user.Email, email) {
			return a
		}
	}
	return nil
}
