package store

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// plainly reads a body "firing key" or "quiet key" and finds no scenario, but for those of "db".
func plainly() Hearing {
	return Hearing{
		Read: func(p Received) (Understood, error) {
			var state, key string
			if n, _ := fmt.Sscan(string(p.Body), &state, &key); n != 2 {
				return Understood{}, errors.New("not understood")
			}
			if state == "changed" {
				return Understood{Changes: []incident.ChangeEvent{{Source: p.Source, Key: key, Title: "Change " + key}}}, nil
			}
			return Understood{Reports: []incident.Report{{Source: p.Source, Key: key, State: incident.ReportState(state), Title: "Alert " + key}}}, nil
		},
		Judge: func(r incident.Report) (incident.Found, incident.Way) {
			if r.Source == "db" {
				return incident.Found{Scenario: "db", Severity: "P1"}, incident.ToOffer
			}
			return incident.Found{}, incident.ToOffer
		},
	}
}

func receive(t testing.TB, s *Store, source string, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		require.NoError(t, s.Receive(t.Context(), Received{Source: source, Path: "in", Header: map[string]string{}, Body: []byte(b)}))
	}
}

func hear(t testing.TB, s *Store) {
	t.Helper()
	for {
		n, err := s.Hear(t.Context(), plainly())
		require.NoError(t, err)
		if n == 0 {
			return
		}
	}
}

// jobsOf counts the jobs of a kind.
func jobsOf(t testing.TB, s *Store, kind string) (n int) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), `select count(*) from river.river_job where kind = $1`, kind).Scan(&n))
	return n
}

func TestWhatIsReceivedIsHeardOnceAndInItsOrder(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "cron", "firing a", "quiet a", "firing a", "nonsense")
	at, err := s.NextAlert(t.Context())
	require.NoError(t, err)
	assert.Equal(t, t0, at)
	hear(t, s)
	o, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 2}, []int{o.Signals, o.Open, o.Count})
	assert.Equal(t, incident.Offered, o.State)
	assert.Equal(t, 1, jobsOf(t, s, "show_offer"), "one drawing shows all")
	var problem string
	require.NoError(t, s.pool.QueryRow(t.Context(), `select problem from mayday.received order by id desc limit 1`).Scan(&problem))
	assert.Equal(t, "not understood", problem)
	hear(t, s)
	again, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, o, again)
	at, err = s.NextAlert(t.Context())
	require.NoError(t, err)
	assert.Equal(t, t0.Add(incident.ForgottenAfter), at)
	clock.Advance(incident.ForgottenAfter)
	hear(t, s)
	o, err = s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, incident.Ended, o.State)
}

// TestWhatWasUnderstoodIsKeptPacked, and what was not as it came.
func TestWhatWasUnderstoodIsKeptPacked(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	receive(t, s, "cron", "firing "+strings.Repeat("a", 1000), "firing b", "nonsense")
	hear(t, s)
	rows, err := s.pool.Query(t.Context(), `select body from mayday.received order by id`)
	require.NoError(t, err)
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	require.NoError(t, err)
	require.Len(t, bodies, 3)
	for i, want := range []string{"firing " + strings.Repeat("a", 1000), "firing b"} {
		zip, err := gzip.NewReader(bytes.NewReader(bodies[i]))
		require.NoError(t, err)
		got, err := io.ReadAll(zip)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	assert.Less(t, len(bodies[0]), 100)
	assert.Equal(t, "nonsense", string(bodies[2]))
}

func TestADrawingThatIsOnItsWayIsEnough(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	for range 3 {
		receive(t, s, "cron", "firing a")
		hear(t, s)
	}
	assert.Equal(t, 1, jobsOf(t, s, "show_offer"))
	o, sh, err := s.OfferShown(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, 3, o.Count)
	assert.Equal(t, Shown{}, sh)
	receive(t, s, "cron", "firing a")
	hear(t, s)
	assert.Equal(t, 2, jobsOf(t, s, "show_offer"), "what happens while it is drawn is drawn too")
}

func TestAFloodTakesItsTurnWithTheOthers(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	for i := range 3 * hearOfEach {
		receive(t, s, "flood", fmt.Sprintf("firing %d", i))
	}
	receive(t, s, "cron", "firing a")
	n, err := s.Hear(t.Context(), plainly())
	require.NoError(t, err)
	assert.Equal(t, hearOfEach+1, n)
	var heard int
	require.NoError(t, s.pool.QueryRow(t.Context(), `select count(*) from mayday.received where source = 'cron' and heard_at is not null`).Scan(&heard))
	assert.Equal(t, 1, heard)
	hear(t, s)
	var offers int
	require.NoError(t, s.pool.QueryRow(t.Context(), `select count(*) from mayday.offer`).Scan(&offers))
	assert.Equal(t, 2, offers)
}

func TestAnOfferIsTakenOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	receive(t, s, "db", "firing a")
	hear(t, s)
	decide := func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
		return incident.DeclareFrom(o, ref, incident.Declaration{Policy: policy(), By: ana, Severity: "P1", Playbook: incident.Playbook{Slug: "db", Title: "DB"}}, now)
	}
	inc, o, err := s.DeclareOffer(t.Context(), []string{"trigger:1"}, 1, decide)
	require.NoError(t, err)
	assert.Equal(t, inc.Ref(), o.Incident)
	assert.Equal(t, t0, inc.DetectedAt)
	_, _, err = s.DeclareOffer(t.Context(), []string{"trigger:1"}, 1, decide)
	require.Error(t, err)
	_, _, err = s.DeclareOffer(t.Context(), []string{"trigger:2"}, 1, decide)
	var refused *incident.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, ana, refused.By)
	_, _, err = s.AttachOffer(t.Context(), nil, 1, inc.Ref(), func(inc incident.Incident, o incident.Offer, now time.Time) (incident.Change, incident.Offer, error) {
		c, err := incident.Attach(inc, o, ben, now)
		return c, o, err
	})
	require.ErrorAs(t, err, &refused)
	evs, err := s.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	assert.Equal(t, incident.EventAlertAttached, evs[0].Kind, "the alert is its first event")
	n, err := s.CountLive(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, n)

	// Another alert of the scenario, long after, finds the incident.
	s.clock.(*storetest.Clock).Advance(time.Hour)
	receive(t, s, "db", "firing b")
	hear(t, s)
	var state string
	require.NoError(t, s.pool.QueryRow(t.Context(), `select state from mayday.offer where doc ->> 'title' = 'Alert b'`).Scan(&state))
	assert.Equal(t, "attached", state)
	assert.Equal(t, 1, jobsOf(t, s, "tell_alert"))
}

