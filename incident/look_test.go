package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// here is how the channel of declared stands when nothing is wrong with it.
func here() ChannelLook { return ChannelLook{Name: "inc-42-p0-site-down", Member: true} }

// seen looks at the channel of an incident, and gives what changed.
func seen(t *testing.T, inc Incident, l ChannelLook) Change {
	t.Helper()
	c, err := ChannelSeen(inc, inc.ChannelID, l, t0.Add(time.Hour))
	require.NoError(t, err)
	return c
}

// kindsOf are the kinds of some events, in order.
func kindsOf(events []Event) []EventKind {
	var kinds []EventKind
	for _, ev := range events {
		kinds = append(kinds, ev.Kind)
	}
	return kinds
}

// asked is the first effect of a type.
func asked[E Effect](c Change) (fx E, ok bool) {
	for _, one := range c.Effects {
		if fx, ok := one.(E); ok {
			return fx, true
		}
	}
	return fx, false
}

func TestAChannelThatIsAsRecordedChangesNothing(t *testing.T) {
	inc := declared(t, "P0")
	assert.True(t, seen(t, inc, here()).Empty())
	assert.True(t, seen(t, inc, ChannelLook{Member: true}).Empty(), "a name that Slack does not say is no new one")

	other, err := ChannelSeen(inc, "C0OLD", ChannelLook{Gone: true}, t0)
	require.NoError(t, err)
	assert.True(t, other.Empty(), "the look came from the channel that it had before")
	inc.ChannelID = ""
	assert.True(t, seen(t, inc, ChannelLook{Gone: true}).Empty(), "it has none yet")
}

func TestWhyAChannelHearsNothing(t *testing.T) {
	open := declared(t, "P0")
	private := seen(t, open, ChannelLook{Name: open.ChannelName, Private: true, Member: true}).Incident
	for name, tt := range map[string]struct {
		inc  Incident
		look ChannelLook
		want Away
	}{
		"somebody archived it":                 {open, ChannelLook{Name: open.ChannelName, Archived: true, Member: true}, Archived},
		"mayday was taken out":                 {open, ChannelLook{Name: open.ChannelName}, Removed},
		"archived, and mayday is not in it":    {open, ChannelLook{Name: open.ChannelName, Archived: true}, Archived},
		"Slack knows no such channel":          {open, ChannelLook{Gone: true}, Vanished},
		"a private one that mayday cannot see": {private, ChannelLook{Gone: true}, Removed},
	} {
		t.Run(name, func(t *testing.T) {
			c := seen(t, tt.inc, tt.look)
			assert.Equal(t, tt.want, c.Incident.Away)
			assert.True(t, c.Incident.AwayTold)
			require.Equal(t, []EventKind{EventChannelLost}, kindsOf(c.Events))
			assert.Equal(t, string(tt.want), c.Events[0].To)
			alarm, ok := lead(c)
			require.True(t, ok, "whoever leads hears it")
			assert.Equal(t, c.Events[0].Seq, alarm.Seq)
		})
	}
}

// lead is the alarm that goes to whoever leads.
func lead(c Change) (Alarm, bool) {
	for _, fx := range c.Effects {
		if a, ok := fx.(Alarm); ok && a.Lead {
			return a, true
		}
	}
	return Alarm{}, false
}

func TestALostChannelIsToldOnce(t *testing.T) {
	lost := seen(t, declared(t, "P0"), ChannelLook{Name: "inc-42-p0-site-down", Archived: true, Member: true}).Incident
	assert.True(t, seen(t, lost, ChannelLook{Name: lost.ChannelName, Archived: true, Member: true}).Empty(), "it is known")

	worse := seen(t, lost, ChannelLook{Gone: true})
	assert.Equal(t, Vanished, worse.Incident.Away)
	assert.Equal(t, []EventKind{EventChannelLost}, kindsOf(worse.Events), "for another reason it is another matter")

	over, err := Resolve(declared(t, "P0"), ana, "fixed", t0)
	require.NoError(t, err)
	quiet := seen(t, over.Incident, ChannelLook{Gone: true})
	assert.Equal(t, Vanished, quiet.Incident.Away)
	assert.False(t, quiet.Incident.AwayTold)
	assert.Empty(t, quiet.Events, "what is over is told to nobody")
}

func TestAChannelThatIsBackCatchesUp(t *testing.T) {
	inc := declared(t, "P0")
	inc.Joined = []Person{chidi}
	back := seen(t, seen(t, inc, ChannelLook{Gone: true}).Incident, here())
	assert.Empty(t, back.Incident.Away)
	assert.False(t, back.Incident.AwayTold)
	require.Equal(t, []EventKind{EventChannelBack}, kindsOf(back.Events))
	assert.Equal(t, string(Vanished), back.Events[0].From)
	drawn := map[Surface]bool{}
	for _, fx := range back.Effects {
		if s, ok := fx.(Show); ok {
			drawn[s.Surface] = true
		}
	}
	for _, s := range []Surface{Card, StepMessage, Topic, ReminderMessage, AskingMessages} {
		assert.True(t, drawn[s], "%v is drawn as it is now", s)
	}
	_, speaks := asked[Speak](back)
	assert.True(t, speaks, "what waited is said")
	_, marks := asked[AddBookmarks](back)
	assert.True(t, marks)
	invite, ok := asked[Invite](back)
	require.True(t, ok)
	assert.Equal(t, []Person{ana, chidi}, invite.People, "who took part, and who joined")

	over, err := Resolve(inc, ana, "fixed", t0)
	require.NoError(t, err)
	quiet := seen(t, seen(t, over.Incident, ChannelLook{Gone: true}).Incident, here())
	assert.Empty(t, quiet.Incident.Away)
	assert.Empty(t, quiet.Events, "of what was not told as lost it is not said that it is back")
	_, invites := asked[Invite](quiet)
	assert.False(t, invites, "nobody is called to what is over")
}

