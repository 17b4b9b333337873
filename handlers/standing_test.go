package handlers

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// forgets has Slack say nothing more, after it described everybody so long ago.
func (l *lodge) forgets(age time.Duration) {
	l.t.Helper()
	for who, u := range l.h.People.(crowd) {
		l.h.met.put(who, u)
		l.h.met.known[who] = acquaintance{u, time.Now().Add(-age)}
	}
	l.h.People = crowd{}
}

// TestAGuestStaysOneEachWayThoughSlackIsSilent: what Slack said last refuses them, and nothing is done or declared.
func TestAGuestStaysOneEachWayThoughSlackIsSilent(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	going, over := l.declare([]string{"done"}), l.declare([]string{"resolve over"})
	before := []int{l.state(going.ID).Revision, l.state(over.ID).Revision, l.jobs(going.ID, ""), l.jobs(over.ID, "")}
	l.forgets(2 * knownFor)
	eachWay(func(what, kind, name string, w way) {
		inc := going
		if slices.Contains(w.before, "resolve over") {
			inc = over
		}
		if w.claim == anyone || name == blocks.CallbackAddToTimeline {
			return
		}
		got := answer(t, l.h, w.request(kind, name, inc, true), "U0GUS01", elsewhere)
		if name == "trend" || what == "command query query payments" { // for the database an hour is too long ago
			assert.Contains(t, got, "did not say just now who you are", what)
			return
		}
		assert.Regexp(t, refusedAsGuest, got, what)
	})
	assert.Equal(t, before, []int{l.state(going.ID).Revision, l.state(over.ID).Revision, l.jobs(going.ID, ""), l.jobs(over.ID, "")})
	assert.Equal(t, 1, l.others(), "and nothing was declared")
	assert.Contains(t, l.does(bot.Request{Kind: bot.Command, Text: "find payroll", User: "U0GUS01", Channel: elsewhere}).Text, "No incident is found")
}

// TestAMemberKeepsTheirNameThoughSlackIsSilent: in what they declare, change, take and hand over.
func TestAMemberKeepsTheirNameThoughSlackIsSilent(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	l.h.People = crowd{"U0ANA01": {ID: "U0ANA01", RealName: "Ana Lima"}, "U0BEN01": {ID: "U0BEN01", RealName: "Ben Okafor"}}
	offered, attached := l.offer("a"), l.offer("b")
	l.forgets(2 * knownFor)
	over, end := l.ended()
	defer end()
	l.does(bot.Request{Kind: bot.Action, ActionID: blocks.ActionDeclareOffer, Value: to(offered, incident.Incident{}).String(), Channel: elsewhere})
	ofOffer := l.state(l.newest())
	typed := l.h.Handle(t.Context(), bot.Request{Kind: bot.Command, Text: "p1 site-down gone --another", User: "U0ANA01", Channel: elsewhere, Keys: []string{"typed"}})
	typed.After(over)
	ofWords := l.state(l.newest())
	changed, taken := l.declare([]string{"ack"}), l.declare(nil)
	l.press(blocks.ActionAttach, to(attached, taken), elsewhere)
	for how, inc := range map[string]incident.Incident{"from an offer": ofOffer, "by words": ofWords, "changed": changed, "attached to": l.state(taken.ID)} {
		assert.Equal(t, "Ana Lima", inc.Names["U0ANA01"], how)
	}
	l.enters("handover <@U0BEN01> the pool is full", changed.ChannelID)
	assert.Equal(t, "Ben Okafor", l.state(changed.ID).Names["U0BEN01"])
}

// TestAGuestReadsThatTheDatabaseIsAway, and neither the runbook nor that they may not: nobody can tell whether they are in an incident's channel.
func TestAGuestReadsThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	inc := b.declare(nil)
	guest := bot.Request{Kind: bot.Command, Text: "contacts", User: "U0GUS01", Channel: inc.ChannelID}
	said, _, _ := b.handle(guest, 1000)
	assert.NotRegexp(t, fails, said)
	for reach := int64(0); ; reach++ {
		said, cut, _ := b.handle(guest, reach)
		if !cut {
			assert.Positive(t, reach, "it is asked")
			break
		}
		assert.Regexp(t, fails, said, "after %d questions", reach)
	}
}
