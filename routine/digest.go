package routine

import (
	"maps"
	"slices"
	"time"
)

// Digest is the row of the team's mornings: one clock that runs out every day, and whom digests mention.
type Digest struct {
	// Calendar is the team's; its Hour is when the morning begins.
	Calendar Calendar `json:"calendar"`
	Pace     Pace     `json:"pace,omitzero"`
	// Next is when the next morning begins; zero when digests are off.
	Next time.Time `json:"next,omitzero"`
	// Read is the newest day whose numbers were asked for.
	Read Day `json:"read,omitempty"`
	// Last is the newest day that had its digest, and LastAt when that was asked for.
	Last   Day       `json:"last,omitempty"`
	LastAt time.Time `json:"last_at,omitzero"`
	// Called says on which day somebody was mentioned last, Muted since when somebody wants no mention.
	Called map[Person]Day `json:"called,omitempty"`
	// Asked is what GitHub said for the newest digest.
	Asked    Asked                `json:"asked,omitzero"`
	Muted    map[Person]time.Time `json:"muted,omitempty"`
	Revision int                  `json:"revision"`
}

// DigestPlanning is what the settings say of the mornings.
type DigestPlanning struct {
	// On is false where digests are switched off.
	On       bool
	Calendar Calendar
	// Factor and Morning are as in Planning.
	Factor  float64
	Morning bool
}

// DigestChange is what a decision on the mornings returns. One that is Empty stores nothing.
type DigestChange struct {
	Digest  Digest
	Effects []Effect
	changed bool
}

// Empty reports whether nothing changed and nothing is to be done.
func (c DigestChange) Empty() bool { return !c.changed && len(c.Effects) == 0 }

// TakeReadings asks the queries that answer with one number, and keeps their numbers as those of a day.
type TakeReadings struct {
	Day Day `json:"day"`
}

// Kind names the effect.
func (TakeReadings) Kind() string { return "take_readings" }

// Of is no round: the morning belongs to none.
func (TakeReadings) Of() Ref { return Ref{} }

// SendDigest tells the operators how things stand in the morning.
type SendDigest struct {
	Day Day `json:"day"`
	// At is the moment of which it tells, and Since when the one before was asked for.
	At    time.Time `json:"at"`
	Since time.Time `json:"since"`
	// Week and Month are the first days of the week and of the month that it looks back upon; empty for none.
	Week  Day `json:"week,omitempty"`
	Month Day `json:"month,omitempty"`
}

// Kind names the effect.
func (SendDigest) Kind() string { return "send_digest" }

// Of is no round: the morning belongs to none.
func (SendDigest) Of() Ref { return Ref{} }

// GreetContacts looks for people whom the runbook lists for the first time.
type GreetContacts struct {
	Day Day `json:"day"`
}

// Kind names the effect.
func (GreetContacts) Kind() string { return "greet_contacts" }

// Of is no round: the morning belongs to none.
func (GreetContacts) Of() Ref { return Ref{} }

const (
	// callAgain is how many days lie between two mentions of one person.
	callAgain = 7
	// longestNight bounds what a digest tells of the time since the one before.
	longestNight = 7 * 24 * time.Hour
)

// PlanDigest takes over what the settings say now. A morning that is due already still begins.
func PlanDigest(d Digest, p DigestPlanning, now time.Time) (DigestChange, error) {
	after := d.clone()
	if !p.On {
		after.Next = time.Time{}
		return changedDigest(d, after, !d.Next.IsZero()), nil
	}
	after.Calendar = p.Calendar
	if d.Revision == 0 && p.Morning {
		today := DayOf(now.In(p.Calendar.Location()))
		after.Pace = Pace{Real: now.UTC(), Team: today.At(p.Calendar.Hour, p.Calendar.Location()).Add(-time.Second), Factor: max(p.Factor, 1)}
		after.Last = today.Add(-callAgain - 1) // so that the first one looks back upon a week
	}
	after.Pace = after.Pace.at(max(p.Factor, 1), now)
	if d.Next.IsZero() || d.Next.After(now) {
		after.next(now)
	}
	same := d.Revision > 0 && d.Next.Equal(after.Next) && d.Pace == after.Pace && sameCalendar(d.Calendar, after.Calendar)
	return changedDigest(d, after, !same), nil
}

func sameCalendar(a, b Calendar) bool {
	return a.Zone == b.Zone && a.Hour == b.Hour && slices.Equal(a.Worked, b.Worked) && slices.Equal(a.Off, b.Off)
}

