package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/postmortem"
	"mayday/routine"
	"mayday/store"
)

// ledger is a repository of which only its issues matter.
type ledger struct {
	Library
	asked []int
	says  func(ctx context.Context, number int) (postmortem.Issue, error)
}

func (l *ledger) Issue(ctx context.Context, number int) (postmortem.Issue, error) {
	l.asked = append(l.asked, number)
	return l.says(ctx, number)
}

func open(context.Context, int) (postmortem.Issue, error) { return postmortem.Issue{Open: true}, nil }

// owes gives the incident follow-ups, of which those in late are overdue.
func (h *hand) owes(number int, late ...int) routine.SendDigest {
	h.t.Helper()
	now := h.st.Now()
	h.set(func(inc *incident.Incident) {
		inc.Actions = nil
		for n := 1; n <= number; n++ {
			a := incident.Action{Text: fmt.Sprintf("mend %d", n), Number: n, At: now, Due: now.AddDate(0, 0, 1)}
			if slices.Contains(late, n) {
				a.Due = now.AddDate(0, 0, -1)
			}
			inc.Actions = append(inc.Actions, a)
		}
	})
	day := routine.DayOf(now)
	return routine.SendDigest{Day: day, At: now, Since: now.Add(-24 * time.Hour), Week: day.Add(-7)}
}

// TestADigestGoesWithoutGitHub: at once where trying again cannot help, and otherwise after some attempts; it says so.
func TestADigestGoesWithoutGitHub(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := h.owes(2, 1)
	for i, tt := range []struct {
		class  postmortem.Class
		status int
		first  int // the attempt that goes without it
	}{
		{postmortem.Permanent, http.StatusUnauthorized, 1}, {postmortem.Permanent, http.StatusForbidden, 1}, {postmortem.Permanent, http.StatusUnprocessableEntity, 1},
		{postmortem.Permanent, http.StatusNotFound, 1}, // the repository is out of sight
		{postmortem.Retry, http.StatusBadGateway, gitHubTries}, {postmortem.RateLimited, http.StatusTooManyRequests, gitHubTries},
	} {
		h.w.Library = &ledger{says: func(context.Context, int) (postmortem.Issue, error) {
			return postmortem.Issue{}, &postmortem.Error{Class: tt.class, Status: tt.status, What: "It failed", Next: "Wait"}
		}}
		fx.Day = fx.Day.Add(-i) // each is a digest of its own
		for n := 1; n <= gitHubTries; n++ {
			v, err := h.w.digestView(t.Context(), fx, try{Number: n})
			assert.Equal(t, n < tt.first, err != nil, "attempt %d of %v", n, tt)
			assert.Equal(t, n >= tt.first, v.Unasked, "attempt %d of %v", n, tt)
		}
	}
	require.NoError(t, h.w.sendDigest(t.Context(), fx, try{Number: gitHubTries, Since: time.Now()}))
	ms := h.sim.Messages("incidents")
	assert.Contains(t, string(ms[len(ms)-1].Blocks), "GitHub did not say of all work")
}

// TestADigestSaysTheSameInItsThread: what the message says of overdue work stands below it, though another attempt posts that.
func TestADigestSaysTheSameInItsThread(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := h.owes(2, 1)
	l := &ledger{says: open}
	h.w.Library = l
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.w.sendDigest(ctx, fx, try{Number: 1, Since: h.st.Now()}) })
	l.says = func(context.Context, int) (postmortem.Issue, error) {
		return postmortem.Issue{}, &postmortem.Error{Class: postmortem.Permanent, Status: http.StatusUnauthorized, What: "It failed", Next: "Wait"}
	}
	require.NoError(t, h.w.sendDigest(t.Context(), fx, try{Number: 2, Since: h.st.Now().Add(-time.Minute)}))
	var all []string
	for _, m := range h.sim.Messages("incidents") {
		if m.Bot && m.Subtype == "" {
			all = append(all, looks(m))
		}
	}
	require.Len(t, all, 2)
	assert.Contains(t, all[0], "1 piece of work overdue")
	assert.Contains(t, all[1], "mend 1", "in its thread")
	assert.NotContains(t, all[0]+all[1], "GitHub did not say")
}

