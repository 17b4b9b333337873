package workers

import (
	"context"
	"strings"

	"mayday/bot"
	"mayday/incident"
)

// Somebody who acts from a terminal while Slack is away may be on the row as they said who they are: by an e-mail address,
// or a name. Such a person is only spoken of. Where they are to be invited or written to, the account of that address is.

// accountOf is the account of a person: their own, or that of the address that was typed. Empty when there is none.
func (w *Workers) accountOf(ctx context.Context, p incident.Person) (incident.Person, error) {
	if p == "" || incident.IsAccount(p) {
		return p, nil
	}
	if !strings.Contains(p, "@") || strings.ContainsAny(p, " <>|") {
		return "", nil
	}
	u, err := w.people.find(ctx, p, w.Slack.UserByEmail)
	switch {
	case bot.CodeOf(err) == "users_not_found" || err == nil && (u.Deleted || u.Bot):
		return "", nil
	case err != nil && final(err):
		return "", nil // such as a scope that is missing: they are spoken of all the same
	case err != nil:
		return "", err
	}
	w.met(u)
	return u.ID, nil
}

// accountsOf are the accounts of some people; who has none is left out.
func (w *Workers) accountsOf(ctx context.Context, people []incident.Person) ([]incident.Person, error) {
	var list []incident.Person
	for _, p := range people {
		id, err := w.accountOf(ctx, p)
		if err != nil {
			return nil, err
		}
		if id != "" {
			list = append(list, id)
		}
	}
	return list, nil
}