// Morning begins a day: the numbers are asked for, and on a working day the digest is sent. The first one of a week
// looks back upon the week before, and the first one of a month upon that month. After a time in which mayday was down
// it is caught up, once; before the morning's hour, and on a day off, the next morning does that. A clock that is not
// due does nothing.
func Morning(d Digest, now time.Time) (DigestChange, error) {
	if d.Next.IsZero() || d.Next.After(now) {
		return DigestChange{Digest: d}, nil
	}
	after := d.clone()
	cal, today := d.Calendar, d.DayAt(now)
	begun := !d.begins(today).After(now)
	after.next(now)
	c := changedDigest(d, after, true)
	if begun && today > d.Read {
		c.Digest.Read = today
		c.Effects = append(c.Effects, TakeReadings{today})
	}
	if begun && today > d.Last && cal.Works(today) {
		since := d.LastAt
		if earliest := now.Add(-longestNight); since.Before(earliest) {
			since = earliest
		}
		if d.LastAt.IsZero() {
			since = now.Add(-24 * time.Hour)
		}
		c.Digest.Last, c.Digest.LastAt = today, now.UTC()
		c.Effects = append(c.Effects, SendDigest{Day: today, At: now.UTC(), Since: since.UTC(), Week: d.lookBack(Weekly, today), Month: d.lookBack(Monthly, today)}, GreetContacts{today})
	}
	return c, nil
}

// lookBack is the first day of the period before the one of today, when no digest of today's looked back upon it;
// else empty.
func (d Digest) lookBack(every Every, today Day) Day {
	c := Cadence{Every: every}
	p := c.periodOf(today)
	if d.Last >= p.First {
		return ""
	}
	if d.Last == "" {
		for day := p.First; day < today; day = day.Add(1) {
			if d.Calendar.Works(day) {
				return "" // mayday was not there when that was due
			}
		}
	}
	return c.periodOf(p.First.Add(-1)).First
}

// begins is the moment at which the morning of a day begins.
func (d Digest) begins(day Day) time.Time {
	return d.Pace.real(day.At(d.Calendar.Hour, d.Calendar.Location())).UTC()
}

// next sets the first morning after a moment.
func (d *Digest) next(now time.Time) {
	for day := d.DayAt(now); ; day = day.Add(1) {
		if at := d.begins(day); at.After(now) {
			d.Next = at
			return
		}
	}
}

// Starts is the moment at which a day of the team begins.
func (d Digest) Starts(day Day) time.Time {
	return d.Pace.real(day.At(0, d.Calendar.Location())).UTC()
}

// DayAt is the team's date at a moment.
func (d Digest) DayAt(t time.Time) Day { return DayOf(d.Pace.team(t).In(d.Calendar.Location())) }

// Calls reports whether a digest of a day mentions somebody: once in seven days, and nobody who muted it.
func (d Digest) Calls(p Person, day Day) bool {
	if _, muted := d.Muted[p]; muted || p == "" {
		return false
	}
	last := d.Called[p]
	return last == "" || last == day || last.Add(callAgain) <= day
}

// Asked is what GitHub said for the digest of a day: each attempt at it tells the same, whatever GitHub says by then.
type Asked struct {
	Day Day `json:"day,omitempty"`
	// Overdue are the numbers of the issues that were open, and Closed when others were closed.
	Overdue []int       `json:"overdue,omitempty"`
	Closed  []time.Time `json:"closed,omitempty"`
	// All is false where it did not say so of all work.
	All bool `json:"all,omitempty"`
}

// KeepAsked records what GitHub said for a day. What was recorded for it before stands.
func KeepAsked(d Digest, a Asked) (DigestChange, error) {
	if d.Asked.Day == a.Day {
		return DigestChange{Digest: d}, nil
	}
	after := d.clone()
	after.Asked = a
	return changedDigest(d, after, true), nil
}

// CallOwners records whom of some people the digest of a day mentions. To ask again for the same day gives the same.
func CallOwners(d Digest, owners []Person, day Day) (DigestChange, error) {
	after, changed := d.clone(), false
	for _, p := range owners {
		if d.Calls(p, day) && d.Called[p] != day {
			after.Called[p], changed = day, true
		}
	}
	maps.DeleteFunc(after.Called, func(_ Person, last Day) bool { return last.Add(4*callAgain) < day })
	return changedDigest(d, after, changed), nil
}

// MuteDigest has digests name somebody without a mention.
func MuteDigest(d Digest, by Person, now time.Time) (DigestChange, error) {
	after := d.clone()
	_, muted := d.Muted[by]
	if !muted {
		after.Muted[by] = now.UTC()
	}
	return changedDigest(d, after, !muted), nil
}

// UnmuteDigest has digests mention somebody again.
func UnmuteDigest(d Digest, by Person, _ time.Time) (DigestChange, error) {
	after := d.clone()
	_, muted := d.Muted[by]
	delete(after.Muted, by)
	return changedDigest(d, after, muted), nil
}

func changedDigest(before, after Digest, changed bool) DigestChange {
	if !changed {
		return DigestChange{Digest: before}
	}
	after.Revision = before.Revision + 1
	return DigestChange{Digest: after, changed: true}
}

func (d Digest) clone() Digest {
	d.Called, d.Muted = maps.Clone(d.Called), maps.Clone(d.Muted)
	if d.Called == nil {
		d.Called = map[Person]Day{}
	}
	if d.Muted == nil {
		d.Muted = map[Person]time.Time{}
	}
	return d
}