func TestANewNameOfTheChannelIsFollowed(t *testing.T) {
	inc := declared(t, "P0")
	c := seen(t, inc, ChannelLook{Name: "checkout-down", Member: true})
	assert.Equal(t, "checkout-down", c.Incident.ChannelName)
	require.Equal(t, []EventKind{EventChannelRenamed}, kindsOf(c.Events))
	assert.Equal(t, "inc-42-p0-site-down checkout-down", c.Events[0].From+" "+c.Events[0].To)
	assert.Equal(t, inc.ChannelName, seen(t, inc, ChannelLook{Name: "checkout-down", Gone: true}).Incident.ChannelName, "of one that is not there Slack says no name")

	for name, tt := range map[string]struct {
		live, filed, want bool
	}{
		"while it goes on":                  {true, true, false},
		"over, with a post-mortem":          {false, true, true},
		"over, and none was filed so far":   {false, false, false},
		"while it goes on, and none so far": {true, false, false},
	} {
		inc := inc
		if !tt.live {
			over, err := Resolve(inc, ana, "fixed", t0)
			require.NoError(t, err)
			inc = over.Incident
		}
		if tt.filed {
			inc.PostmortemNumber = 7
		}
		_, writes := asked[FilePostmortem](seen(t, inc, ChannelLook{Name: "checkout-down", Member: true}))
		assert.Equal(t, tt.want, writes, name)
	}
}

func TestAChannelThatBecomesPrivateHidesTheIncident(t *testing.T) {
	c := seen(t, declared(t, "P0"), ChannelLook{Name: "inc-42-p0-site-down", Private: true, Member: true})
	assert.True(t, c.Incident.Private)
	assert.Equal(t, []EventKind{EventMadePrivate}, kindsOf(c.Events))
	assert.True(t, seen(t, c.Incident, ChannelLook{Name: c.Incident.ChannelName, Private: true, Member: true}).Empty(), "once")
	assert.True(t, seen(t, c.Incident, here()).Incident.Private, "and for good")
}

func TestALookIsAskedForWhereThereIsAChannel(t *testing.T) {
	inc := declared(t, "P0")
	c, err := LookAgain(inc)
	require.NoError(t, err)
	assert.Equal(t, []Effect{LookAtChannel{Ref: inc.Ref()}}, c.Effects)
	assert.Equal(t, "look_at_channel", LookAtChannel{}.Kind())
	inc.ChannelID = ""
	c, err = LookAgain(inc)
	require.NoError(t, err)
	assert.True(t, c.Empty())
}

func TestAChannelThatGotAnotherID(t *testing.T) {
	inc := declared(t, "P0")
	c, err := ChannelMoved(inc, "C042", "C043", t0)
	require.NoError(t, err)
	assert.Equal(t, "C043", c.Incident.ChannelID)
	look, ok := asked[LookAtChannel](c)
	require.True(t, ok)
	assert.Equal(t, "C042", look.Was)
	show, ok := asked[Show](c)
	require.True(t, ok)
	assert.Equal(t, Show{Ref: inc.Ref(), Surface: Announcement, Revision: inc.Revision + 1}, show, "it links the new one")
	for _, ids := range [][2]string{{"C0OTHER", "C043"}, {"C042", ""}, {"", "C043"}} {
		c, err := ChannelMoved(inc, ids[0], ids[1], t0)
		require.NoError(t, err)
		assert.True(t, c.Empty(), "%v", ids)
	}
	inc.ChannelID = ""
	c, err = ChannelMoved(inc, "", "C043", t0)
	require.NoError(t, err)
	assert.True(t, c.Empty(), "it has none that could move")
}

func TestAnAccountThatIsGoneHoldsNoRole(t *testing.T) {
	h := &history{t: t, inc: declared(t, "P0")}
	h.then(TakeRole(h.inc, ana, ben, string(Lead), t0)).then(TakeRole(h.inc, ana, ben, string(Scribe), t0)).then(TakeRole(h.inc, ana, chidi, string(Comms), t0))
	c, err := AccountGone(h.inc, ben, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, map[Role]Person{Comms: chidi}, c.Incident.Roles)
	lost := map[string]bool{}
	for _, ev := range c.Events {
		assert.Equal(t, EventRoleLost, ev.Kind)
		assert.Equal(t, ben, ev.Whom)
		assert.True(t, ev.Aloud)
		lost[ev.To] = true
	}
	assert.Equal(t, map[string]bool{string(Lead): true, string(Scribe): true}, lost)
	_, alarms := asked[Alarm](c)
	assert.True(t, alarms, "who would take over may not be in the channel")

	h.then(AccountGone(h.inc, chidi, t0))
	_, alarms = asked[Alarm](Change{Effects: h.fx})
	assert.False(t, alarms, "without a lead nobody is in charge; without comms somebody still is")

	over, err := Resolve(h.inc, ana, "fixed", t0)
	require.NoError(t, err)
	for name, c := range map[string]Change{
		"nobody": first(AccountGone(h.inc, "", t0)), "holds none": first(AccountGone(h.inc, "U0ELSE", t0)), "it is over": first(AccountGone(over.Incident, ben, t0)),
	} {
		assert.True(t, c.Empty(), name)
	}
}

func first(c Change, _ error) Change { return c }

func TestASurfaceIsDrawnAnewOnRequest(t *testing.T) {
	inc := declared(t, "P0")
	c, err := Redraw(inc, Card)
	require.NoError(t, err)
	assert.Equal(t, Change{Incident: inc, Effects: []Effect{Show{Ref: inc.Ref(), Surface: Card, Revision: inc.Revision}}}, c)
}
