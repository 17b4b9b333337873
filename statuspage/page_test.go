package statuspage

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	pagesim "mayday/sim/statuspage"
)

// key stands where the tests look whether a key is told.
const key = "statuspage-simulated-key"

// open gives a page of each kind, and the simulator behind it, which must find nothing to object to.
func open(t *testing.T, kind Kind, o pagesim.Options) (Page, *pagesim.Sim) {
	t.Helper()
	sim, err := pagesim.New(o)
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, sim.Close(ctx))
		assert.Empty(t, sim.Violations(), "%s would have refused this", kind)
	})
	return reach(t, kind, sim, sim.Token()), sim
}

func reach(t *testing.T, kind Kind, sim *pagesim.Sim, token string) Page {
	t.Helper()
	p, err := New(Config{Kind: kind, URL: sim.API(string(kind)), Page: sim.Page(), Token: bot.Secret(token)})
	require.NoError(t, err)
	wireOf(p).pace.every = time.Millisecond
	return p
}

func wireOf(p Page) *wire {
	switch p := p.(type) {
	case *atlassian:
		return p.wire
	case *instatus:
		return p.wire
	case *cachet:
		return p.wire
	}
	return nil
}

// each tries something with every kind.
func each(t *testing.T, try func(t *testing.T, kind Kind)) {
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) { try(t, kind) })
	}
}

var mark = Mark{UID: "k3jq5m7n2p4r", Title: "Orders are late", Began: time.Date(2026, 3, 3, 10, 0, 0, 123_456_789, time.UTC)}

func first() incident.Notice {
	return incident.Notice{Title: mark.Title, Text: "Some orders are late.", Status: incident.PublicInvestigating, Notify: true,
		Components: []incident.Component{{ID: "1", Name: "Shop", State: incident.MajorOutage}}}
}

func TestAnIncidentIsFollowedToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, kind Kind) {
		p, sim := open(t, kind, pagesim.Options{})
		about, err := p.About(t.Context())
		require.NoError(t, err)
		assert.NotEmpty(t, about.Name)
		assert.True(t, strings.HasPrefix(about.URL, "http"), about.URL)
		components, err := p.Components(t.Context())
		require.NoError(t, err)
		require.Len(t, components, 3, "groups are none")
		assert.Equal(t, incident.Component{ID: "1", Name: "Shop", State: incident.Operational}, components[0])

		made, err := p.Create(t.Context(), mark, first())
		require.NoError(t, err)
		assert.NotEmpty(t, made.ID)
		assert.NotEmpty(t, made.URL)
		require.Len(t, made.Texts, 1)
		require.Len(t, sim.Incidents(), 1)
		there := sim.Incidents()[0]
		assert.Equal(t, "Orders are late", there.Name)
		assert.True(t, there.Updates[0].Notified)
		assert.Equal(t, "major_outage", sim.Components()[0].State)

		going, err := p.Unresolved(t.Context())
		require.NoError(t, err)
		require.Len(t, going, 1)
		assert.Equal(t, "Orders are late", going[0].Name)

		n := incident.Notice{Text: "It is over.", Status: incident.PublicResolved, Components: []incident.Component{{ID: "1", State: incident.Operational}}}
		said, err := p.Update(t.Context(), made.ID, n)
		require.NoError(t, err)
		require.NotEmpty(t, said.Texts)
		read, err := p.Get(t.Context(), made.ID)
		require.NoError(t, err)
		assert.Equal(t, incident.PublicResolved, read.Status)
		require.Len(t, read.Texts, 2)
		assert.Equal(t, said.Texts[0].ID, read.Texts[0].ID, "the newest first")
		assert.Equal(t, "It is over.", read.Texts[0].Text)
		assert.Equal(t, made.Texts[0].ID, read.Texts[1].ID)
		going, err = p.Unresolved(t.Context())
		require.NoError(t, err)
		assert.Empty(t, going)
		if kind != Cachet { // whose updates have neither
			assert.False(t, sim.Incidents()[0].Updates[1].Notified)
			assert.Equal(t, "operational", sim.Components()[0].State)
		}
	})
}

// TestWhatWasMadeIsFoundAgain: an answer that was lost, and one that says that the product failed.
func TestWhatWasMadeIsFoundAgain(t *testing.T) {
	each(t, func(t *testing.T, kind Kind) {
		p, sim := open(t, kind, pagesim.Options{})
		_, ok, err := p.Find(t.Context(), mark)
		require.NoError(t, err)
		assert.False(t, ok)
		for i, fault := range []pagesim.Fault{{HTTP: 500, ApplyFirst: true}, {Truncate: true}} {
			m := mark
			m.UID, m.Began, m.Title = m.UID[i:], m.Began.Add(time.Duration(i)*time.Hour), "Orders"
			n := first()
			n.Title = m.Title
			sim.Mischief().FailNext("POST incidents", 1, fault)
			_, err = p.Create(t.Context(), m, n)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, Retry, e.Class)
			found, ok, err := p.Find(t.Context(), m)
			require.NoError(t, err)
			require.True(t, ok, "it is there all the same")
			assert.Equal(t, sim.Incidents()[i].ID, found.ID)
			assert.Equal(t, n.Text, found.Texts[0].Text)
		}
		assert.Len(t, sim.Incidents(), 2)
		other := mark
		other.UID, other.Began = "another", mark.Began.Add(time.Second)
		_, ok, err = p.Find(t.Context(), other)
		require.NoError(t, err)
		assert.False(t, ok, "another's is not ours")
	})
}

