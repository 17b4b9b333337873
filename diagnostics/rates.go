package diagnostics

import (
	"sync"
	"time"
)

// RateLimits are how often statements may be asked for. A zero field takes the default.
type RateLimits struct {
	// PerPerson counts statements that a person typed, in a minute. Default 6.
	PerPerson int
	// PerIncident counts all statements of people in an incident, in a minute. Default 30.
	PerIncident int
	// PerDatabase counts everything, in an hour. Default 600.
	PerDatabase int
	// After PauseAfter timeouts within five minutes nothing is run for PauseFor.
	// Defaults 3 and five minutes.
	PauseAfter int
	PauseFor   time.Duration
}

const pauseWindow = 5 * time.Minute

func (l RateLimits) withDefaults() RateLimits {
	standard := RateLimits{PerPerson: 6, PerIncident: 30, PerDatabase: 600, PauseAfter: 3, PauseFor: 5 * time.Minute}
	for _, field := range []struct{ value, fallback *int }{
		{&l.PerPerson, &standard.PerPerson}, {&l.PerIncident, &standard.PerIncident},
		{&l.PerDatabase, &standard.PerDatabase}, {&l.PauseAfter, &standard.PauseAfter},
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

// Rates counts statements. It holds no clock: time is an argument, and must not
// run backwards. It is safe for concurrent use.
type Rates struct {
	mu        sync.Mutex
	limits    RateLimits
	people    map[string][]time.Time
	incidents map[int64][]time.Time
	all       []time.Time
	timeouts  []time.Time
	paused    time.Time
}

// NewRates makes counters that stand at zero.
func NewRates(limits RateLimits) *Rates {
	return &Rates{limits: limits.withDefaults(), people: map[string][]time.Time{}, incidents: map[int64][]time.Time{}}
}

// Begin counts a statement, or says which limit forbids it and until when. An
// empty by is mayday itself, which only the limit of the database binds. typed
// is true for a statement that somebody typed, false for a query of the runbook.
func (r *Rates) Begin(now time.Time, incident int64, by string, typed bool) *Failure {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	if wait := r.paused.Sub(now); wait > 0 {
		return tooOften("Several statements ran into their time limit one after the other, so the database is left in peace", wait)
	}
	if wait := full(r.all, r.limits.PerDatabase, time.Hour, now); wait > 0 {
		return tooOften("The database has been asked as often as it may be in an hour", wait)
	}
	if by != "" {
		if wait := full(r.incidents[incident], r.limits.PerIncident, time.Minute, now); wait > 0 {
			return tooOften("This incident has asked as often as it may in a minute", wait)
		}
		if typed {
			if wait := full(r.people[by], r.limits.PerPerson, time.Minute, now); wait > 0 {
				return tooOften("You have asked as often as one person may in a minute", wait)
			}
			r.people[by] = append(r.people[by], now)
		}
		r.incidents[incident] = append(r.incidents[incident], now)
	}
	r.all = append(r.all, now)
	return nil
}

// TimedOut counts a statement that ran into its time limit.
func (r *Rates) TimedOut(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timeouts = append(since(r.timeouts, now.Add(-pauseWindow)), now)
	if len(r.timeouts) >= r.limits.PauseAfter {
		r.paused = now.Add(r.limits.PauseFor)
		r.timeouts = nil
	}
}

// forget drops what no limit counts any more. The lock is held.
func (r *Rates) forget(now time.Time) {
	r.all = since(r.all, now.Add(-time.Hour))
	for by, times := range r.people {
		if r.people[by] = since(times, now.Add(-time.Minute)); len(r.people[by]) == 0 {
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
