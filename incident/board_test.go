package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatFiresAgainSoonIsTheSameOffer(t *testing.T) {
	for after, offers := range map[time.Duration]int{30 * time.Minute: 1, 30*time.Minute + tick: 2} {
		d := newDesk().hear(firing("a")).hear(quiet("a")).pass(after).hear(firing("a"))
		assert.Len(t, d.Offers, offers, after)
	}
	d := newDesk().hear(firing("a")).hear(firing("b")).hear(quiet("a")).pass(time.Hour).hear(firing("a"))
	assert.Len(t, d.Offers, 1, "the other one fired all the time")
}

func TestWhatBeginsTogetherIsOneOffer(t *testing.T) {
	for after, offers := range map[time.Duration]int{5 * time.Minute: 1, 5*time.Minute + tick: 2} {
		assert.Len(t, newDesk().hear(firing("a")).pass(after).hear(firing("b")).Offers, offers, after)
	}
	d := newDesk()
	d.Hear(firing("a"), Found{}, ToOffer, d.now)
	d.Hear(firing("b"), Found{}, ToOffer, d.now)
	d.hear(firing("c"))
	assert.Len(t, d.Offers, 2, "of one source, or of one scenario")
	assert.Equal(t, []string{"source/sentry", "scenario/site-down"}, []string{d.Offers[1].Group, d.Offers[2].Group})
}

func TestASignalKeepsWhatAReportLeavesOut(t *testing.T) {
	d := newDesk()
	r := firing("a")
	r.Link = "https://sentry.example.com/1"
	d.hear(r).hear(firing("a"))
	s := d.Signals[SignalID{"sentry", "a"}]
	assert.Equal(t, r.Link, s.Link)
	assert.Equal(t, 2, s.Count)
	r.Link = "https://sentry.example.com/2"
	assert.Equal(t, r.Link, d.hear(r).Signals[s.ID()].Link)
}

// A message that shows a revision or a later one is new enough, so that it has to grow with every change.
func TestTheRevisionOfAnOfferGrows(t *testing.T) {
	d := newDesk().hear(firing("a"))
	o := d.Offers[1]
	before := o.Revision
	assert.Positive(t, before)
	d.hear(firing("a"))
	assert.Greater(t, o.Revision, before)
	muted, err := MuteOffer(*o, ana, time.Hour, d.now)
	require.NoError(t, err)
	assert.Equal(t, o.Revision+1, muted.Revision)
	assert.Equal(t, d.now.Add(time.Hour), muted.Wake())
	assert.Zero(t, o.Wake(), "nothing becomes of one that waits")
	assert.Equal(t, o.Revision+1, o.AttachedTo(Ref{Incident: 42}, ana, d.now).Revision)

	d.Offers[1] = &muted
	at := muted.Revision
	d.pass(time.Hour)
	assert.Equal(t, Offered, d.Offers[1].State)
	assert.Equal(t, at+1, d.Offers[1].Revision)
}

func TestWhatStillFiresIsToldAfterAQuarterOfAnHour(t *testing.T) {
	for after, told := range map[time.Duration]int{15*time.Minute - tick: 1, 15 * time.Minute: 2} {
		d := newDesk()
		d.Going = []Going{{Ref: Ref{Incident: 42}, Scenarios: []string{"site-down"}}}
		assert.Len(t, d.hear(firing("a")).pass(after).hear(firing("a")).tells(), told, after)
	}
}

func TestThreeTurnsInHalfAnHourAreFlapping(t *testing.T) {
	for window, flaps := range map[time.Duration]bool{30 * time.Minute: true, 30*time.Minute + tick: false} {
		var s Signal
		s.turn(t0)
		s.turn(t0.Add(time.Minute))
		assert.False(t, s.flaps(t0.Add(time.Minute)), "two are not")
		s.turn(t0.Add(window))
		assert.Equal(t, flaps, s.flaps(t0.Add(window)), window)
		assert.Equal(t, flaps, Signal{Turns: []time.Time{t0, t0, t0}}.flaps(t0.Add(window)), window)
	}
	var s Signal
	for i := range 20 {
		s.turn(t0.Add(time.Duration(i) * time.Second))
	}
	assert.Len(t, s.Turns, 2*flapTurns, "no more are kept")
	assert.Equal(t, t0.Add(19*time.Second), s.Turns[2*flapTurns-1], "the newest")
	assert.True(t, s.flaps(t0.Add(time.Minute)))
}

func TestWhatIsOnlyLoggedMayFlap(t *testing.T) {
	d := newDesk()
	for range 4 {
		d.Hear(firing("a"), foundSite, ToLog, d.now)
		d.Hear(quiet("a"), foundSite, ToLog, d.now)
	}
	assert.Empty(t, d.Offers)
	assert.NotZero(t, d.Signals[SignalID{"sentry", "a"}].HeldUntil)

	d = newDesk().hear(firing("a")).hear(quiet("a")).hear(firing("a"))
	o := d.Offers[1]
	o.FlappingSince = time.Time{}
	assert.Equal(t, d.now, d.hear(quiet("a")).Offers[1].FlappingSince, "the offer is seen to flap")
}
