package workers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/probes"
	"mayday/routine"
	"mayday/store"
)

// shifts writes a calendar in which each has an hour, the first now.
func shifts(now time.Time, summaries ...string) string {
	s := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	for i, who := range summaries {
		from := now.Add(time.Duration(i)*time.Hour - time.Minute).UTC()
		s += "BEGIN:VEVENT\r\nUID:" + who + "\r\nDTSTART:" + from.Format("20060102T150405Z") + "\r\nDTEND:" + from.Add(time.Hour).Format("20060102T150405Z") + "\r\nSUMMARY:" + who + "\r\nEND:VEVENT\r\n"
	}
	return s + "END:VCALENDAR\r\n"
}

// rota is a calendar behind an address, and a contact who is whoever it names.
type rota struct {
	*hand
	text    atomic.Value
	asked   atomic.Int32
	source  oncall.Source
	contact incident.Contact
}

func newRota(t *testing.T) *rota {
	t.Helper()
	r := &rota{hand: newHand(t)}
	r.text.Store("")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.asked.Add(1)
		if text := r.text.Load().(string); text != "" {
			_, _ = w.Write([]byte(text))
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(s.Close)
	r.source, _ = oncall.Calendar(s.URL + "/secret/basic.ics")
	r.contact = incident.Contact{Role: "On-call", Name: "Ana Ruiz", Email: "ana@example.com", Roster: r.source.Key}
	r.w.Reader = probes.New(true)
	r.w.Runbook = func() *playbooks.Runbook {
		return &playbooks.Runbook{Rosters: []oncall.Source{r.source}, Policy: incident.Policy{Contacts: []incident.Contact{r.contact}}}
	}
	return r
}

// says has the calendar say something, and reads it.
func (r *rota) says(text string) error {
	r.t.Helper()
	r.text.Store(text)
	_, err := r.st.Pool().Exec(r.t.Context(), `update mayday.roster set asked_at = asked_at - interval '1 day'`)
	require.NoError(r.t, err)
	return r.w.readRoster(r.t.Context(), r.source, map[string]bool{})
}

func TestThePersonOfTheShiftIsCalled(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	ben, _ := r.sim.UserByName("ben")
	require.NoError(t, r.says(shifts(r.st.Now(), "On call @"+ben.ID, "ana@example.com")))
	people, unsure, err := r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Equal(t, []incident.Person{ben.ID}, people)
	assert.Empty(t, unsure)
	require.NoError(t, r.w.readRoster(t.Context(), r.source, map[string]bool{}))
	assert.EqualValues(t, 1, r.asked.Load(), "it is asked every five minutes")

	require.NoError(t, r.says(shifts(r.st.Now(), "On call: ana ruiz")))
	people, _, err = r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Equal(t, []incident.Person{r.inc.DeclaredBy}, people, "a name is that of a contact of the runbook")
}

// TestWhoSwappedIsCalled: the calendar of overrides wins while it names somebody.
func TestWhoSwappedIsCalled(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	ben, _ := r.sim.UserByName("ben")
	chidi, _ := r.sim.UserByName("chidi")
	require.NoError(t, r.says(shifts(r.st.Now(), "@"+ben.ID)))
	r.contact.Overrides = "swaps"
	swaps := func(list ...oncall.Shift) {
		t.Helper()
		_, _, err := r.st.RosterTurn(t.Context(), "swaps", 0)
		require.NoError(t, err)
		require.NoError(t, r.st.SaveRoster(t.Context(), store.Roster{Key: "swaps", Kept: oncall.Kept{Shifts: list}}))
	}
	called := func() (people []incident.Person, unsure string) {
		t.Helper()
		people, unsure, err := r.w.turn(t.Context(), r.contact)
		require.NoError(t, err)
		return people, unsure
	}
	people, unsure := called()
	assert.Equal(t, []incident.Person{ben.ID}, people)
	assert.Contains(t, unsure, "not read yet", "it is not known whether somebody swapped")
	swaps(oncall.Shift{Person: oncall.Person{Handle: chidi.ID}, From: r.st.Now().Add(-time.Minute), Until: r.st.Now().Add(time.Hour)})
	people, unsure = called()
	assert.Equal(t, []incident.Person{chidi.ID}, people)
	assert.Empty(t, unsure)
	swaps()
	people, unsure = called()
	assert.Equal(t, []incident.Person{ben.ID}, people)
	assert.Empty(t, unsure)
}

func TestWhenTheCalendarDoesNotSayTheRunbookDoesAloud(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says func(r *rota) error
		want string
	}{
		"it was never asked": {func(*rota) error { return nil }, "was not read yet"},
		"it is away":         {func(r *rota) error { return r.says("") }, "it answers 503"},
		"it is a page":       {func(r *rota) error { return r.says("<html>Sign in</html>") }, "no iCalendar"},
		"a gap":              {func(r *rota) error { return r.says(shifts(r.st.Now().Add(time.Hour), "ben")) }, "names nobody now"},
		"a stranger":         {func(r *rota) error { return r.says(shifts(r.st.Now(), "zoe@example.com")) }, "zoe@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRota(t)
			if err := c.says(r); err != nil {
				assert.NotContains(t, err.Error(), "secret", "the address of a calendar is one")
			}
			r.set(func(inc *incident.Incident) { inc.Policy.Contacts = []incident.Contact{r.contact} })
			fx := r.page(r.inc.DeclaredBy, incident.OnCall)
			r.set(func(inc *incident.Incident) { inc.Pages[fx.Page].Contact, inc.Pages[fx.Page].Person = 0, "" })
			require.NoError(t, r.until(fx))
			require.NoError(t, r.until(fx))
			assert.False(t, r.row().Pages[fx.Page].DeliveredAt.IsZero(), "the page goes on")
			r.only(r.sim.Direct(r.inc.DeclaredBy), "page/0/"+r.inc.DeclaredBy)
			said := 0
			evs, err := r.st.Timeline(t.Context(), r.inc.ID, 0, 1000)
			require.NoError(t, err)
			for _, ev := range evs {
				if ev.Kind == incident.EventTurnUnsure {
					said++
					assert.Contains(t, ev.Text, c.want)
					assert.NotContains(t, ev.Text, "secret")
				}
			}
			assert.Equal(t, 1, said)
		})
	}
}

