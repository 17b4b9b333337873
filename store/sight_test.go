package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// lone is a replica that asks no database.
func lone() *Replica { return (&Store{log: zap.NewNop()}).Replica("a") }

// isClosed reports whether what can be waited for has come.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestWhatAReplicaMakesOfWhatItSees: who carries jobs out, among how many Slack's rates are shared, and when it looks again.
func TestWhatAReplicaMakesOfWhatItSees(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of    sight
		leads bool
		share int
		pause time.Duration
	}{
		{sight{first: true, dies: rounds}, true, 1, pulse},
		{sight{others: 2, first: true, dies: rounds}, true, 1, glance},
		{sight{others: 2, dies: rounds}, false, 3, glance},
		{sight{others: 2, first: true, mixed: true, dies: rounds}, true, 3, glance},
		{sight{others: 1, mixed: true, dies: glance / 2}, true, 2, glance / 2},
		{sight{others: 1, dies: glance / 20}, false, 2, glance / 10},
		{sight{others: 1, dies: -time.Minute}, false, 2, glance / 10},
	} {
		assert.Equal(t, c.leads, c.of.leads(), "%+v", c.of)
		assert.Equal(t, c.share, c.of.share(), "%+v", c.of)
		assert.Equal(t, c.pause, c.of.pause(), "%+v", c.of)
	}
}

// TestWhatIsSeenIsPassedOnWhenItHasChanged, and what is overdue every time, without waiting for anybody.
func TestWhatIsSeenIsPassedOnWhenItHasChanged(t *testing.T) {
	t.Parallel()
	r := lone()
	var counted []int
	r.Counted = func(share int) { counted = append(counted, share) }
	leads := func() bool { up, _ := r.leads.both(); return isClosed(up) }
	assert.True(t, r.alone(), "as far as it knows")
	for _, c := range []struct {
		of      sight
		counted int // since the last one
		leads   bool
		overdue bool
	}{
		{sight{first: true, dies: rounds}, 1, true, false},
		{sight{first: true, dies: rounds / 2}, 0, true, false},
		{sight{others: 1, first: true, dies: rounds}, 1, true, false},
		{sight{others: 1, first: true, dies: rounds, overdue: true}, 0, true, true},
		{sight{others: 1, first: true, mixed: true, dies: rounds}, 1, true, false},
		{sight{others: 1, mixed: true, dies: rounds}, 0, true, false},
		{sight{others: 1, dies: 0}, 1, false, true},
		{sight{others: 1, dies: time.Nanosecond}, 0, false, false},
		{sight{others: 2, dies: -rounds}, 1, false, true},
	} {
		counted = nil
		for range 2 { // nobody has taken up the first
			r.saw(c.of)
		}
		assert.Len(t, counted, c.counted, "%+v", c.of)
		assert.Equal(t, c.leads, leads(), "%+v", c.of)
		assert.Equal(t, c.overdue, isClosed(r.overdue), "%+v", c.of)
		assert.Equal(t, c.of.others == 0, r.alone())
	}
}

// TestAFlagIsUpOrDown, tells whether it was changed, and ends what waits for either.
func TestAFlagIsUpOrDown(t *testing.T) {
	t.Parallel()
	f := newFlag()
	assert.False(t, f.set(false))
	up, down := f.both()
	assert.Equal(t, []bool{false, true}, []bool{isClosed(up), isClosed(down)})
	assert.True(t, f.set(true))
	assert.False(t, f.set(true))
	assert.True(t, isClosed(up), "whoever waited is woken")
	up, down = f.both()
	assert.Equal(t, []bool{true, false}, []bool{isClosed(up), isClosed(down)})
	assert.True(t, f.set(false))
	assert.True(t, isClosed(down))
	up, _ = f.both()
	assert.False(t, isClosed(up))
}

