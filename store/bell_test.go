package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// TestADeclarationTakesFewRoundTrips: what is asked of the database while somebody waits.
// Each of them costs as much as the network, and on a busy machine two turns of the processor.
func TestADeclarationTakesFewRoundTrips(t *testing.T) {
	t.Parallel()
	s, w, _ := wireOf(t)
	inc, err := s.Declare(t.Context(), []string{"first"}, declaration("x")) // which prepares the statements
	require.NoError(t, err)
	note := func() error {
		_, err := s.Update(t.Context(), inc.Ref(), []string{time.Now().String()}, note("x"))
		return err
	}
	require.NoError(t, note())
	s.quiet() // the bell asks too, and nobody waits for it
	for what, c := range map[string]struct {
		most int64
		do   func() error
	}{
		// begin, read, jobs, rows, commit
		"a declaration": {5, func() error {
			_, err := s.Declare(t.Context(), []string{time.Now().String()}, declaration("x"))
			return err
		}},
		"a note": {5, note},
	} {
		least := int64(math.MaxInt64)
		var notified atomic.Bool
		// The pool may give a connection on which nothing is prepared yet, which costs two more, once.
		for range mostConns {
			least = min(least, roundTrips(t, w, &notified, c.do))
		}
		assert.LessOrEqual(t, least, c.most, what)
		assert.False(t, notified.Load(), "%s: it would wait for the commits of all others that notify", what)
	}
}

// roundTrips counts those from the call to the commit.
func roundTrips(t *testing.T, w *storetest.Wire, notified *atomic.Bool, do func() error) int64 {
	t.Helper()
	var asked atomic.Int64
	committed := make(chan struct{})
	w.Tap(func(m storetest.Message) storetest.Fate {
		select {
		case <-committed:
			return storetest.Delivered
		default:
		}
		if !m.FromServer && (m.Kind == 'Q' || m.Kind == 'S') { // a query, or the end of what is asked together
			asked.Add(1)
		}
		if bytes.Contains(m.Body, []byte("pg_notify")) {
			notified.Store(true)
		}
		if says(m, "commit") {
			close(committed)
		}
		return storetest.Delivered
	})
	require.NoError(t, do())
	<-committed
	w.Tap(nil)
	return asked.Load()
}

// TestWhatIsCommittedRings: and what is rolled back does not.
func TestWhatIsCommittedRings(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	jobs, clock := listen(t, s, jobsChannel), listen(t, s, clockChannel)
	no := errors.New("no")
	_, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := declaration("x")(ref, now)
		require.NoError(t, err)
		c.Events = append(c.Events, c.Events[0]) // which the table refuses
		return c, nil
	})
	require.Error(t, err)
	_, err = s.Declare(t.Context(), nil, func(incident.Ref, time.Time) (incident.Change, error) { return incident.Change{}, no })
	require.ErrorIs(t, err, no)
	s.bell.ring(ring{jobsChannel, "the end"})
	assert.Equal(t, "the end", <-jobs, "nothing before it")
	inc := declare(t, s)
	heard := map[string]bool{<-jobs: true}
	for !heard[jobRing(QueueUrgent).payload] {
		heard[<-jobs] = true
	}
	<-clock
	assert.Positive(t, count(t, s, `select count(*) from river.river_job`))
	_, err = s.Update(t.Context(), inc.Ref(), nil, note("x"))
	require.NoError(t, err)
	s.bell.ring(clockRing, ring{clockChannel, "the end"})
	for p := <-clock; p != "the end"; p = <-clock {
		assert.Empty(t, p)
	}
}

// TestARingThatCannotBeSentIsSentLater: the database was away for a moment.
func TestARingThatCannotBeSentIsSentLater(t *testing.T) {
	t.Parallel()
	s, w, truth := wireOf(t)
	heard := listen(t, truth, clockChannel)
	var cut atomic.Int32
	w.Tap(func(m storetest.Message) storetest.Fate {
		if bytes.Contains(m.Body, []byte("pg_notify")) && cut.Add(1) == 1 {
			return storetest.LostWhole
		}
		return storetest.Delivered
	})
	s.bell.ring(clockRing)
	assert.Empty(t, <-heard)
	assert.Positive(t, cut.Load())
}

// TestAJobThatIsToBeTriedAgainWakesItsQueue: River leaves it to its next poll.
func TestAJobThatIsToBeTriedAgainWakesItsQueue(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	maker, err := Open(t.Context(), Config{URL: url})
	require.NoError(t, err)
	job := running(t, maker, "alive")
	maker.Close() // which rings for what was made
	s := open(t, url, nil)
	heard := listen(t, s, jobsChannel)
	at := s.DatabaseTime().Add(50 * time.Millisecond)
	_, err = s.QueueDriver().GetExecutor().JobSetStateIfRunningMany(t.Context(), &riverdriver.JobSetStateIfRunningManyParams{
		ID: []int64{job}, Attempt: []*int{nil}, ErrData: [][]byte{nil}, FinalizedAt: []*time.Time{nil}, MetadataDoMerge: []bool{false},
		MetadataUpdates: [][]byte{nil}, ScheduledAt: []*time.Time{&at}, State: []rivertype.JobState{rivertype.JobStateAvailable}, Schema: Schema})
	require.NoError(t, err)
	var queue string
	require.NoError(t, s.pool.QueryRow(t.Context(), `select queue from river.river_job where id = $1`, job).Scan(&queue))
	assert.Equal(t, jobRing(queue).payload, <-heard)
	assert.False(t, s.DatabaseTime().Before(at), "not before its time")
}

// TestWhatWaitsAlthoughItNeedNotIsRungFor: whoever made the job died before he rang.
func TestWhatWaitsAlthoughItNeedNotIsRungFor(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	declare(t, s)
	_, err := s.pool.Exec(t.Context(), `update river.river_job set scheduled_at = now() - interval '1 second'`)
	require.NoError(t, err)
	heard := listen(t, s, jobsChannel)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Replica("alive").Run(ctx) }()
	for _, want := range []string{QueueUrgent, QueueSlack} {
		for heard := range heard {
			if bytes.Contains([]byte(heard), []byte(want)) {
				break
			}
		}
	}
	cancel()
	<-ended
}
