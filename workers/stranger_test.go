package workers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/oncall"
	"mayday/playbooks"
	slacksim "mayday/sim/slack"
)

// warnings are what the operators read of people who cannot be called.
func (r *rota) warnings() (texts []string) {
	r.t.Helper()
	ch, err := r.cfg.Slack.ChannelNamed(r.t.Context(), "incidents")
	require.NoError(r.t, err)
	for _, m := range r.sim.Messages(ch.ID) {
		if strings.Contains(m.Text, "cannot be reached in Slack") {
			texts = append(texts, looks(m))
		}
	}
	return texts
}

// known is what /incident oncall can show of it.
func (r *rota) known() (names []string) {
	r.t.Helper()
	k, err := r.st.Strangers(r.t.Context(), r.contact)
	require.NoError(r.t, err)
	for _, s := range k.Known() {
		names = append(names, s.Person.Title())
	}
	return names
}

// TestWhoIsOnCallWithoutAnAccountIsToldOnceSlackIsReached: at a start who is on call is often read before.
func TestWhoIsOnCallWithoutAnAccountIsToldOnceSlackIsReached(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	reached := false
	r.w.ReachesSlack = func() bool { return reached }
	r.text.Store(shifts(r.st.Now(), "zoe@example.com"))
	unsought := map[string]bool{}
	require.NoError(t, r.w.readRoster(t.Context(), r.source, unsought))
	assert.EqualValues(t, 1, r.asked.Load())
	assert.Empty(t, r.warnings())
	reached = true
	require.NoError(t, r.w.readRoster(t.Context(), r.source, unsought))
	assert.EqualValues(t, 1, r.asked.Load(), "the calendar is asked every five minutes")
	assert.Len(t, r.warnings(), 1)
	require.NoError(t, r.w.readRoster(t.Context(), r.source, unsought))
	assert.Empty(t, unsought)
}

func TestWhoIsOnCallSoonWithoutAnAccountIsToldOnce(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	now := r.st.Now()
	require.NoError(t, r.says(shifts(now, "ana@example.com", "zoe@example.com", "Yuri", "Ana Ruiz")))
	require.Len(t, r.warnings(), 1)
	said := r.warnings()[0]
	assert.Contains(t, said, "no account in this workspace has the address zoe@example.com")
	assert.Contains(t, said, "Yuri, from")
	assert.Contains(t, said, "no contact of the runbook is called that")
	assert.NotContains(t, said, "• ana")
	assert.Contains(t, said, "otherwise Ana Ruiz")
	assert.NotContains(t, said, "<@", "nobody is called by it")
	assert.Equal(t, []string{"zoe@example.com", "Yuri"}, r.known())

	require.NoError(t, r.says(shifts(now, "ana@example.com", "zoe@example.com", "Yuri", "Ana Ruiz")))
	assert.Len(t, r.warnings(), 1)

	// One more is told alone; who was mended is forgotten, and told of again when the fault comes back.
	require.NoError(t, r.says(shifts(now, "ana@example.com", "zoe@example.com", "Xenia")))
	require.Len(t, r.warnings(), 2)
	assert.NotContains(t, r.warnings()[1], "zoe")
	assert.Equal(t, []string{"zoe@example.com", "Xenia"}, r.known())
	require.NoError(t, r.says(shifts(now, "ana@example.com", "zoe@example.com", "Yuri")))
	assert.Len(t, r.warnings(), 3)
}

func TestAWeekAheadIsSoon(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	require.NoError(t, r.says(shifts(r.st.Now().Add(StrangersAhead+time.Hour), "zoe@example.com")))
	assert.Empty(t, r.warnings())
	require.NoError(t, r.says(shifts(r.st.Now().Add(StrangersAhead-time.Hour), "zoe@example.com")))
	assert.Len(t, r.warnings(), 1)
}

// Of whom it is not known whether Slack knows them, nothing is said.
func TestWhoCouldNotBeLookedUpIsNoStranger(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"Slack is away": {HTTP: 500}, "the scope is missing": {Error: "missing_scope"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRota(t)
			r.sim.Mischief().FailNext("users.lookupByEmail", 9, f)
			require.ErrorContains(t, r.says(shifts(r.st.Now(), "zoe@example.com")), "On-call")
			r.sim.Mischief().Clear()
			assert.Empty(t, r.warnings())
			assert.Empty(t, r.known())
			_, unsure, err := r.w.turn(t.Context(), r.contact)
			require.NoError(t, err)
			assert.Contains(t, unsure, "zoe@example.com", "what it says is kept all the same")
		})
	}
}

// Whoever told it and did not hear that it arrived looks first.
func TestAWarningOfUnknownOutcomeIsToldOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"arrived": unheard, "lost": {HTTP: 500}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRota(t)
			now := r.st.Now()
			r.sim.Mischief().FailNext("chat.postMessage", 1, f)
			require.Error(t, r.says(shifts(now, "zoe@example.com")))
			r.sim.Mischief().Clear()
			assert.Equal(t, []string{"zoe@example.com"}, r.known())
			require.NoError(t, r.says(shifts(now, "zoe@example.com", "Yuri")))
			require.Len(t, r.warnings(), 1)
			assert.Contains(t, r.warnings()[0], "zoe")
			require.NoError(t, r.says(shifts(now, "zoe@example.com", "Yuri")))
			require.Len(t, r.warnings(), 2, "who came to it meanwhile")
			assert.NotContains(t, r.warnings()[1], "zoe")
			require.NoError(t, r.says(shifts(now, "zoe@example.com", "Yuri")))
			assert.Len(t, r.warnings(), 2)
		})
	}
}

// A calendar of overrides is looked at with what it is laid over.
func TestAStrangerAmongTheOverridesIsTold(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	require.NoError(t, r.says(shifts(r.st.Now(), "ana@example.com")))
	swapped := r.contact
	swapped.Roster, swapped.Overrides = "rotation", r.source.Key
	rb := *r.w.Runbook()
	rb.Policy.Contacts[0] = swapped
	r.w.Runbook = func() *playbooks.Runbook { return &rb }
	require.NoError(t, r.says(shifts(r.st.Now(), "zoe@example.com")))
	assert.Len(t, r.warnings(), 1)
	k, err := r.st.Strangers(t.Context(), swapped)
	require.NoError(t, err)
	assert.Equal(t, oncall.Person{Email: "zoe@example.com"}, k.Known()[0].Person)
}

// Whoever was found is not looked for every five minutes: pages need the same look-ups. Whoever was not is.
func TestWhoWasFoundIsNotLookedForAllTheTime(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	for i := range 3 {
		r.w.people = people{} // as after five minutes
		require.NoError(t, r.says(shifts(r.st.Now(), "ana@example.com", "zoe@example.com")))
		assert.Equal(t, 2+i, r.calls("users.lookupByEmail"))
	}
	r.w.found.Store(oncall.Person{Email: "ana@example.com"}, r.st.Now().Add(-foundFor))
	r.w.people = people{}
	require.NoError(t, r.says(shifts(r.st.Now(), "ana@example.com", "zoe@example.com")))
	assert.Equal(t, 6, r.calls("users.lookupByEmail"), "some day they may be gone")
}