// TestGitHubMayNotUseUpADigestsTime: what was asked by then counts, and the digest says that it was not all.
func TestGitHubMayNotUseUpADigestsTime(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := h.owes(3, 1, 2)
	h.w.Library = &ledger{says: func(ctx context.Context, number int) (postmortem.Issue, error) {
		if number == 1 {
			return open(ctx, number)
		}
		<-ctx.Done()
		return postmortem.Issue{}, &postmortem.Error{Class: postmortem.Retry, What: "It timed out", Next: "Wait"}
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	v, err := h.w.digestView(ctx, fx, try{Number: 1})
	require.NoError(t, err)
	assert.True(t, v.Unasked)
	require.Len(t, v.Morning.Overdue, 1)
	assert.Equal(t, 1, v.Morning.Overdue[0].Issue())
}

// TestWhatIsOverdueIsAskedFirst: of more work than one digest asks after.
func TestWhatIsOverdueIsAskedFirst(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	last := mostIssues + 10
	fx := h.owes(last, last)
	l := &ledger{says: open}
	h.w.Library = l
	v, err := h.w.digestView(t.Context(), fx, try{Number: 1})
	require.NoError(t, err)
	assert.True(t, v.Unasked)
	assert.Len(t, v.Morning.Overdue, 1)
	assert.Len(t, l.asked, mostIssues)
	assert.Equal(t, last, l.asked[0])

	fx = h.owes(mostIssues, 1)
	fx.Day = fx.Day.Add(1) // another digest
	v, err = h.w.digestView(t.Context(), fx, try{Number: 1})
	require.NoError(t, err)
	assert.False(t, v.Unasked)
}

// TestSeveralReplicasSendOneDigest: all plan the morning and watch its clock, and it fires once; the message and each of
// its details are posted once, although nobody hears that the first of them arrived.
func TestSeveralReplicasSendOneDigest(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	_, err := r.st.Update(t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		inc.DeclaredAt = inc.DeclaredAt.AddDate(0, 0, -7) // so that there is a week to look back upon
		inc.Revision++
		return incident.Change{Incident: inc, Silent: true}, nil
	})
	require.NoError(t, err)
	r.sim.Mischief().FailNext("chat.postMessage", 2, unheard)
	ctx, cancel := context.WithCancel(t.Context())
	var replicas sync.WaitGroup
	defer replicas.Wait()
	defer cancel()
	for i := range 3 {
		st, err := store.Open(t.Context(), store.Config{URL: r.st.Pool().Config().ConnString()})
		require.NoError(t, err)
		t.Cleanup(st.Close)
		cfg := r.cfg
		cfg.Store, cfg.ID = st, fmt.Sprintf("replica-%d", i)
		w, err := New(cfg)
		require.NoError(t, err)
		replicas.Go(func() { assert.NoError(t, w.Run(ctx)) })
		replicas.Go(func() { st.RunClock(ctx) })
		replicas.Go(func() {
			assert.NoError(t, w.planDigest(ctx, Rounds{Digest: true, DigestAt: 9 * time.Hour, Morning: true}))
		})
	}
	r.wait("the digest is sent", func() bool { return r.jobs("send_digest", "completed") > 0 })
	assert.Equal(t, 1, r.jobs("send_digest", ""))
	d, err := r.st.Digest(t.Context())
	require.NoError(t, err)
	posted := map[string]int{}
	for _, m := range r.sim.Messages("incidents") {
		var meta struct {
			Payload struct{ Key string } `json:"event_payload"`
		}
		if len(m.Metadata) > 0 {
			require.NoError(t, json.Unmarshal(m.Metadata, &meta))
			posted[meta.Payload.Key]++
		}
	}
	name := "digest/" + string(d.Last)
	assert.Contains(t, posted, name)
	assert.Contains(t, posted, name+"/week")
	for key, n := range posted {
		assert.Equal(t, 1, n, key)
	}
}

// jobs counts those of a kind, in a state unless that is empty.
func (r *room) jobs(kind, state string) (n int) {
	require.NoError(r.t, r.st.Pool().QueryRow(context.Background(), `select count(*) from river.river_job where kind = $1 and ($2 = '' or state::text = $2)`, kind, state).Scan(&n))
	return n
}
