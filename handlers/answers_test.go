package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"golang.org/x/time/rate"

	"mayday/incident"
	"mayday/store"
)

// desk is the page of one call.
type ackDesk struct {
	*Answers
	t   *testing.T
	st  *store.Store
	ref incident.Ref
	// acked counts what the metric is told.
	acked int
}

const ackToken = "Yk3b9Qw0aJ7sE2mN5pX1zg"

func newAckDesk(t *testing.T) *ackDesk {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: newURL(t)})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	d := &ackDesk{t: t, st: st}
	d.Answers = NewAnswers(st, zap.NewNop(), func(incident.Method, time.Time, time.Time) { d.acked++ })
	inc, err := st.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		policy := incident.Policy{Severities: []incident.Severity{{Label: "P0"}}, Contacts: []incident.Contact{{Role: "On-call", Name: "Ana <b>Ruiz</b>", Email: "ana@example.com"}, {Role: "Lead", Name: "Ben", Email: "ben@example.com"}}}
		return incident.Declare(ref, incident.Declaration{Title: "checkout <script>alert(1)</script>", Severity: "P0", By: "U0BEN001", Policy: policy}, now)
	})
	require.NoError(t, err)
	d.ref = inc.Ref()
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodsFound(inc, 0, []incident.Method{{Kind: incident.Push, Service: incident.Ntfy, Key: "k", Person: "U0ANA001"}}, incident.Rest{}, now)
	})
	require.NoError(t, st.BeginMethodTry(t.Context(), inc.ID, 0, 0, "k", store.KeyHash(ackToken)))
	return d
}

func (d *ackDesk) change(decide store.Decision) {
	d.t.Helper()
	_, err := d.st.Update(d.t.Context(), d.ref, nil, decide)
	require.NoError(d.t, err)
}

func (d *ackDesk) row() incident.Incident {
	d.t.Helper()
	inc, err := d.st.Incident(d.t.Context(), d.ref)
	require.NoError(d.t, err)
	return inc
}

func (d *ackDesk) ask(method, path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func TestTheAnswerPage(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	page := d.ask(http.MethodGet, "/ack/"+ackToken, "")
	assert.Equal(t, http.StatusOK, page.Code)
	assert.Contains(t, page.Body.String(), "P0 #1: checkout &lt;script&gt;")
	assert.Contains(t, page.Body.String(), ">Acknowledge</button>")
	assert.NotContains(t, page.Body.String(), "<script")
	assert.Equal(t, "no-referrer", page.Header().Get("Referrer-Policy"), "the address is what proves who answers")
	assert.Equal(t, "no-store", page.Header().Get("Cache-Control"))
	assert.Equal(t, "noindex", page.Header().Get("X-Robots-Tag"))
	assert.Equal(t, "nosniff", page.Header().Get("X-Content-Type-Options"))
	assert.Equal(t, "text/html; charset=utf-8", page.Header().Get("Content-Type"))
	assert.Contains(t, page.Header().Get("Content-Security-Policy"), "default-src 'none'")
	for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodOptions, http.MethodPut, http.MethodDelete} {
		d.ask(method, "/ack/"+ackToken, "")
		assert.False(t, d.row().Acknowledged(), "%s only looks", method)
	}
	done := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=acknowledge")
	assert.Equal(t, http.StatusOK, done.Code)
	assert.Equal(t, "U0ANA001", d.row().AcknowledgedBy)
	assert.Contains(t, done.Body.String(), "You lead.", "what happened so far")
	assert.Equal(t, 1, d.acked)
	again := d.ask(http.MethodPost, "/ack/"+ackToken, "")
	assert.Equal(t, http.StatusOK, again.Code)
	assert.Equal(t, 1, d.acked)
	assert.NotContains(t, d.ask(http.MethodGet, "/ack/"+ackToken, "").Body.String(), "<button", "nothing is asked any more")
}

func TestADeclineOnThePagePagesTheNext(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	before := len(d.row().Pages)
	d.ask(http.MethodPost, "/ack/"+ackToken, "answer=decline")
	assert.Contains(t, d.row().Declined, "U0ANA001")
	assert.Greater(t, len(d.row().Pages), before)
	assert.False(t, d.row().Acknowledged())
	assert.Zero(t, d.acked)

	d = newAckDesk(t)
	d.Acknowledged = nil // nobody counts
	form := "--x\r\nContent-Disposition: form-data; name=\"answer\"\r\n\r\ndecline\r\n--x--\r\n"
	r := httptest.NewRequest(http.MethodPost, "/ack/"+ackToken, strings.NewReader(form))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	d.ServeHTTP(httptest.NewRecorder(), r)
	assert.Contains(t, d.row().Declined, "U0ANA001", "in either kind of form")
	assert.False(t, d.row().Acknowledged())
}

