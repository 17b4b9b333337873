package blocks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
	"mayday/oncall"
)

func TestWhyATurnIsNotSure(t *testing.T) {
	zoe := []oncall.Person{{Email: "zoe@example.com"}}
	for want, d := range map[string]oncall.Doubt{
		"": {},
		"no account in this workspace is that of zoe@example.com":                                                  {Missing: zoe},
		"its calendar was read 3 h 0 min ago":                                                                      {Age: 3 * time.Hour},
		"its calendar was read 3 h 0 min ago (it answers 503)":                                                     {Age: 3 * time.Hour, Problem: "it answers 503"},
		"its calendar names nobody now. Who the runbook names is called.":                                          {Nobody: true, Instead: true},
		"its calendar names nobody now, and its calendar was read 3 h 0 min ago. Who the runbook names is called.": {Nobody: true, Instead: true, Age: 3 * time.Hour},
		"its calendar was not read yet. Who the runbook names is called.":                                          {Unread: true, Instead: true},
		"its calendar cannot be read: it answers 503. Who the runbook names is called.":                            {Unread: true, Instead: true, Problem: "it answers 503"},
		"no account in this workspace is that of zoe@example.com. Who the runbook names is called.":                {Missing: zoe, Instead: true},
	} {
		assert.Equal(t, want, TurnUnsure(d, true))
	}
	assert.Equal(t, "its calendar names nobody now, and the runbook names nobody in its place", TurnUnsure(oncall.Doubt{Nobody: true, Instead: true}, false))
}

func TestAnOldTurnIsToldAsOld(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	turn := Turn{Contact: incident.Contact{Roster: "k"}, Now: []oncall.Shift{{Person: oncall.Person{Name: "Ana"}}}}
	for problem, want := range map[string]string{"": "as of 3 h ago", "it answers 503": "as of 3 h ago: it answers 503"} {
		turn.Problem = problem
		turn.ReadAt = now.Add(-3 * time.Hour)
		assert.Contains(t, turn.words(now), want)
	}
	turn.Problem, turn.ReadAt = "", now.Add(-time.Minute)
	assert.NotContains(t, turn.words(now), "as of")
}