func TestTwoReplicasHearEachPostOnce(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	a, b := open(t, url, storetest.NewClock(t0)), open(t, url, storetest.NewClock(t0))
	for range 200 {
		receive(t, a, "cron", "firing a")
	}
	done := make(chan error, 2)
	for _, s := range []*Store{a, b} {
		go func() {
			for {
				n, err := s.Hear(t.Context(), plainly())
				if err != nil || n == 0 {
					done <- err
					return
				}
			}
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	o, err := a.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, 200, o.Count)
}

// What was changed is written down once, read newest first, told in the incidents that go on, and known to those that are declared soon after.
func TestWhatWasChangedIsWrittenDownOnceAndTold(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "ci", "changed first")
	hear(t, s)
	clock.Advance(time.Minute)
	before := declare(t, s)
	assert.Equal(t, []string{"first"}, []string{before.Changes[0].Key})
	evs, err := s.Timeline(t.Context(), before.ID, 0, 0)
	require.NoError(t, err)
	assert.Equal(t, incident.EventChanged, evs[len(evs)-1].Kind)
	assert.Equal(t, t0, evs[len(evs)-1].At)
	assert.Zero(t, jobsOf(t, s, "tell_change"))

	clock.Advance(time.Minute)
	receive(t, s, "ci", "changed second", "changed second", "changed first")
	hear(t, s)
	list, err := s.Changes(t.Context(), t0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, []string{"second", "first"}, []string{list[0].Key, list[1].Key})
	assert.Equal(t, t0.Add(2*time.Minute), list[0].At)
	assert.Equal(t, 1, jobsOf(t, s, "tell_change"), "once in the incident that goes on")
	list, err = s.Changes(t.Context(), t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Len(t, list, 1)

	clock.Advance(incident.ChangedBefore)
	assert.Equal(t, "second", declare(t, s).Changes[0].Key)
	clock.Advance(100 * 24 * time.Hour)
	f, err := s.Forget(t.Context(), Retention{Alerts: 90 * 24 * time.Hour})
	require.NoError(t, err)
	assert.Equal(t, int64(2), f.Alerts)
}

// A change that is heard of while an incident is being declared sees no incident, and the declaration does not see it:
// the job that the declaration asks for finds it.
func TestAChangeInTheMomentOfADeclarationIsFound(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	url := newURL(t)
	s, other := open(t, url, clock), open(t, url, clock)
	receive(t, s, "ci", "changed before")
	hear(t, s)
	receive(t, s, "ci", "changed meanwhile")
	inc, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		hear(t, other) // between what the declaration reads and its commit
		return incident.Declare(ref, incident.Declaration{Title: "x", Severity: "P1", By: "U0ANA", Policy: incident.Policy{Severities: []incident.Severity{{Label: "P1"}}}}, now)
	})
	require.NoError(t, err)
	require.Len(t, inc.Changes, 1)
	assert.Zero(t, jobsOf(t, s, "tell_change"), "there was no incident to tell it")
	var fx incident.SeekChanges
	require.NoError(t, s.pool.QueryRow(t.Context(), `select args from river.river_job where kind = 'seek_changes'`).Scan(&fx))
	missed, err := s.MissedChanges(t.Context(), fx)
	require.NoError(t, err)
	require.Len(t, missed, 1)
	assert.Equal(t, "meanwhile", missed[0].What.Key)
	assert.Equal(t, inc.Ref(), missed[0].Ref)
	assert.Equal(t, 2, int(missed[0].Number))
}

