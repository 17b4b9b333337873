package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/oncall"
	"mayday/store"
)

const (
	// StrangersAhead is how long before their shift it is said of people that Slack does not know them: a week, so that
	// somebody can do something about it on a working day.
	StrangersAhead = 7 * 24 * time.Hour
	// MostStrangers is how many people are looked up for one contact (Slack: users.lookupByEmail, 50 a minute).
	MostStrangers = 20
	// foundFor is how long somebody who was found is not looked for again: the same look-ups are needed by pages.
	foundFor = time.Hour
)

// findStrangers tells the operators of whoever is on call by a source, now or soon, and has no account to be called by.
// Otherwise that is heard when somebody has to be called.
func (w *Workers) findStrangers(ctx context.Context, source string) error {
	for _, c := range w.Runbook().Policy.Contacts {
		if c.Roster == "" || c.Roster != source && c.Overrides != source {
			continue
		}
		found, err := w.strangers(ctx, c)
		if err == nil {
			_, err = w.Store.Alone(ctx, "strangers/"+source, func(ctx context.Context) error { return w.tellStrangers(ctx, c, found) })
		}
		if err != nil {
			return fmt.Errorf("look whom of those on call as %s Slack knows: %w", c.Role, err)
		}
	}
	return nil
}

// strangers looks up whoever is on call as a contact, now or soon.
func (w *Workers) strangers(ctx context.Context, c incident.Contact) (found []oncall.Stranger, err error) {
	kept, err := w.Store.OnCall(ctx, c)
	if err != nil {
		return nil, err
	}
	now := w.Store.Now()
	shifts := kept.Ahead(now, now.Add(StrangersAhead))
	for _, s := range shifts[:min(len(shifts), MostStrangers)] {
		if at, ok := w.found.Load(s.Person); ok && now.Sub(at.(time.Time)) < foundFor {
			continue
		}
		_, err := w.account(ctx, s.Person)
		var nobody *unreachableError
		switch {
		case errors.As(err, &nobody):
			found = append(found, oncall.Stranger{Person: s.Person, From: s.From, Why: nobody.Error()})
		case err != nil:
			return nil, err
		default:
			w.found.Store(s.Person, now)
		}
	}
	return found, nil
}

// tellStrangers tells of those of whom nothing was told yet, and keeps who is one now: whoever was found meanwhile, or is not
// on call any more, is told of again another time.
func (w *Workers) tellStrangers(ctx context.Context, c incident.Contact, found []oncall.Stranger) error {
	kept, err := w.Store.Strangers(ctx, c)
	if err != nil {
		return err
	}
	look := !kept.Since.IsZero() // an attempt before may have told it
	if !look {
		kept.Telling = without(found, kept.Told)
		if len(kept.Telling) == 0 {
			return w.Store.SaveStrangers(ctx, c, store.Strangers{Told: found})
		}
		kept.Since = w.Store.Now()
		if err := w.Store.SaveStrangers(ctx, c, kept); err != nil {
			return err
		}
	}
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.StrangersTold(c, w.Runbook().Source(c.Roster), kept.Telling)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("strangers/%s/%s/%d", c.Roster, c.Overrides, kept.Since.UnixMilli())}
	if err := w.postSought(ctx, channel, out, look, kept.Since); err != nil {
		return err
	}
	untold := without(without(found, kept.Told), kept.Telling)
	return w.Store.SaveStrangers(ctx, c, store.Strangers{Told: without(found, untold)})
}

// without are those who are none of others.
func without(list, others []oncall.Stranger) []oncall.Stranger {
	return slices.DeleteFunc(slices.Clone(list), func(s oncall.Stranger) bool {
		return slices.ContainsFunc(others, func(o oncall.Stranger) bool { return o.Person == s.Person })
	})
}
