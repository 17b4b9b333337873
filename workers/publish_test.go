package workers

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	pagesim "mayday/sim/statuspage"
	"mayday/statuspage"
)

// board is a hand with a status page.
type board struct {
	*hand
	page *pagesim.Sim
}

func newBoard(t *testing.T, kind statuspage.Kind) *board {
	t.Helper()
	h := newHand(t)
	sim, err := pagesim.New(pagesim.Options{})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, sim.Close(ctx))
		assert.Empty(t, sim.Violations())
	})
	p, err := statuspage.New(statuspage.Config{Kind: kind, URL: sim.API(string(kind)), Page: sim.Page(), Token: bot.Secret(sim.Token())})
	require.NoError(t, err)
	h.w.StatusPage = p
	return &board{h, sim}
}

// press records that somebody pressed Publish.
func (b *board) press(text string, status incident.PublicStatus) {
	b.t.Helper()
	b.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Publish(inc, inc.DeclaredBy, incident.Notice{Title: "Orders are late", Text: text, Status: status}, len(inc.Publication.Posts), true, now)
	})
}

// attempt carries a post once.
func (b *board) attempt(n int) error {
	return b.w.publishStatus(b.t.Context(), incident.PublishStatus{Ref: b.inc.Ref(), N: n}, try{})
}

func TestWhatWasPublishedAndNotHeardOfIsNotPublishedTwice(t *testing.T) {
	t.Parallel()
	for _, kind := range statuspage.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			b := newBoard(t, kind)
			b.press("Orders are late.", incident.PublicInvestigating)
			b.page.Mischief().FailNext("POST incidents", 1, pagesim.Fault{HTTP: 500, ApplyFirst: true})
			require.Error(t, b.attempt(0))
			require.Len(t, b.page.Incidents(), 1, "it was made all the same")
			assert.True(t, b.row().Publication.Posts[0].Waits())
			require.NoError(t, b.attempt(0))
			require.Len(t, b.page.Incidents(), 1, "and is found again")
			assert.True(t, b.row().Publication.Open())
			require.NoError(t, b.attempt(0), "and left alone from then on")

			b.press("We found it.", incident.PublicIdentified)
			for _, method := range []string{"POST updates", "PATCH incidents"} {
				b.page.Mischief().FailNext(method, 1, pagesim.Fault{HTTP: 502, ApplyFirst: true})
			}
			require.Error(t, b.attempt(1))
			b.page.Mischief().Clear()
			require.NoError(t, b.attempt(1))
			assert.Len(t, b.page.Incidents()[0].Updates, 2)

			b.press("We found it.", incident.PublicIdentified) // the same words once more are meant
			require.NoError(t, b.attempt(2))
			assert.Len(t, b.page.Incidents()[0].Updates, 3)
		})
	}
}

func TestTextsComeInTheirOrder(t *testing.T) {
	t.Parallel()
	b := newBoard(t, statuspage.Atlassian)
	b.press("first", incident.PublicInvestigating)
	b.press("second", incident.PublicMonitoring)
	var later *laterError
	require.ErrorAs(t, b.attempt(1), &later)
	require.NoError(t, b.attempt(0))
	require.NoError(t, b.attempt(1))
	there := b.page.Incidents()
	require.Len(t, there, 1)
	assert.Equal(t, "second", there[0].Updates[1].Body)
}

func TestWhatSomebodyDidOnThePageIsSaid(t *testing.T) {
	t.Parallel()
	b := newBoard(t, statuspage.Atlassian)
	b.press("first", incident.PublicInvestigating)
	require.NoError(t, b.attempt(0))
	require.True(t, b.page.Write("Orders are late", "monitoring", "by hand"))
	b.press("second", incident.PublicMonitoring)
	require.NoError(t, b.attempt(1))
	evs, err := b.st.Timeline(t.Context(), b.inc.ID, 0, 1000)
	require.NoError(t, err)
	assert.Equal(t, "it said “by hand” (monitoring)", evs[len(evs)-1].Note)

	require.True(t, b.page.Delete("Orders are late"))
	b.press("third", incident.PublicResolved)
	require.NoError(t, b.attempt(2))
	post := b.row().Publication.Posts[2]
	assert.Contains(t, post.Failed, "deleted")
	b.press("fourth", incident.PublicResolved)
	require.NoError(t, b.attempt(3))
	require.Len(t, b.page.Incidents(), 1, "a new one")
	assert.Equal(t, "fourth", b.page.Incidents()[0].Updates[0].Body)
}

func TestWhatThePageRefusesIsGivenUpWithWhatToDo(t *testing.T) {
	t.Parallel()
	b := newBoard(t, statuspage.Atlassian)
	b.press("first", incident.PublicInvestigating)
	b.page.Mischief().FailNext("POST incidents", 1, pagesim.Fault{HTTP: 401})
	err := b.attempt(0)
	require.Error(t, err)
	assert.True(t, final(err), "no second try helps")
	assert.Contains(t, explain(err), "MAYDAY_STATUSPAGE_TOKEN")
	require.NoError(t, publishFailed(b.w, t.Context(), incident.PublishStatus{Ref: b.inc.Ref()}, explain(err)))
	assert.False(t, b.row().Publication.Posts[0].Waits())
	b.page.Mischief().FailNext("GET unresolved", 1, pagesim.Fault{HTTP: 429, RetryAfter: 3})
	b.press("second", incident.PublicInvestigating)
	err = b.attempt(1)
	assert.False(t, final(err))
	require.NoError(t, b.attempt(1))
	assert.Len(t, b.page.Incidents(), 1)

	b.w.StatusPage = nil
	b.press("third", incident.PublicResolved)
	assert.True(t, final(b.attempt(2)), "whose page was taken out of the settings")
}

// slowPage makes an incident only after whoever asked for it has stopped waiting, and nobody sees it at the first look.
type slowPage struct {
	StatusPage
	looks, made int
}

func (p *slowPage) Find(context.Context, statuspage.Mark) (statuspage.Incident, bool, error) {
	if p.looks++; p.looks == 1 {
		return statuspage.Incident{}, false, nil
	}
	return statuspage.Incident{ID: "p1", Texts: []statuspage.Text{{ID: "u1", Status: incident.PublicInvestigating, Text: "Orders are late."}}}, true, nil
}

func (p *slowPage) Create(context.Context, statuspage.Mark, incident.Notice) (statuspage.Incident, error) {
	p.made++
	return statuspage.Incident{}, &statuspage.Error{Class: statuspage.Retry, What: "timed out", Next: "look"}
}

func TestWhatThePageDoesLateIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := newBoard(t, statuspage.Atlassian)
	slow := &slowPage{}
	b.w.StatusPage, b.w.lateOnPage = slow, time.Millisecond
	b.press("Orders are late.", incident.PublicInvestigating)
	require.Error(t, b.attempt(0))
	require.NoError(t, b.attempt(0))
	assert.Equal(t, 2, slow.looks)
	assert.Equal(t, 1, slow.made, "and is not made twice")
	assert.Equal(t, "p1", b.row().Publication.ID)
}
