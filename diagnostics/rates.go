package diagnostics

import (
	"sync"
	"time"
)

// RateLimits are how often statements may be asked for. A zero field takes the
// default. What mayday asks by itself, such as the snapshot of an incident, is
// bound by none of them.
type RateLimits struct {
	// PerPerson counts statements that a person typed, in a minute. Default 6.
	PerPerson int
	// PerPersonHour counts the same in an hour. Default 100.
	PerPersonHour int
	// RunsPerPerson counts queries of the runbook that a person asked for, in a minute. Default 60.
	RunsPerPerson int
	// PerIncident counts what all people of an incident typed, in a minute. Default 30.
	PerIncident int
	// PerDatabase counts what all people typed, in an hour. Default 600.
	PerDatabase int
	// After PauseAfter of a person's own statements ran into the time limit within
	// five minutes, that person types nothing for PauseFor. Defaults 3 and five minutes.
	PauseAfter int
	PauseFor   time.Duration
}

const pauseWindow = 5 * time.Minute

func (l RateLimits) withDefaults() RateLimits {
	standard := RateLimits{PerPerson: 6, PerPersonHour: 100, RunsPerPerson: 60, PerIncident: 30, PerDatabase: 600, PauseAfter: 3, PauseFor: 5 * time.Minute}
	for _, field := range []struct{ value, fallback *int }{
		{&l.PerPerson, &standard.PerPerson}, {&l.PerPersonHour, &standard.PerPersonHour}, {&l.RunsPerPerson, &standard.RunsPerPerson},
		{&l.PerIncident, &standard.PerIncident}, {&l.PerDatabase, &standard.PerDatabase}, {&l.PauseAfter, &standard.PauseAfter},
	} {
		if *field.value == 0 {
			*field.value = *field.fallback
		}
	}
	if l.PauseFor == 0 {
		l.PauseFor = standard.PauseFor
	}
	return l
}

// person is what is counted of one person.
type person struct {
	typed, runs, timeouts []time.Time
	paused                time.Time
}

// Rates counts statements. It holds no clock: time is an argument, and must not
// run backwards. Nobody's statements can use up what others have left: the
// limits of an incident and of the database are several times that of a person.
// It is safe for concurrent use.
type Rates struct {
	mu        sync.Mutex
	limits    RateLimits
	people    map[string]*person
	incidents map[int64][]time.Time
	all       []time.Time
}

// NewRates makes counters that stand at zero.
func NewRates(limits RateLimits) *Rates {
	return &Rates{limits: limits.withDefaults(), people: map[string]*person{}, incidents: map[int64][]time.Time{}}
}

// Begin counts a statement, or says which limit forbids it and until when. An
// empty by is mayday itself, which nothing forbids. typed is true for a
// statement that somebody typed, false for a query of the runbook.
func (r *Rates) Begin(now time.Time, incident int64, by string, typed bool) *Failure {
	if by == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	p := r.people[by]
	if p == nil {
		p = &person{}
		r.people[by] = p
	}
	if !typed {
		if wait := full(p.runs, r.limits.RunsPerPerson, time.Minute, now); wait > 0 {
			return tooOften("You have asked as often as one person may in a minute", wait)
		}
		p.runs = append(p.runs, now)
		return nil
	}
	for _, limit := range []struct {
		wait time.Duration
		what string
	}{
		{p.paused.Sub(now), "Several of your statements ran into their time limit one after the other, so you cannot type any for a while; the runbook's queries still run"},
		{full(p.typed, r.limits.PerPersonHour, time.Hour, now), "You have asked as often as one person may in an hour"},
		{full(since(p.typed, now.Add(-time.Minute)), r.limits.PerPerson, time.Minute, now), "You have asked as often as one person may in a minute"},
		{full(r.incidents[incident], r.limits.PerIncident, time.Minute, now), "This incident has asked as often as it may in a minute"},
		{full(r.all, r.limits.PerDatabase, time.Hour, now), "The database has been asked as often as it may be in an hour"},
	} {
		if limit.wait > 0 {
			return tooOften(limit.what, limit.wait)
		}
	}
	p.typed = append(p.typed, now)
	r.incidents[incident] = append(r.incidents[incident], now)
	r.all = append(r.all, now)
	return nil
}

// TimedOut counts a statement that somebody typed and that ran into its time limit.
func (r *Rates) TimedOut(now time.Time, by string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.people[by]
	if p == nil {
		p = &person{}
		r.people[by] = p
	}
	p.timeouts = append(since(p.timeouts, now.Add(-pauseWindow)), now)
	if len(p.timeouts) >= r.limits.PauseAfter {
		p.paused, p.timeouts = now.Add(r.limits.PauseFor), nil
	}
}

// forget drops what no limit counts any more. The lock is held.
func (r *Rates) forget(now time.Time) {
	r.all = since(r.all, now.Add(-time.Hour))
	for by, p := range r.people {
		p.typed, p.runs, p.timeouts = since(p.typed, now.Add(-time.Hour)), since(p.runs, now.Add(-time.Minute)), since(p.timeouts, now.Add(-pauseWindow))
		if len(p.typed)+len(p.runs)+len(p.timeouts) == 0 && !p.paused.After(now) {
			delete(r.people, by)
		}
	}
	for incident, times := range r.incidents {
		if r.incidents[incident] = since(times, now.Add(-time.Minute)); len(r.incidents[incident]) == 0 {
			delete(r.incidents, incident)
		}
	}
}

// since drops the times up to and including start.
func since(times []time.Time, start time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(start) {
		times = times[1:]
	}
	return times
}

// full is how long to wait until one more fits, zero when it fits now.
func full(times []time.Time, limit int, window time.Duration, now time.Time) time.Duration {
	if len(times) < limit {
		return 0
	}
	return times[len(times)-limit].Add(window).Sub(now)
}

func tooOften(what string, wait time.Duration) *Failure {
	wait = max(time.Second, wait.Round(time.Second))
	return &Failure{Class: ClassRate, What: what + ".", Next: "Try again in " + wait.String() + "."}
}
