package routine

import "time"

// Pace lets the team's time run faster than the real one from a moment on, for a demo. The zero value is the real time.
type Pace struct {
	// Real and Team are the same moment in both.
	Real time.Time `json:"real,omitzero"`
	Team time.Time `json:"team,omitzero"`
	// Factor is how many seconds of the team pass in one.
	Factor float64 `json:"factor,omitempty"`
}

// team is what the team's calendar shows at a real moment, and real the reverse.
func (p Pace) team(t time.Time) time.Time {
	if p.Factor <= 0 {
		return t
	}
	since := t.Sub(p.Real)
	if since > 0 {
		since = time.Duration(float64(since) * p.Factor)
	}
	return p.Team.Add(since)
}

func (p Pace) real(t time.Time) time.Time {
	if p.Factor <= 0 || t.IsZero() {
		return t
	}
	since := t.Sub(p.Team)
	if since > 0 {
		since = time.Duration(float64(since) / p.Factor)
	}
	return p.Real.Add(since).Truncate(time.Microsecond)
}

// at is a pace of another factor that shows the same at a real moment: the team's time never goes back.
func (p Pace) at(factor float64, now time.Time) Pace {
	if factor == p.factor() {
		return p
	}
	return Pace{Real: now.UTC(), Team: p.team(now).UTC(), Factor: factor}
}

func (p Pace) factor() float64 {
	if p.Factor <= 0 {
		return 1
	}
	return p.Factor
}
