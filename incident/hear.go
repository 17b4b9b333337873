package incident

import (
	"slices"
	"time"
)

const (
	// GatherWithin is how long after its newest signal an offer takes in others of its group.
	GatherWithin = 5 * time.Minute
	// tellEvery is the least time between two lines of an incident's timeline about one offer.
	tellEvery = 15 * time.Minute
	// mostTitles of an offer's signals are kept.
	mostTitles = 5
)

// Way is what is done with an alert.
type Way string

// The ways.
const (
	// ToOffer asks people, ToDeclare declares without asking, ToLog only records.
	ToOffer   Way = "offer"
	ToDeclare Way = "declare"
	ToLog     Way = "log"
)

// Going is an incident that goes on and that alerts may be attached to: neither private nor a drill.
type Going struct {
	Ref       Ref
	Scenarios []string
}

// Board is all that reports are judged by. Hear, Wake and the buttons' verbs change it in
// place; what they changed is in Changed and Offers' revisions, and what is to be done in Effects.
type Board struct {
	Signals map[SignalID]*Signal
	Offers  map[int64]*Offer
	Mutes   []Mute
	// Going incidents, the newest first.
	Going []Going
	// Next gives the number of a new offer.
	Next func() int64

	Effects []Effect
	// ChangedSignals and ChangedOffers are what has to be written back.
	ChangedSignals map[SignalID]bool
	ChangedOffers  map[int64]bool
}

// NewBoard is an empty one.
func NewBoard(next func() int64) *Board {
	return &Board{Signals: map[SignalID]*Signal{}, Offers: map[int64]*Offer{}, Next: next, ChangedSignals: map[SignalID]bool{}, ChangedOffers: map[int64]bool{}}
}

// Hear takes a report in. found is what the runbook knows of it, way what the team wants done.
func (b *Board) Hear(r Report, found Found, way Way, now time.Time) {
	r = r.Clean(now)
	now = now.UTC()
	id := SignalID{r.Source, r.Key}
	s, known := b.Signals[id]
	if !known {
		if r.State != Firing {
			return // the end of what mayday never heard of
		}
		s = &Signal{Source: r.Source, Key: r.Key}
		b.Signals[id] = s
	}
	b.ChangedSignals[id] = true
	s.SeenAt = now
	switch r.State {
	case Firing:
		s.Title, s.Severity = r.Title, r.Severity
		if r.Link != "" {
			s.Link = r.Link
		}
		b.fires(s, r, found, way, now)
	case Quiet:
		b.quiets(s, r.At, now)
	}
}

func (b *Board) fires(s *Signal, r Report, found Found, way Way, now time.Time) {
	if s.Open {
		s.Count++
		if !s.HeldUntil.IsZero() {
			s.HeldUntil, s.QuietAt = time.Time{}, time.Time{}
			s.turn(now)
		}
		if o := b.Offers[s.Offer]; o != nil {
			o.Count++
			o.LastAt = now
			b.changed(o)
			b.tell(o, StillFiring, s, now)
		}
		return
	}
	s.Open, s.Count, s.Since = true, 1, now
	if !r.At.IsZero() && r.At.Before(now) {
		s.Since = r.At
	}
	s.turn(now)
	if way == ToLog {
		s.Offer = 0
		return
	}
	b.place(s, r, found, way, now)
}

// place finds the offer that a signal belongs to, or makes one.
func (b *Board) place(s *Signal, r Report, found Found, way Way, now time.Time) {
	if o := b.Offers[s.Offer]; o != nil && (o.Open > 0 || now.Sub(o.QuietSince) <= flapWindow) {
		b.join(o, s, now)
		return
	}
	group := GroupOf(found, s.Source)
	for _, id := range slices.Backward(sortedIDs(b.Offers)) {
		if o := b.Offers[id]; o.Group == group && o.State != Ended && now.Sub(o.GrewAt) <= GatherWithin {
			b.join(o, s, now)
			return
		}
	}
	o := &Offer{ID: b.Next(), Group: group, State: Offered, Source: s.Source, Found: found, Title: s.Title, Link: s.Link, Text: r.Text, Since: s.Since, HeardAt: now, Message: r.Message}
	b.Offers[o.ID] = o
	going, muted := b.goingWith(found.Scenario), b.mutedUntil(s.Source, now)
	switch {
	case going.Incident != 0:
		o.State, o.Incident, o.At = Attached, going, now
	case !muted.IsZero():
		o.State, o.MutedUntil = Muted, muted
	case way == ToDeclare:
		o.State = BeingDeclared
		b.Effects = append(b.Effects, DeclareOffer{Offer: o.ID})
	}
	b.join(o, s, now)
}

