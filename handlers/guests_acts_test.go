package handlers

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// TestWhatGuestsDoInTheirChannel: in the channel of an incident they work as everybody does, and run no SQL.
func TestWhatGuestsDoInTheirChannel(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		l.each(func(what, kind, name string, w way, inc incident.Incident) {
			jobs, queries := l.jobs(inc.ID, ""), l.jobs(inc.ID, "run_queries")
			got := answer(t, l.h, w.request(kind, name, inc, false), who, inc.ChannelID)
			after := l.state(inc.ID)
			came := after.Revision > inc.Revision || l.jobs(inc.ID, "") > jobs || strings.Contains(got, "is done")
			switch w.claim {
			case never:
				assert.Regexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.False(t, came, "%s: %s comes to nothing", who, what)
			case acts:
				assert.NotRegexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.Equal(t, !w.idle, came, "%s: %s comes to something: %s", who, what, got)
			default:
				assert.NotRegexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.NotContains(t, got, "payroll", "%s: %s shows no other incident", who, what)
				assert.False(t, came, "%s: %s changes nothing", who, what)
			}
			assert.Equal(t, queries, l.jobs(inc.ID, "run_queries"), "%s: %s runs no query, not by a detour either", who, what)
		})
	}
	assert.Equal(t, 1, l.others(), "and nothing was declared")
}

// TestWhatGuestsDoElsewhere: from another channel, from another incident's, from their conversation with mayday and
// from nowhere, nothing is done and nothing is shown.
func TestWhatGuestsDoElsewhere(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	other := l.declare(nil)
	// Nothing changes these two, so they do for all ways.
	going, over := l.declare([]string{"done"}), l.declare([]string{"resolve over"})
	state := func() (all []int) {
		for _, inc := range []incident.Incident{other, going, over} {
			all = append(all, l.state(inc.ID).Revision, l.jobs(inc.ID, ""))
		}
		return all
	}
	before := state()
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		for _, where := range []string{"C0ELSE1", other.ChannelID, "D0THEIRS1"} {
			eachWay(func(what, kind, name string, w way) {
				inc := going
				if slices.Contains(w.before, "resolve over") {
					inc = over
				}
				got := answer(t, l.h, w.request(kind, name, inc, true), who, where)
				assert.NotContains(t, got, "payroll", "%s: %s in %s", who, what, where)
				switch {
				case name == blocks.CallbackAddToTimeline && where == other.ChannelID:
					before = state() // it is about the channel in which the message stands
				case name == blocks.CallbackAddToTimeline:
					assert.Contains(t, got, "not an incident's channel", "%s in %s", who, where)
				case w.claim != anyone && (w.claim != asks || where != other.ChannelID):
					assert.Regexp(t, refusedAsGuest, got, "%s: %s in %s", who, what, where)
				}
				assert.NotContains(t, got, "is done", "%s: %s in %s", who, what, where)
				if !assert.Equal(t, before, state(), "%s: %s in %s", who, what, where) {
					before = state()
				}
			})
		}
	}
	assert.Equal(t, 1, l.others(), "and nothing was declared")
}

// TestGuestsWhereTheyMayOnlyReadOrNothing: the two stricter settings, in the channel itself.
func TestGuestsWhereTheyMayOnlyReadOrNothing(t *testing.T) {
	t.Parallel()
	for setting, allowed := range map[string][]claim{incident.GuestsRead: {sees, asks, anyone}, incident.GuestsOff: {anyone}} {
		l := newLodge(t, incident.Access{Guests: setting})
		l.each(func(what, kind, name string, w way, inc incident.Incident) {
			jobs := l.jobs(inc.ID, "")
			got := answer(t, l.h, w.request(kind, name, inc, false), "U0GUS01", inc.ChannelID)
			if name == "list" || name == "find" {
				assert.Equal(t, setting == incident.GuestsOff, refusedAsGuest.MatchString(got), "%s: %s", setting, what)
			} else {
				assert.Equal(t, !slices.Contains(allowed, w.claim), refusedAsGuest.MatchString(got), "%s: %s: %s", setting, what, got)
			}
			assert.Equal(t, inc.Revision, l.state(inc.ID).Revision, "%s: %s", setting, what)
			assert.Equal(t, jobs, l.jobs(inc.ID, ""), "%s: %s", setting, what)
		})
	}
}

// TestAPushpinOfAGuest: an emoji in the channel of an incident counts where they may act.
func TestAPushpinOfAGuest(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{incident.GuestsAct: 1, incident.GuestsRead: 0, incident.GuestsOff: 0} {
		l := newLodge(t, incident.Access{Guests: setting})
		inc := l.declare(nil)
		l.h.Handle(t.Context(), bot.Request{Kind: bot.EventKind, Keys: []string{"event:1"}, User: "U0GUS01", Channel: inc.ChannelID,
			Event: &bot.Event{Type: "reaction_added", Reaction: "pushpin", User: "U0GUS01", Channel: inc.ChannelID, TS: "1700000000.000100"}})
		assert.Equal(t, want, l.jobs(inc.ID, "follow_message"), setting)
	}
}