func TestAnIncidentThatWasResolvedAtOnceIsFoundToo(t *testing.T) {
	each(t, func(t *testing.T, kind Kind) {
		p, _ := open(t, kind, pagesim.Options{})
		n := first()
		n.Status = incident.PublicResolved
		made, err := p.Create(t.Context(), mark, n)
		require.NoError(t, err)
		found, ok, err := p.Find(t.Context(), mark)
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, made.ID, found.ID)
	})
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	each(t, func(t *testing.T, kind Kind) {
		p, sim := open(t, kind, pagesim.Options{})
		_, err := p.Get(t.Context(), "31415")
		assert.True(t, Gone(err), err)
		_, err = p.Update(t.Context(), "31415", first())
		assert.True(t, Gone(err), err)

		_, err = reach(t, kind, sim, "wrong-"+key).About(t.Context())
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, Permanent, e.Class)
		assert.Contains(t, e.Next, "MAYDAY_STATUSPAGE_TOKEN")
		assert.NotContains(t, err.Error(), key)

		for status, class := range map[int]Class{420: RateLimited, http.StatusTooManyRequests: RateLimited, http.StatusBadGateway: Retry, http.StatusForbidden: Permanent, http.StatusFound: Permanent} {
			sim.Mischief().FailNext("POST incidents", 1, pagesim.Fault{HTTP: status, RetryAfter: 7})
			_, err = p.Create(t.Context(), mark, first())
			require.ErrorAs(t, err, &e)
			assert.Equal(t, class, e.Class, status)
			assert.NotEmpty(t, e.Next)
			if class == RateLimited {
				assert.Equal(t, 7*time.Second, e.RetryAfter)
			}
		}
		assert.Empty(t, sim.Incidents())
	})
}

func TestTheKeyIsInNoError(t *testing.T) {
	each(t, func(t *testing.T, kind Kind) {
		p, err := New(Config{Kind: kind, URL: "http://127.0.0.1:1/" + key, Page: "p", Token: key})
		require.NoError(t, err)
		_, err = p.About(t.Context())
		require.Error(t, err)
		assert.NotContains(t, err.Error(), key)
		w := wireOf(p)
		assert.NotContains(t, w.clean("you sent "+key), key)
	})
}

func TestARedirectIsNotFollowed(t *testing.T) {
	p, sim := open(t, Atlassian, pagesim.Options{})
	sim.Mischief().FailNext("GET page", 1, pagesim.Fault{HTTP: http.StatusMovedPermanently})
	_, err := p.About(t.Context())
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Contains(t, e.Next, "MAYDAY_STATUSPAGE_URL")
}

func TestAnOldCachetIsRecognised(t *testing.T) {
	p, sim := open(t, Cachet, pagesim.Options{NoMetadata: true})
	_, err := p.About(t.Context())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "Update Cachet")
	sim.ForgetViolations()
}

func TestAKeyOfAnotherInstatusPage(t *testing.T) {
	p, _ := open(t, Instatus, pagesim.Options{})
	p.(*instatus).page = "cl0nowhere"
	_, err := p.About(t.Context())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "MAYDAY_STATUSPAGE_PAGE")
}

func TestThePaceIsThatOfStatuspage(t *testing.T) {
	assert.LessOrEqual(t, paceBurst+int(time.Minute/paceEvery), 60, "1 request a second over a minute")
	p := &pace{every: time.Hour, burst: 3}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 3 {
		require.NoError(t, p.turn(ctx), "a few at once")
	}
	assert.ErrorIs(t, p.turn(ctx), context.DeadlineExceeded, "and whoever cannot have a turn in time is told at once")
	quick := &pace{every: 2 * time.Millisecond, burst: 1}
	begun := time.Now()
	for range 6 {
		require.NoError(t, quick.turn(t.Context()))
	}
	assert.GreaterOrEqual(t, time.Since(begun), 10*time.Millisecond)
}

func TestTheKindIsRecognisedWhereTheAddressTells(t *testing.T) {
	for address, want := range map[string]Kind{"https://api.statuspage.io/v1": Atlassian, "https://API.instatus.com": Instatus, "https://status.example.com": "", "": "", "::": ""} {
		assert.Equal(t, want, KindOf(address), address)
	}
	for _, c := range []Config{{Kind: Atlassian, Token: "x"}, {Kind: Atlassian, Page: "p"}, {Kind: Cachet, Token: "x"}, {Kind: "other", URL: "https://x", Page: "p", Token: "x"}} {
		_, err := New(c)
		assert.Error(t, err)
	}
}