func TestATelephoneAcknowledgesByTheKeyOne(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	for _, form := range []string{"", "Digits=2", "Digits=11"} {
		assert.Contains(t, d.ask(http.MethodPost, "/ack/"+ackToken+"/call", form).Body.String(), "Nothing was recorded", form)
	}
	assert.False(t, d.row().Acknowledged())
	said := d.ask(http.MethodPost, "/ack/"+ackToken+"/call", "Digits=1&CallSid=CA1")
	assert.Equal(t, "<Response><Say>Acknowledged. Thank you.</Say></Response>", said.Body.String())
	assert.Equal(t, "text/xml; charset=utf-8", said.Header().Get("Content-Type"))
	assert.True(t, d.row().Acknowledged())
	assert.Equal(t, http.StatusMethodNotAllowed, d.ask(http.MethodGet, "/ack/"+ackToken+"/call", "").Code)
}

func TestATokenThatIsNone(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	for _, path := range []string{"/ack/", "/ack/short", "/ack/" + strings.Repeat("a", 22), "/ack/" + ackToken[:21] + "h", "/ack/" + strings.Repeat("a", 5000)} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			assert.Equal(t, http.StatusNotFound, d.ask(method, path, "").Code, path)
		}
	}
	assert.Contains(t, d.ask(http.MethodGet, "/ack/short", "").Body.String(), "There is nothing to answer here")
	assert.EqualValues(t, []any{rate.Limit(strangers), strangest}, []any{d.strangers.Limit(), d.strangers.Burst()})
	d.strangers.SetLimit(0) // or on a slow machine as many are allowed anew as ask
	code, asked := 0, 0
	for ; asked <= strangest && code != http.StatusTooManyRequests; asked++ {
		code = d.ask(http.MethodGet, "/ack/"+strings.Repeat("b", 22), "").Code
	}
	assert.Equal(t, http.StatusTooManyRequests, code)
	assert.Greater(t, asked, 1)
	assert.Equal(t, http.StatusOK, d.ask(http.MethodGet, "/ack/"+ackToken, "").Code, "who has one is not held up by who guesses")
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, "U0BEN001", "no", now)
	})
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+ackToken, "").Body.String(), "This is over")
	assert.False(t, d.row().Acknowledged())
}

// What is not recorded is not called so.
func TestAnAnswerThatComesTooLateIsNotCalledRecorded(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, "U0BEN001", now)
	})
	late := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=decline").Body.String()
	assert.Contains(t, late, "This was answered")
	assert.NotContains(t, late, "Recorded")
	assert.Empty(t, d.row().Declined)

	d = newAckDesk(t)
	broken := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=decline%zz")
	assert.Equal(t, http.StatusBadRequest, broken.Code)
	assert.Contains(t, broken.Body.String(), "Nothing was recorded, because the answer cannot be read")
	assert.False(t, d.row().Acknowledged(), "what is not understood is no acknowledgement")
	long := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=decline&x="+strings.Repeat("a", 1<<20))
	assert.Equal(t, http.StatusRequestEntityTooLarge, long.Code)
	assert.Contains(t, long.Body.String(), "Nothing was recorded, because the answer cannot be read")
	assert.Contains(t, nothing(http.StatusTooManyRequests).Says, "Too many requests")
	assert.False(t, d.row().Acknowledged())
}

// Of a private incident the page says no more than the text that led there.
func TestThePageOfAPrivateIncidentSaysOnlyWhichItIs(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, "U0BEN001", "the salaries leaked", 0, now)
	})
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0SECRET1", "inc-1-salaries", now)
	})
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Private = true
		return c, nil
	})
	require.True(t, d.row().Private)
	for _, body := range []string{d.ask(http.MethodGet, "/ack/"+ackToken, "").Body.String(), d.ask(http.MethodPost, "/ack/"+ackToken, "answer=acknowledge").Body.String()} {
		for _, word := range []string{"checkout", "salaries", "Ben"} {
			assert.NotContains(t, body, word)
		}
		assert.Contains(t, body, "P0 #1")
	}
}