// join adds a signal that fires to an offer.
func (b *Board) join(o *Offer, s *Signal, now time.Time) {
	if s.Offer != o.ID {
		s.Offer = o.ID
		o.Signals++
		o.GrewAt = now
		if len(o.Titles) < mostTitles && !slices.Contains(o.Titles, s.Title) {
			o.Titles = append(slices.Clone(o.Titles), s.Title)
		}
	}
	o.Open++
	o.Count++
	o.LastAt = now
	o.Since = earlier(o.Since, s.Since)
	wasQuiet := !o.QuietSince.IsZero()
	o.QuietSince = time.Time{}
	if s.flaps(now) && o.FlappingSince.IsZero() {
		o.FlappingSince = now
	}
	if o.State == Ended {
		o.State = Offered
	}
	b.changed(o)
	what := Joined
	if wasQuiet {
		what = FiresAgain
	}
	b.tell(o, what, s, now)
}

// quiets closes a signal, or holds that while it flaps.
func (b *Board) quiets(s *Signal, at, now time.Time) {
	if !s.Open || !s.HeldUntil.IsZero() {
		return
	}
	s.turn(now)
	if at.IsZero() || at.After(now) || at.Before(s.Since) {
		at = now
	}
	if !s.flaps(now) {
		b.close(s, at, now)
		return
	}
	s.HeldUntil, s.QuietAt = now.Add(holdQuiet), at
	if o := b.Offers[s.Offer]; o != nil {
		if o.FlappingSince.IsZero() {
			o.FlappingSince = now
		}
		b.changed(o)
	}
}

// close ends a signal, and its offer with the last of them.
func (b *Board) close(s *Signal, at, now time.Time) {
	s.Open, s.HeldUntil, s.QuietAt = false, time.Time{}, time.Time{}
	b.ChangedSignals[s.ID()] = true
	o := b.Offers[s.Offer]
	if o == nil {
		return
	}
	o.Open = max(0, o.Open-1)
	o.LastAt = now
	b.changed(o)
	if o.Open > 0 {
		return
	}
	o.QuietSince = later(at, o.Since)
	switch o.State {
	case Offered, Muted:
		o.State, o.MutedUntil = Ended, time.Time{}
	case Declared, Attached:
		b.tell(o, NowQuiet, s, now)
	}
}

// Wake carries out what is due without a report: a quiet that was held, a signal of which
// nothing was heard for a day, a mute that is over.
func (b *Board) Wake(now time.Time) {
	now = now.UTC()
	for _, s := range b.Signals {
		if w := s.Wake(); w.IsZero() || w.After(now) {
			continue
		}
		at := s.QuietAt
		if at.IsZero() {
			at = s.SeenAt
		}
		b.close(s, at, now)
	}
	for _, id := range sortedIDs(b.Offers) {
		b.unmute(b.Offers[id], now)
	}
}

// unmute offers again what still fires at the end of its silence.
func (b *Board) unmute(o *Offer, now time.Time) {
	if o.State != Muted {
		return
	}
	until := b.mutedUntil(o.Source, now)
	if o.By != "" {
		until = later(until, o.MutedUntil) // somebody pressed the button
	}
	switch {
	case !until.After(now):
		o.State, o.MutedUntil = Offered, time.Time{}
		o.Revision++
		b.Effects = append(b.Effects, ShowOffer{Offer: o.ID, Anew: true, Revision: o.Revision})
	case until.Equal(o.MutedUntil):
		return
	default:
		o.MutedUntil = until
	}
	b.ChangedOffers[o.ID] = true
}

// mutedUntil is when the last of the mutes that cover a source ends; zero when none does.
func (b *Board) mutedUntil(source string, now time.Time) (until time.Time) {
	for _, m := range b.Mutes {
		if m.Covers(source, now) {
			until = later(until, m.Until)
		}
	}
	return until
}

func (b *Board) goingWith(scenario string) Ref {
	for _, g := range b.Going {
		if scenario != "" && slices.Contains(g.Scenarios, scenario) {
			return g.Ref
		}
	}
	return Ref{}
}

func (b *Board) changed(o *Offer) {
	o.Revision++
	b.ChangedOffers[o.ID] = true
	b.Effects = append(b.Effects, ShowOffer{Offer: o.ID})
}

// tell puts a line on the timeline of the offer's incident. What happens again and again is
// told once in a while; the beginning is always told, and the end unless it flaps.
func (b *Board) tell(o *Offer, what Telling, s *Signal, now time.Time) {
	if o.Incident.Incident == 0 {
		return
	}
	always := o.ToldAt.IsZero() || what == NowQuiet && o.FlappingSince.IsZero()
	if !always && now.Sub(o.ToldAt) < tellEvery {
		return
	}
	if o.ToldAt.IsZero() && o.State == Attached && o.By == "" {
		what = AttachedToIt
	}
	o.ToldAt = now
	b.Effects = append(b.Effects, TellAlert{Ref: o.Incident, Offer: o.ID, Revision: o.Revision, What: what, Source: s.Source, Title: s.Title, Link: s.Link,
		Since: o.Since, Quiet: o.QuietSince, Count: o.Count, Signals: o.Signals})
}

// GroupOf is what the signals of an offer have in common.
func GroupOf(f Found, source string) string {
	if f.Scenario != "" {
		return "scenario/" + f.Scenario
	}
	return "source/" + source
}

func sortedIDs(m map[int64]*Offer) []int64 {
	ids := make([]int64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
