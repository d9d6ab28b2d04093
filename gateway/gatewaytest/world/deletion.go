package world

// Delete deletes the account: its token is nobody's from now on, nobody logs in with its password, and it leaves its
// guilds, with the events of GuildHandle.Leave. Its messages stay, with an author who is called "Deleted User".
// Sessions go on, as those of a disabled account. The error is ErrNotFound, or ErrForbidden for somebody who owns a
// guild.
func (u UserHandle) Delete() error {
	w := u.w
	return w.change(func() error {
		a, err := w.account(u.id)
		if err != nil {
			return err
		}
		for _, g := range a.guilds {
			if g.data.OwnerID == u.id {
				return forbidden("delete the account", "the user owns a guild")
			}
		}
		for _, g := range sorted(a.guilds) {
			w.remove(g, a)
		}
		delete(w.tokens, a.token)
		a.token, a.password, a.disabled = "", "", true
		a.user.Username, a.user.GlobalName, a.user.Avatar, a.user.Email = "Deleted User", "", "", ""
		return nil
	})
}
