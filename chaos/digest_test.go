package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
	slacksim "mayday/sim/slack"
)

// digestsPace is how many seconds of the team pass in one: a day takes six seconds.
const digestsPace = 24 * 3600 / 6

// seedOf is what a run's choices follow from; MAYDAY_CHAOS_SEED repeats those of an earlier run.
func seedOf(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("MAYDAY_CHAOS_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("MAYDAY_CHAOS_SEED=%d", seed)
	return seed
}

// TestChaosADigestStandsOnce kills whichever replica is posting a digest, at any moment of that, with faults in Slack's
// answers besides: the message of a morning and each of its details stand once.
func TestChaosADigestStandsOnce(t *testing.T) {
	t.Parallel()
	seed, kills := seedOf(t), 8
	if os.Getenv("MAYDAY_CHAOS") != "" {
		kills = 100
	}
	h := newHouse(t, "testdata/rounds.md", slacksim.Options{Users: people(), Latency: 100 * time.Millisecond})
	defer h.lastWords()
	h.staysOpen()
	h.env = append(h.env, "HURRY="+strconv.Itoa(digestsPace))
	fast := hurried(t)
	for range 2 {
		h.replicaOf(fast)
	}
	for _, r := range h.replicas[1:] {
		r.ready()
	}
	misbehave(h, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	// The first look back is upon a week in which nobody was there, and has no details.
	weeks := func() int {
		return query[int](h, `select count(*)::int from river.river_job where kind = 'send_digest' and args ->> 'week' <> ''`)[0]
	}
	for until := time.Now().Add(2*time.Minute + 15*time.Second*time.Duration(kills)); h.count("kill") < kills || weeks() < 2; {
		require.True(t, time.Now().Before(until), "only %d replicas were seen posting a digest", h.count("kill"))
		if victim := h.postsDigest(); victim != nil && h.count("kill") < kills {
			time.Sleep(time.Duration(r.IntN(1200)) * time.Millisecond)
			h.deeds = append(h.deeds, "kill")
			victim.kill()
			victim.start()
			victim.ready()
		}
		time.Sleep(20 * time.Millisecond)
	}
	h.sim.Mischief().Clear()
	h.github.Mischief().Clear()
	for _, r := range h.replicas[1:] {
		_, err := r.stop(15 * time.Second)
		require.NoError(t, err)
	}
	h.replica().ready() // its days are as long as others', so that it comes to rest
	h.rest(2 * time.Minute)
	mornings, told, details := h.judgeDigests()
	assert.Equal(t, mornings, told)
	assert.Positive(t, details, "a week was looked back upon")
}

// staysOpen makes an incident of which every morning tells. Its clocks are taken away: in a team whose days pass in seconds
// they would ask for an update many times a second.
func (h *house) staysOpen() {
	h.t.Helper()
	r := h.replica()
	r.ready()
	require.True(h.t, h.types("ana", "general", "/incident p0 site-down chaos 000"))
	h.rest(time.Minute)
	_, err := r.stop(15 * time.Second)
	require.NoError(h.t, err)
	_, err = h.db.Exec(h.t.Context(), `delete from mayday.timer`)
	require.NoError(h.t, err)
}

// postsDigest is the replica that has a digest in hand; nil when none has.
func (h *house) postsDigest() *replica {
	for _, id := range query[string](h, `select attempted_by[array_upper(attempted_by, 1)] from river.river_job where kind = 'send_digest' and state = 'running'`) {
		for _, r := range h.replicas {
			if strings.Contains(id, fmt.Sprintf("-%d-", r.cmd.Process.Pid)) {
				return r
			}
		}
	}
	return nil
}

// judgeDigests looks at the digest of every morning. It counts the mornings, those that had something to tell, and the
// details of those.
func (h *house) judgeDigests() (mornings, told, details int) {
	h.t.Helper()
	keyed, known := h.messages(), map[string]bool{}
	for _, fx := range query[routine.SendDigest](h, `select args from river.river_job where kind = 'send_digest' order by id`) {
		name := "digest/" + string(fx.Day)
		assert.False(h.t, known[name], "%s was asked for twice", name)
		known[name] = true
		mornings++
		said := keyed[name]
		if len(said) == 0 {
			continue
		}
		told++
		assert.Len(h.t, said, 1, "%s has one message", name)
		for _, what := range []string{"overdue", "week", "month", "numbers"} {
			key := name + "/" + what
			known[key] = true
			if detail := keyed[key]; len(detail) > 0 {
				assert.Len(h.t, detail, 1, key)
				assert.Equal(h.t, said[0].TS, detail[0].Thread, "%s stands in the thread of its digest", key)
				details++
			}
		}
	}
	for key := range keyed {
		assert.True(h.t, known[key] || !strings.HasPrefix(key, "digest/"), "%s is of no morning that was told", key)
	}
	h.t.Logf("%d mornings, %d digests with %d details, %d processes killed", mornings, told, details, h.count("kill"))
	return mornings, told, details
}
