package workers

import (
	"bytes"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"mayday/bot/blocks"
	"mayday/calendar"
	"mayday/incident"
	"mayday/oncall"
	"mayday/probes"
	"mayday/store"
)

const (
	// rosterEvery is how often a calendar of who is on call is asked, and rosterLook how often it is looked whether it is time.
	rosterEvery, rosterLook = 5 * time.Minute, 20 * time.Second
	// rosterBack and rosterAhead are the span around now of which it is kept.
	rosterBack, rosterAhead = 24 * time.Hour, 60 * 24 * time.Hour
)

// Reader fetches documents from addresses of the runbook.
type Reader interface {
	Read(ctx context.Context, address string, most int64, etag, modified string) (probes.Copy, error)
}

// RunRosters keeps what calendars and schedulers say of who is on call, and user groups in step with it, until ctx is done.
func (w *Workers) RunRosters(ctx context.Context) {
	unsought := map[string]bool{}
	for ctx.Err() == nil {
		for _, s := range w.Runbook().Rosters {
			if err := w.readRoster(ctx, s, unsought); err != nil && ctx.Err() == nil {
				w.Log.Warn("who is on call was not read", zap.String("source", s.Key), zap.String("kind", string(s.Kind)), zap.String("id", s.ID), zap.Error(err))
			}
		}
		w.expireHandovers(ctx)
		w.syncGroups(ctx)
		store.SystemClock{}.Wait(ctx, time.Now().Add(rosterLook), nil)
	}
}

// readRoster asks a source when it is time, and looks for those it names whom Slack does not know. unsought are the keys of
// sources that were read while Slack was not reached, such as just after a start: that look is made up for.
func (w *Workers) readRoster(ctx context.Context, s oncall.Source, unsought map[string]bool) error {
	r, ok, err := w.Store.RosterTurn(ctx, s.Key, rosterEvery)
	if err != nil {
		return err
	}
	if ok {
		unsought[s.Key] = true
		if s.Kind != oncall.ByCalendar {
			err = w.readSchedule(ctx, s)
		} else {
			err = w.readCalendar(ctx, s, r)
		}
	}
	if !unsought[s.Key] || !w.connected() {
		return err
	}
	delete(unsought, s.Key)
	return errors.Join(err, w.findStrangers(ctx, s.Key))
}

// readCalendar asks a calendar for what changed since it was read.
func (w *Workers) readCalendar(ctx context.Context, s oncall.Source, r store.Roster) error {
	if w.Reader == nil {
		return w.Store.RosterFailed(ctx, s.Key, "addresses are not asked (MAYDAY_PROBES)")
	}
	now := w.Store.Now()
	c, err := w.Reader.Read(ctx, s.Address.Reveal(), calendar.MostBytes, r.ETag, r.Modified)
	// What is kept ends some day, so that an unchanged calendar has to be read again before.
	if err == nil && c.Same && !r.ReadAt.IsZero() && now.Sub(r.ReadAt) < rosterBack {
		return w.Store.RosterSame(ctx, s.Key)
	}
	if err == nil && c.Same {
		c, err = w.Reader.Read(ctx, s.Address.Reveal(), calendar.MostBytes, "", "")
	}
	var shifts oncall.Roster
	var unread int
	if err == nil {
		shifts, unread, err = oncall.ReadCalendar(bytes.NewReader(c.Body), now.Add(-rosterBack), now.Add(rosterAhead), w.Zone)
	}
	if err != nil {
		return errors.Join(err, w.Store.RosterFailed(ctx, s.Key, err.Error()))
	}
	return w.Store.SaveRoster(ctx, store.Roster{Key: s.Key, Kept: oncall.Kept{Shifts: shifts}, Unread: unread, ETag: c.ETag, Modified: c.Modified})
}

// readSchedule asks a scheduler, or Slack for who is in a user group.
func (w *Workers) readSchedule(ctx context.Context, s oncall.Source) error {
	now := w.Store.Now()
	shifts, err := w.scheduled(ctx, s, now)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		problem := err.Error()
		if s.Kind == oncall.ByGroup {
			problem = explain(err)
		}
		return errors.Join(err, w.Store.RosterFailed(ctx, s.Key, problem))
	}
	return w.Store.SaveRoster(ctx, store.Roster{Key: s.Key, Kept: oncall.Kept{Shifts: shifts}})
}

func (w *Workers) scheduled(ctx context.Context, s oncall.Source, now time.Time) (oncall.Roster, error) {
	if s.Kind == oncall.ByGroup {
		return w.groupShifts(ctx, s.ID, now)
	}
	tool := w.Schedulers[s.Kind]
	if tool == nil {
		return nil, errors.New("nothing is set up to ask " + s.Title())
	}
	return tool.Shifts(ctx, s.ID, now.Add(-rosterBack), now.Add(rosterAhead))
}

// turn gives the Slack accounts of whoever is on call as a contact now. When its source leads to nobody, they are those
// of the contact itself. unsure says in words for people why it is not sure whose turn it is; empty when it is.
func (w *Workers) turn(ctx context.Context, c incident.Contact) (people []incident.Person, unsure string, err error) {
	if c.Roster == "" {
		people, err = w.find(ctx, c)
		return people, "", err
	}
	people, _, doubt, err := w.onShift(ctx, c)
	if err != nil {
		return nil, "", err
	}
	named := c.Email+c.Slack != ""
	unsure = blocks.TurnUnsure(doubt, named)
	if doubt.Instead && !named {
		return nil, "", &unreachableError{unsure}
	}
	if doubt.Instead {
		people, err = w.find(ctx, c)
	}
	return people, unsure, err
}

// onShift gives the accounts of those who are on call as a contact by its source, until when, and what is not sure of that.
func (w *Workers) onShift(ctx context.Context, c incident.Contact) (people []incident.Person, until time.Time, doubt oncall.Doubt, err error) {
	kept, err := w.Store.OnCall(ctx, c)
	if err != nil {
		return nil, until, doubt, err
	}
	now := w.Store.Now()
	accounts := map[oncall.Person]incident.Person{}
	for _, s := range kept.First(now) {
		p, err := w.account(ctx, s.Person)
		if err != nil && !final(err) {
			return nil, until, doubt, err
		}
		if err == nil {
			accounts[s.Person] = p
		}
	}
	people, doubt = kept.Called(accounts, now)
	doubt.Source = w.Runbook().Source(c.Roster).Title()
	return people, kept.Until(now), doubt, nil
}

// account finds that of whom a calendar names: by address, by id, or by the name of a contact of the runbook.
func (w *Workers) account(ctx context.Context, p oncall.Person) (incident.Person, error) {
	c, ok := w.Runbook().Whose(p)
	if !ok {
		return "", &unreachableError{"the shift gives neither an e-mail address nor a user id, and no contact of the runbook is called that"}
	}
	people, err := w.find(ctx, c)
	if err == nil && len(people) != 1 {
		err = &unreachableError{"several people"}
	}
	if err != nil {
		return "", err
	}
	return people[0], nil
}
