package workers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"

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
	// rosterStale is how old what a calendar said may be before that is said.
	rosterStale = 15 * time.Minute
)

// Reader fetches documents from addresses of the runbook.
type Reader interface {
	Read(ctx context.Context, address string, most int64, etag, modified string) (probes.Copy, error)
}

// RunRosters keeps what the runbook's calendars say of who is on call, until ctx is done.
func (w *Workers) RunRosters(ctx context.Context) {
	for ctx.Err() == nil {
		for _, s := range w.Runbook().Rosters {
			if err := w.readRoster(ctx, s); err != nil && ctx.Err() == nil {
				w.Log.Warn("a calendar of who is on call was not read", zap.String("calendar", s.Key), zap.Error(err))
			}
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(rosterLook), nil)
	}
}

// readRoster asks a calendar when it is time.
func (w *Workers) readRoster(ctx context.Context, s oncall.Source) error {
	r, ok, err := w.Store.RosterTurn(ctx, s.Key, rosterEvery)
	if err != nil || !ok {
		return err
	}
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
	return w.Store.SaveRoster(ctx, store.Roster{Key: s.Key, Shifts: shifts, Unread: unread, ETag: c.ETag, Modified: c.Modified})
}

// turn gives the Slack accounts of whoever is on call as a contact now. When its calendar does not say so, they are those
// of the contact itself, and unsure says what is wrong in words for people; also when the calendar says so and is old.
func (w *Workers) turn(ctx context.Context, c incident.Contact) (people []incident.Person, unsure string, err error) {
	if c.Roster == "" {
		people, err = w.find(ctx, c)
		return people, "", err
	}
	r, err := w.Store.Roster(ctx, c.Roster)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, "", err
	}
	now := w.Store.Now()
	var missing []string
	for _, s := range r.Shifts.First(now) {
		p, err := w.account(ctx, s.Person)
		if err != nil && !final(err) {
			return nil, "", err
		}
		if err != nil {
			missing = append(missing, s.Person.Title())
			continue
		}
		people = append(people, p)
	}
	old := ""
	if r.Problem != "" && now.Sub(r.ReadAt) > rosterStale && !r.ReadAt.IsZero() {
		old = fmt.Sprintf("its calendar was read %s ago (%s)", incident.For(now.Sub(r.ReadAt)), r.Problem)
	}
	if len(people) > 0 {
		return people, old, nil
	}
	switch {
	case len(missing) > 0:
		unsure = "no account in this workspace is that of " + strings.Join(missing, ", ")
	case r.ReadAt.IsZero() && r.Problem != "":
		unsure = "its calendar cannot be read: " + r.Problem
	case r.ReadAt.IsZero():
		unsure = "its calendar was not read yet"
	default:
		unsure = "its calendar names nobody now"
	}
	if old != "" {
		unsure += ", and " + old
	}
	if c.Email+c.Slack == "" {
		return nil, "", &unreachableError{unsure + ", and the runbook names nobody in its place"}
	}
	people, err = w.find(ctx, c)
	return people, unsure + ". Who the runbook names is called.", err
}

// account finds that of whom a calendar names: by address, by id, or by the name of a contact of the runbook.
func (w *Workers) account(ctx context.Context, p oncall.Person) (incident.Person, error) {
	c := incident.Contact{Email: p.Email, Slack: p.Handle}
	if c.Email == "" && !isID(p.Handle) {
		for _, known := range w.Runbook().Policy.Contacts {
			same := known.Name != "" && strings.EqualFold(known.Name, p.Name) || p.Handle != "" && strings.EqualFold(strings.TrimPrefix(known.Slack, "@"), p.Handle)
			if same && known.Email+known.Slack != "" {
				c = known
				break
			}
		}
	}
	c.Roster = ""
	people, err := w.find(ctx, c)
	if err == nil && len(people) != 1 {
		err = &unreachableError{"several people"}
	}
	if err != nil {
		return "", err
	}
	return people[0], nil
}