// TestWhoLeadsDoesSoUntilItDoesNot, or until it ends.
func TestWhoLeadsDoesSoUntilItDoesNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := lone()
		ctx, end := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(time.Minute, func() { r.leads.set(true) })
		lead, ok := r.Lead(ctx)
		require.True(t, ok)
		assert.Equal(t, time.Minute, time.Since(began))
		synctest.Wait()
		require.NoError(t, lead.Err())
		r.leads.set(false)
		synctest.Wait()
		require.Error(t, lead.Err())
		r.leads.set(true)
		lead, ok = r.Lead(ctx)
		require.True(t, ok)
		end()
		synctest.Wait()
		require.Error(t, lead.Err())
		r.leads.set(false)
		_, ok = r.Lead(ctx)
		assert.False(t, ok)
	})
}

// TestWhoReachesSlackDoesSoForAWhileLonger: Slack renews connections every few hours.
func TestWhoReachesSlackDoesSoForAWhileLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := lone()
		assert.True(t, r.reaches(), "it was not told how to know")
		r = lone()
		connected := false
		r.ReachesSlack = func() bool { return connected }
		assert.False(t, r.reaches(), "it never did")
		connected = true
		assert.True(t, r.reaches())
		connected = false
		time.Sleep(muteFor - 1)
		assert.True(t, r.reaches())
		time.Sleep(time.Nanosecond)
		assert.False(t, r.reaches())
	})
}

// TestAJobIsInHandUntilAWhileAfterTheLastLeftIt: what came of it may not be written down yet.
func TestAJobIsInHandUntilAWhileAfterTheLastLeftIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := lone()
		r.take(7)
		r.take(7)
		r.leave(7)
		time.Sleep(2 * orphanedFor)
		assert.Equal(t, []int64{7}, r.inHand(), "somebody has it still")
		r.leave(7)
		time.Sleep(orphanedFor)
		assert.Equal(t, []int64{7}, r.inHand())
		time.Sleep(time.Nanosecond)
		assert.Empty(t, r.inHand())
		assert.Empty(t, r.hands)
		for job := range int64(20) {
			r.take(job)
			r.leave(job)
		}
		r.take(20)
		time.Sleep(2 * orphanedFor)
		assert.Equal(t, []int64{20}, r.inHand(), "whatever else was")
	})
}

// TestAJobIsHeldAsLongAsItsReplicaLives, and a sign of life counts for half the time after which others take over.
func TestAJobIsHeldAsLongAsItsReplicaLives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := lone()
		require.ErrorIs(t, r.Check(t.Context()), ErrCutOff)
		r.set(true)
		held, release := r.Hold(t.Context(), 7, 1)
		time.Sleep(silentFor / 2)
		require.NoError(t, r.Check(t.Context()))
		require.NoError(t, held.Err())
		time.Sleep(time.Nanosecond)
		require.ErrorIs(t, r.Check(t.Context()), ErrCutOff)
		r.set(false)
		synctest.Wait()
		require.ErrorIs(t, context.Cause(held), ErrCutOff)
		release()
		assert.Zero(t, r.hands[7].times)
		r.set(true)
		held, release = r.Hold(t.Context(), 7, 1)
		release()
		require.ErrorIs(t, context.Cause(held), context.Canceled, "it is done")
		r.set(false)
		ended, end := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, end)
		held, release = r.Hold(ended, 7, 1)
		require.ErrorIs(t, context.Cause(held), context.Canceled, "nobody waits for it any more")
		release()
	})
}

// TestAJobWhoseReplicaCannotAskIsLeftToOthers: it waited for a sign of life, and the database is away again.
func TestAJobWhoseReplicaCannotAskIsLeftToOthers(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	r := s.Replica("a")
	s.Close()
	go func() {
		for len(r.inHand()) == 0 {
			time.Sleep(time.Millisecond)
		}
		r.set(true)
	}()
	held, release := r.Hold(t.Context(), 7, 1)
	defer release()
	require.ErrorIs(t, context.Cause(held), ErrCutOff)
}