// Whoever writes changes down in the moment in which they are looked for may have looked for incidents before: it is
// waited for.
func TestChangesAreLookedForBehindWhoeverWritesThemDown(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }() // after a commit it does nothing
	_, err = tx.Exec(t.Context(), `select pg_advisory_xact_lock($1)`, hearLock)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `insert into mayday.change_event (source, key, at, doc) values ('ci', 'a', $1, '{"key": "a"}')`, t0)
	require.NoError(t, err)
	type answer struct {
		list []incident.TellChange
		err  error
	}
	found := make(chan answer, 1)
	go func() {
		list, err := s.MissedChanges(t.Context(), incident.SeekChanges{})
		found <- answer{list, err}
	}()
	select {
	case <-found:
		t.Fatal("nobody was waited for")
	case <-time.After(200 * time.Millisecond):
	}
	require.NoError(t, tx.Commit(t.Context()))
	got := <-found
	require.NoError(t, got.err)
	assert.Len(t, got.list, 1)
}

// A message of an app is one alert for ever: its edits, and what the same app says in its thread, have the key of its first words.
func TestAMessageIsOneAlert(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	say := func(source, state, key, ts, thread string) {
		receive(t, s, source, state+" "+key)
		_, err := s.Hear(t.Context(), Hearing{
			Read: func(p Received) (Understood, error) {
				r := incident.Report{Source: p.Source, Key: key, State: incident.ReportState(state), Title: key, Message: incident.MessageRef{Channel: "C1", TS: ts, Thread: thread}}
				return Understood{Reports: []incident.Report{r}}, nil
			},
			Judge: func(incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToOffer },
		})
		require.NoError(t, err)
	}
	open := func(id int64) int {
		o, err := s.Offer(t.Context(), id)
		require.NoError(t, err)
		return o.Open
	}
	say("grafana", "firing", "disk", "1.1", "")
	o, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, incident.MessageRef{Channel: "C1", TS: "1.1"}, o.Message)
	say("grafana", "quiet", "all-is-well", "1.1", "")
	assert.Zero(t, open(1), "its edit, whatever it says")
	clock.Advance(time.Hour) // or it flaps
	say("grafana", "firing", "disk", "2.2", "")
	assert.Equal(t, 1, open(2), "another message with the same words")
	say("chatter", "quiet", "disk", "3.3", "2.2")
	say("grafana", "quiet", "x", "3.4", "9.9")
	assert.Equal(t, 1, open(2), "neither what another app replies, nor what stands below something else")
	say("grafana", "quiet", "x", "3.5", "2.2")
	assert.Zero(t, open(2), "what the app itself replies")
	names, err := s.AppSources(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"grafana"}, names)
}

// The list of incidents in an offer's message is drawn anew when one opens or ends, and not when nothing changes there.
func TestOffersFollowTheOpenIncidents(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	declare(t, s)
	assert.Zero(t, jobsOf(t, s, "show_offers"), "nothing waits")
	receive(t, s, "cron", "firing a")
	hear(t, s)
	_, _, err := s.OfferShown(t.Context(), 1) // drawn
	require.NoError(t, err)
	drawn := jobsOf(t, s, "show_offer")
	inc := declare(t, s)
	assert.Equal(t, 1, jobsOf(t, s, "show_offers"))
	require.NoError(t, s.RedrawOffers(t.Context()))
	require.NoError(t, s.RedrawOffers(t.Context()))
	assert.Equal(t, drawn+1, jobsOf(t, s, "show_offer"), "one drawing on its way is enough")
	_, err = s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ana, now)
	})
	require.NoError(t, err)
	assert.Equal(t, 1, jobsOf(t, s, "show_offers"), "an acknowledgement changes no list")
	_, err = s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, ana, "no", now)
	})
	require.NoError(t, err)
	assert.Equal(t, 2, jobsOf(t, s, "show_offers"))
}
