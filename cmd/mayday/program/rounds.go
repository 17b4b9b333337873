package program

import (
	"slices"
	"strings"
	"sync"
	"time"

	"mayday/playbooks"
	"mayday/routine"
	"mayday/workers"
)

// rounds reads when the rounds of the checklists begin, and where the team's holidays are.
func (r *reader) rounds(c *Config) {
	const standard = "09:00"
	c.Digest, c.DigestAt = r.digest(standard)
	v := strings.ToLower(r.value("MAYDAY_ROUNDS", standard))
	c.Rounds, c.Holidays = v != "off", r.holidayAddress()
	if !c.Rounds {
		return
	}
	at, err := timeOfDay(v)
	if err != nil || at <= 0 || at >= 24*time.Hour {
		r.bad("MAYDAY_ROUNDS", "is no time of day, nor off", standard)
		at = 9 * time.Hour
	}
	c.RoundsAt = at
}

// digest reads when the digests come.
func (r *reader) digest(standard string) (on bool, at time.Duration) {
	v := strings.ToLower(r.value("MAYDAY_DIGEST", standard))
	if v == "off" {
		return false, 9 * time.Hour
	}
	at, err := timeOfDay(v)
	if err != nil || at <= 0 || at >= 24*time.Hour {
		r.bad("MAYDAY_DIGEST", "is no time of day, nor off", standard)
		at = 9 * time.Hour
	}
	return true, at
}

// rounds puts together what the workers plan the rounds of the checklists by.
type rounds struct {
	runbook *runbook
	c       Config
	morning bool

	mu    sync.Mutex
	rb    *playbooks.Runbook
	speed float64
	off   []routine.Day
	// looked says that the holidays were looked for, and read that they were found.
	looked, read bool
	made         *workers.Rounds
}

func newRounds(rb *runbook, c Config, o Options) *rounds {
	return &rounds{runbook: rb, c: c, morning: o.Morning, looked: c.Holidays == "" || !c.Rounds && !c.Digest, read: c.Holidays == ""}
}

// setOff takes the holidays over when they were read.
func (r *rounds) setOff(days []routine.Day, read bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.looked || read && (!r.read || !slices.Equal(days, r.off)) {
		r.made = nil
	}
	r.looked, r.read = true, r.read || read
	if read {
		r.off = days
	}
}

// current is the same pointer until the runbook, the speed or the holidays change; nil until the holidays were looked for.
func (r *rounds) current() *workers.Rounds {
	r.mu.Lock()
	defer r.mu.Unlock()
	rb, speed := r.runbook.paceOf()
	if !r.looked || r.made != nil && rb.Version == r.rb.Version && speed == r.speed {
		return r.made
	}
	r.rb, r.speed = rb, speed
	r.made = &workers.Rounds{Factor: speed, Morning: r.morning, Age: r.c.Rounds, KeepOff: !r.read, Calendar: routine.Calendar{
		Zone: r.c.Zone.String(), Hour: r.c.RoundsAt, Worked: r.c.Hours.Days, Off: r.off,
	}, Digest: r.c.Digest, DigestAt: r.c.DigestAt}
	if r.morning {
		r.made.Calendar.Worked = nil // whoever tries it at the weekend has a morning too
	}
	if r.c.Rounds {
		r.made.Lists = rb.Routines()
	}
	return r.made
}
