package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crewOf are replicas that run, and their ends.
type crewOf struct {
	t    testing.TB
	s    *Store
	all  map[string]*Replica
	ends map[string]func()
	// shares is among how many each believes to share what Slack allows.
	shares map[string]*atomic.Int64
}

func newCrewOf(t testing.TB) *crewOf {
	return &crewOf{t, open(t, newURL(t), nil), map[string]*Replica{}, map[string]func(){}, map[string]*atomic.Int64{}}
}

// joins adds a replica and waits until it is seen.
func (c *crewOf) joins(id string, reaches func() bool) {
	c.t.Helper()
	r := c.s.Replica(id)
	r.ReachesSlack = reaches
	share := &atomic.Int64{}
	c.shares[id], r.Counted = share, func(n int) { share.Store(int64(n)) }
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { r.Run(ctx) })
	c.all[id], c.ends[id] = r, func() { cancel(); wg.Wait() }
	c.t.Cleanup(c.ends[id])
	lives, _ := r.lives.both()
	<-lives
}

// lead waits until these and no others carry jobs out, and stays so for a while.
func (c *crewOf) lead(ids ...string) {
	c.t.Helper()
	var now []string
	for since, end := time.Now(), time.Now().Add(20*time.Second); time.Since(since) < 2*glance; time.Sleep(5 * time.Millisecond) {
		now = now[:0]
		for id, r := range c.all {
			up, _ := r.leads.both()
			select {
			case <-up:
				now = append(now, id)
			default:
			}
		}
		if slices.Sort(now); !slices.Equal(now, ids) {
			since = time.Now()
		}
		require.True(c.t, time.Now().Before(end), "%v carry jobs out, not %v", now, ids)
	}
	assert.Eventually(c.t, func() bool {
		for id := range c.all {
			share := 1
			if len(ids) > 1 || !slices.Contains(ids, id) {
				share = count(c.t, c.s, `select count(*) from mayday.replica`)
			}
			if c.shares[id].Load() != int64(share) {
				return false
			}
		}
		return true
	}, 10*time.Second, 5*time.Millisecond, "who carries all jobs out has for itself what Slack allows")
}

func TestOneReplicaCarriesJobsOut(t *testing.T) {
	c := newCrewOf(t)
	for i := range 3 {
		c.joins(fmt.Sprint("r", i), nil)
		c.lead("r0")
	}
	c.ends["r0"]()
	delete(c.all, "r0")
	c.lead("r1")
	cutOff(t, c.s, "r1") // it reconnects at once
	c.lead("r1")
	c.joins("r0", nil)
	c.lead("r1")
}

// TestWhoCannotReachSlackLeavesTheWorkToOthers, and who comes back does not take it away from them.
func TestWhoCannotReachSlackLeavesTheWorkToOthers(t *testing.T) {
	c := newCrewOf(t)
	var reaches atomic.Bool
	c.joins("cut off", reaches.Load)
	c.lead("cut off")
	c.joins("well", nil)
	c.lead("well")
	reaches.Store(true)
	time.Sleep(2 * pulse)
	c.lead("well")
}

// TestAReplicaWhoseProcessIsGoneIsReplacedBeforeItsJobsAre: what it has in hand is left to it for longer.
func TestAReplicaWhoseProcessIsGoneIsReplacedBeforeItsJobsAre(t *testing.T) {
	c := newCrewOf(t)
	gone := pretend(t, c.s, "gone")
	_, err := c.s.pool.Exec(t.Context(), `update mayday.replica set reaches_slack = true, seen_at = now() + interval '1 minute'`)
	require.NoError(t, err)
	c.joins("well", nil)
	c.lead()
	require.NoError(t, gone.Close(t.Context()))
	c.lead("well")
	assert.Equal(t, 1, count(t, c.s, `select count(*) from mayday.replica where id = 'gone'`), "its jobs are still its own")
}

// TestBesideTheReleaseBeforeAllCarryJobsOut and share what Slack allows, as that one does.
func TestBesideTheReleaseBeforeAllCarryJobsOut(t *testing.T) {
	c := newCrewOf(t)
	c.joins("r0", nil)
	c.joins("r1", nil)
	c.lead("r0")
	pretend(t, c.s, "before")
	c.lead("r0", "r1")
}

// TestWhileNobodyIsWellOneCarriesJobsOut, and always the same: Slack is away for all of them.
func TestWhileNobodyIsWellOneCarriesJobsOut(t *testing.T) {
	t.Parallel()
	c := newCrewOf(t)
	away := func() bool { return false }
	c.joins("two", away)
	c.joins("one", away)
	c.lead("one")
	for range 10 { // each gives a sign of life twice a second
		c.lead("one")
		time.Sleep(pulse / 3)
	}
}
