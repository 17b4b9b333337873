package incident

import (
	"strings"
	"time"
)

// Mute keeps the alerts of a source silent for a while: they are recorded, and offered only
// when they still fire at its end.
type Mute struct {
	ID int64 `json:"id"`
	// Source is a source's name, or EverySource.
	Source string    `json:"source"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	By     Person    `json:"by"`
	Why    string    `json:"why,omitempty"`
	// EndedBy and EndedAt are set when somebody ended it early, or took it back before it began.
	EndedBy Person    `json:"ended_by,omitempty"`
	EndedAt time.Time `json:"ended_at,omitzero"`
}

const (
	// EverySource is what a Mute names that is for all sources.
	EverySource = "all"
	// MuteOnce is how long the button of an offer mutes it.
	MuteOnce = time.Hour
	// longestMute and longestNotice bound a window: a mute that is forgotten is as bad as no alerts.
	longestMute, longestNotice = 7 * 24 * time.Hour, 90 * 24 * time.Hour
)

// Window is a time during which a source is muted, as somebody asks for it.
type Window struct {
	Source string
	From   time.Time
	For    time.Duration
	Why    string
}

// MuteSource plans a mute. A From that is past is now. It is refused without a source, for
// more than a week, or more than 90 days ahead.
func MuteSource(w Window, by Person, now time.Time) (Mute, error) {
	from := later(w.From, now)
	source := strings.ToLower(Line(w.Source, maxLabel))
	switch {
	case source == "":
		return Mute{}, &Refusal{Reason: NeedsText, Verb: "mute", Word: "which source"}
	case w.For <= 0 || w.For > longestMute:
		return Mute{}, &Refusal{Reason: NeedsText, Verb: "mute", Word: "for how long, at most a week"}
	case from.Sub(now) > longestNotice:
		return Mute{}, &Refusal{Reason: NeedsText, Verb: "mute", Word: "a beginning within 90 days"}
	}
	return Mute{Source: source, From: from.UTC(), Until: from.Add(w.For).UTC(), By: by, Why: Line(w.Why, maxLabel)}, nil
}

// Unmute ends a mute early.
func (m Mute) Unmute(by Person, now time.Time) (Mute, error) {
	if m.Over(now) {
		at := m.Until
		if !m.EndedAt.IsZero() {
			at = m.EndedAt
		}
		return m, &Refusal{Reason: Already, Verb: "unmute", By: m.EndedBy, At: at}
	}
	m.EndedBy, m.EndedAt = by, now.UTC()
	return m, nil
}

// Over reports whether the mute has ended.
func (m Mute) Over(now time.Time) bool { return !m.EndedAt.IsZero() || !now.Before(m.Until) }

// Covers reports whether a source is muted at a moment.
func (m Mute) Covers(source string, now time.Time) bool {
	return (m.Source == source || m.Source == EverySource) && !m.Over(now) && !now.Before(m.From)
}

// TellMute says in the operators' channel that a source is muted, or heard again before time.
type TellMute struct {
	Ref
	Mute Mute `json:"mute"`
}

// Kind names the effect.
func (TellMute) Kind() string { return "tell_mute" }
