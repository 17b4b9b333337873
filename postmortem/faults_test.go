package postmortem

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
	"mayday/incident"
)

// mischief is one way in which a call may go wrong.
type mischief struct {
	// after: the request was carried out and the answer is lost or spoilt.
	after bool
	do    func(f *fake, w http.ResponseWriter)
}

var mischiefs = map[string]mischief{
	"500":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 500, "oops") }},
	"401":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 401, "Bad credentials") }},
	"403":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 403, "Resource not accessible by integration") }},
	"404":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 404, "Not Found") }},
	"410":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 410, "Gone") }},
	"422":            {false, func(f *fake, w http.ResponseWriter) { f.fail(w, 422, "Validation Failed") }},
	"secondary":      {false, func(f *fake, w http.ResponseWriter) { w.Header().Set("Retry-After", "60"); f.fail(w, 403, "secondary") }},
	"no connection":  {false, func(_ *fake, w http.ResponseWriter) { hangUp(w) }},
	"lost reply":     {true, func(_ *fake, w http.ResponseWriter) { hangUp(w) }},
	"502 afterwards": {true, func(f *fake, w http.ResponseWriter) { f.fail(w, 502, "Bad Gateway") }},
	"half a reply":   {true, func(_ *fake, w http.ResponseWriter) { io.WriteString(w, `{"number": 1, "bo`) }},
	"a proxy's page": {true, func(_ *fake, w http.ResponseWriter) { io.WriteString(w, `<html>hello</html>`) }},
}

func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

// work is what life has to do; drafted once, because drafting is the slow part.
type work struct{ first, action, last Document }

func newWork(t *testing.T, events int) work {
	r, o := manyEvents(t, events), options(t)
	w := work{first: Draft(r.inc, r.evs, o), action: FollowUp(r.inc, 0, 1, "", o)}
	r.evs = append(r.evs, incident.Event{Seq: 9999, At: r.now.Add(time.Hour), Kind: incident.EventNoted, Text: "last words"})
	w.last = Draft(r.inc, r.evs, o)
	return w
}

// life files a long post-mortem, updates it, comments, links a follow-up and
// closes, each as a job of its own that is tried again after an error.
func (w work) life(t *testing.T, f *fake) (errs []error) {
	try := func(job func(g *GitHub) error) {
		for range 4 {
			// A new client, as after a restart: nothing is remembered.
			err := job(f.client())
			if err == nil {
				return
			}
			errs = append(errs, err)
			asError(t, err)
		}
		require.Fail(t, "it never works", "%v", errs)
	}
	var parent, child Issue
	try(func(g *GitHub) (err error) { parent, err = g.File(bg, w.first); return err })
	try(func(g *GitHub) (err error) {
		child, err = g.File(bg, w.action)
		return err
	})
	try(func(g *GitHub) error { _, err := g.AddSubIssue(bg, parent.Number, child); return err })
	try(func(g *GitHub) error { return g.Comment(bg, parent.Number, "learnt:1", "Step 2 fixed it") })
	try(func(g *GitHub) error { _, err := g.Update(bg, parent.Number, w.last); return err })
	try(func(g *GitHub) error { return g.SetLabels(bg, parent.Number, []string{"p1"}, []string{"p0"}) })
	try(func(g *GitHub) error { return g.Close(bg, parent.Number, true) })
	return errs
}

// end is what must stand in the repository, whatever went wrong on the way.
func (w work) end(t *testing.T, f *fake) {
	require.Len(t, f.issues, 2, "exactly one post-mortem and one follow-up")
	i := f.issues[0]
	got := whole(i)
	learnt, links := 0, len(i.Subs)
	for _, c := range i.Comments {
		learnt += strings.Count(c.Body, "Step 2 fixed it")
		links += strings.Count(c.Body, "follow-up-2 -->\n- [ ] #2")
	}
	if strings.Contains(got, "\n- [ ] #2\n") {
		links++
		got = strings.Replace(got, "\n- [ ] #2\n", "", 1)
	}
	assert.True(t, w.last.Body == got, "the document is not what was drafted last")
	assert.Equal(t, 1, learnt)
	assert.Equal(t, 1, links)
	assert.Equal(t, "closed", i.State)
	assert.ElementsMatch(t, []string{"incident", "postmortem", "p1", "site-down"}, labelsOf(i))
}

func TestFaultsAtEveryCall(t *testing.T) {
	t.Parallel()
	// A body with a continuation for one fault before a call is carried out and one after;
	// the others differ in how they are told apart, not in what stands there. MAYDAY_SOAK=1
	// tries all with it.
	long, short := newWork(t, 900), newWork(t, 9)
	typical := map[string]mischief{"500": mischiefs["500"], "lost reply": mischiefs["lost reply"]}
	for name, m := range effort.Choose(typical, mischiefs, mischiefs) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := short
			_, alike := typical[name]
			if effort.Choose(false, alike, true) {
				w = long
			}
			smooth := newFake(t)
			require.Empty(t, w.life(t, smooth))
			w.end(t, smooth)
			require.Greater(t, len(smooth.calls), 20)
			for k, op := range smooth.calls {
				if name == "404" && strings.HasPrefix(op, "DELETE") {
					// That the label is not on the issue is what was asked for.
					continue
				}
				f := newFake(t)
				f.misbehave = func(call int, _ string, after bool, out http.ResponseWriter) bool {
					if call != k || after != m.after {
						return false
					}
					m.do(f, out)
					return true
				}
				errs := w.life(t, f)
				assert.LessOrEqual(t, len(errs), 2, "call %d: one fault makes few errors: %v", k, errs)
				w.end(t, f)
				if t.Failed() {
					t.Fatalf("the fault was at call %d, %s", k, op)
				}
			}
		})
	}
}

// The reply to every write is lost once.
func TestBadDay(t *testing.T) {
	f := newFake(t)
	lost := map[string]bool{}
	f.misbehave = func(call int, op string, after bool, w http.ResponseWriter) bool {
		key := fmt.Sprint(op, len(f.issues), len(lost))
		if after && !strings.HasPrefix(op, "GET") && len(lost) < 6 && !lost[key] {
			lost[key] = true
			hangUp(w)
			return true
		}
		return false
	}
	r, o := outage(t), options(t)
	var is Issue
	var err error
	for range 10 {
		if is, err = f.client().File(bg, Draft(r.inc, r.evs, o)); err == nil {
			break
		}
	}
	require.NoError(t, err)
	assert.Equal(t, 1, is.Number)
	assert.Len(t, f.issues, 1)
	assert.Len(t, lost, 5, "four labels and the issue")
}

// Once GitHub asks for a wait, the client asks nothing before it is over.
func TestSecondaryLimitIsKept(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open"})
	f.misbehave = func(_ int, _ string, _ bool, w http.ResponseWriter) bool {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(403)
		json.NewEncoder(w).Encode(map[string]string{"message": "You have exceeded a secondary rate limit",
			"documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"})
		return true
	}
	g := f.client()
	for range 3 {
		e := asError(t, g.SetTitle(bg, 1, "x"))
		assert.Equal(t, RateLimited, e.Class)
		assert.Greater(t, e.RetryAfter, 50*time.Second)
	}
	assert.Len(t, f.calls, 1)
}