func TestWithoutACalendarAndAContactAPageFailsWithTheReason(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	r.contact.Email = ""
	_, _, err := r.w.turn(t.Context(), r.contact)
	var unreachable *unreachableError
	require.ErrorAs(t, err, &unreachable)
	assert.ErrorContains(t, err, "names nobody in its place")
}

// Whoever looks at the contacts asks the calendar, too.
func TestAContactOfACalendarIsReached(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	ben, _ := r.sim.UserByName("ben")
	r.contact.Email = ""
	require.NoError(t, r.says(shifts(r.st.Now(), "@"+ben.ID)))
	why, err := r.w.contactsSeen(t.Context(), []incident.Contact{r.contact})
	require.NoError(t, err)
	assert.Equal(t, []string{""}, why)
	require.NoError(t, r.w.greetContacts(t.Context(), routine.GreetContacts{}, try{}))
	known, err := r.st.Greeted(t.Context())
	require.NoError(t, err)
	assert.True(t, known[ben.ID])
}

func TestAnOldAnswerIsUsedAndSaid(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	require.NoError(t, r.says(shifts(r.st.Now(), "ana@example.com")))
	require.Error(t, r.says(""))
	_, unsure, err := r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Empty(t, unsure, "a moment is not old")
	_, err = r.st.Pool().Exec(t.Context(), `update mayday.roster set read_at = read_at - interval '3 hours'`)
	require.NoError(t, err)
	people, unsure, err := r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Len(t, people, 1)
	assert.Contains(t, unsure, "3 h 0 min ago (it answers 503)")
	_, err = r.st.Pool().Exec(t.Context(), `update mayday.roster set problem = ''`)
	require.NoError(t, err)
	people, unsure, err = r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Len(t, people, 1)
	assert.Equal(t, "its calendar was read 3 h 0 min ago", unsure, "nobody knows why it was not read since")
}

// One of a shift who cannot be found is said, although the other is called.
func TestWhoOfAShiftIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	now := r.st.Now()
	require.NoError(t, r.says(strings.ReplaceAll(shifts(now, "x"), "SUMMARY:x", "ATTENDEE:mailto:zoe@example.com\r\nATTENDEE:mailto:ana@example.com")))
	people, unsure, err := r.w.turn(t.Context(), r.contact)
	require.NoError(t, err)
	assert.Equal(t, []incident.Person{r.inc.DeclaredBy}, people)
	assert.Equal(t, "no account in this workspace is that of zoe@example.com", unsure)
}
