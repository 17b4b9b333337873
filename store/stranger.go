package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"mayday/incident"
	"mayday/oncall"
)

// Strangers are those who are on call soon as a contact and have no account in Slack.
type Strangers struct {
	// Told are those of whom the operators heard.
	Told []oncall.Stranger `json:"told,omitempty"`
	// Telling are those of whom they may have heard, since a moment: whoever tells them looks first. Nobody while Since is zero.
	Telling []oncall.Stranger `json:"telling,omitempty"`
	Since   time.Time         `json:"since,omitzero"`
}

// Known are all of them.
func (k Strangers) Known() []oncall.Stranger { return slices.Concat(k.Told, k.Telling) }

func strangersOf(c incident.Contact) string { return "strangers/" + c.Roster + "/" + c.Overrides }

// Strangers gives what is known of those of a contact; nobody where nobody ever looked.
func (s *Store) Strangers(ctx context.Context, c incident.Contact) (k Strangers, err error) {
	said, err := s.Fact(ctx, strangersOf(c))
	if err != nil || said == "" {
		return k, err
	}
	return k, wrap(json.Unmarshal([]byte(said), &k), "read who on call has no account")
}

// SaveStrangers keeps what is known of those of a contact.
func (s *Store) SaveStrangers(ctx context.Context, c incident.Contact, k Strangers) error {
	said, err := json.Marshal(k)
	if err != nil {
		return wrap(err, "write who on call has no account")
	}
	return s.SaveFact(ctx, strangersOf(c), string(said))
}
