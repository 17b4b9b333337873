package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
	slacksim "mayday/sim/slack"
	"mayday/store/storetest"
)

// hurried builds the program for a team whose days pass in seconds.
func hurried(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hurry")
	out, err := exec.Command("go", "build", "-o", path, "mayday/chaos/testdata/hurry").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// roundsPace is how many seconds of the team pass in one: a day takes five seconds.
const roundsPace = 24 * 3600 / 5

// TestChaosEachDayHasOneRound kills replicas, the database and connections while days pass in seconds and people go
// through checklists: each day has one round or is counted as missed, each round and each digest has one message, nobody is
// reminded twice, and no click is lost.
func TestChaosEachDayHasOneRound(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	lasts := 40 * time.Second
	if os.Getenv("MAYDAY_CHAOS") != "" {
		lasts = 10 * time.Minute
	}
	h := newHouse(t, "testdata/rounds.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	h.wire = storetest.NewWire(t, h.pg.URL())
	h.env = append(h.env, "DATABASE_URL="+h.wire.URL, "HURRY="+strconv.Itoa(roundsPace))
	fast := hurried(t)
	for range 2 {
		h.replicaOf(fast)
	}
	for _, r := range h.replicas {
		r.ready()
	}
	misbehave(h, seed)
	ctx, calm := context.WithTimeout(t.Context(), lasts)
	defer calm()
	var all sync.WaitGroup
	all.Go(func() { h.storm(ctx, rand.New(rand.NewPCG(seed, 1))) })
	for i, who := range []string{"ana", "ben", "mia"} {
		all.Go(func() { h.goesThrough(ctx, who, rand.New(rand.NewPCG(seed, uint64(i)+2))) })
	}
	all.Wait()
	h.behave()
	for _, r := range h.replicas {
		_, err := r.stop(15 * time.Second)
		require.NoError(t, err)
	}
	h.replica().ready() // its days are as long as others', so that it comes to rest
	h.rest(2 * time.Minute)
	h.judgeRounds()
	h.judgeDigests()
}

// roundDone is the button of an item that waits; its number counts from 1.
var roundDone = regexp.MustCompile(`"action_id":"(round_done:(\d+))"`)

// goesThrough presses Done on what waits in the newest rounds, as somebody does who looks whether it worked.
func (h *house) goesThrough(ctx context.Context, who string, r *rand.Rand) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(200+r.IntN(1200)) * time.Millisecond):
		}
		newest := map[string]slacksim.Message{}
		for key, ms := range h.messages() {
			name := strings.Split(key, "/")
			if len(name) == 3 && name[0] == "round" && ms[0].TS > newest[name[1]].TS {
				newest[name[1]] = ms[0]
			}
		}
		for _, m := range newest {
			if waiting := roundDone.FindAllStringSubmatch(string(m.Blocks), -1); len(waiting) > 0 {
				h.click(who, m, waiting[r.IntN(len(waiting))])
			}
		}
	}
}

// click presses a button of a round. What Slack took is recorded, or the person is told why not.
func (h *house) click(who string, m slacksim.Message, button []string) {
	key := strings.Split(keysOf(m.Metadata)[0], "/")
	number, err := strconv.Atoi(button[2])
	if err != nil {
		h.t.Errorf("a button %q", button[1])
		return
	}
	told := len(h.sim.Ephemerals(who, m.Channel))
	if reply := h.sim.Press(who, m.Channel, m.TS, button[1]); reply.Err != "" {
		return // Slack says so to the person, who tries again
	}
	// The answer to a click does not ride on its acknowledgement.
	settled := func() bool {
		rounds := query[routine.Round](h, `select doc from mayday.round where routine = $1 and period = $2::date`, key[1], key[2])
		return len(rounds) == 1 && number <= len(rounds[0].Lines) && (rounds[0].Lines[number-1].State == routine.Done || rounds[0].Over())
	}
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if settled() || len(h.sim.Ephemerals(who, m.Channel)) > told {
			h.mu.Lock()
			h.pressed++
			h.mu.Unlock()
			return
		}
	}
	h.t.Errorf("%s pressed Done on item %d of %v, which was acknowledged, is not recorded and was not refused", who, number, key)
}

// judgeRounds looks at every round.
func (h *house) judgeRounds() {
	h.t.Helper()
	keyed := h.messages()
	for _, list := range []string{"morning", "evening"} {
		rounds := query[routine.Round](h, `select doc from mayday.round where routine = $1 order by period`, list)
		require.Greater(h.t, len(rounds), 3, list)
		for i, r := range rounds {
			name := fmt.Sprintf("round/%s/%s", r.Routine, r.Period)
			said := keyed[name]
			assert.Len(h.t, said, 1, "%s has one message", name)
			assert.LessOrEqual(h.t, len(keyed[name+"/reminder"]), 1, "%s has one reminder", name)
			assert.False(h.t, r.Asking, "%s was handed to people", name)
			if i == 0 {
				continue
			}
			assert.True(h.t, rounds[i-1].Over(), "%s closed the one before", name)
			assert.Equal(h.t, rounds[i-1].Period.Add(1+r.Missed), r.Period, "%s: each day has its round, or is counted as missed", name)
		}
		for name := range keyed {
			if at := strings.Split(name, "/"); at[0] == "round" && at[1] == list {
				n := query[int](h, `select count(*)::int from mayday.round where routine = $1 and period = $2::date`, at[1], at[2])[0]
				assert.Equal(h.t, 1, n, "%s is of a round that there is", name)
			}
		}
	}
	done := query[int](h, `select count(*)::int from mayday.round, jsonb_array_elements(doc -> 'lines') l where l ->> 'state' = 'done' and l ? 'by'`)[0]
	assert.Positive(h.t, done)
	h.t.Logf("%d rounds, %d items done by people, %d clicks, %d processes killed, %d restarts of the database",
		query[int](h, `select count(*)::int from mayday.round`)[0], done, h.pressed, h.count("kill"), h.count("database"))
}
