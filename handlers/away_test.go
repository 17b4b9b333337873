package handlers

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"hash/fnv"
	"os"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
	"mayday/store/storetest"
)

// brink is a lodge whose database can go away after any question.
type brink struct {
	*lodge
	wire  *storetest.Wire
	truth *store.Store // sees it all the time
}

func newBrink(t *testing.T) *brink {
	t.Helper()
	url := newURL(t)
	wire := storetest.NewWire(t, url)
	truth, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(truth.Close)
	return &brink{newLodgeAt(t, wire.URL, incident.Access{}), wire, truth}
}

// fails is what people read when the database was away: it is not recorded, or that is not known.
var (
	fails       = regexp.MustCompile(`database does not answer|database stopped answering`)
	notRecorded = regexp.MustCompile(`ot recorded: mayday's database does not answer`)
)

// handle answers a request while so many questions reach the database and none after them. said is all that a person reads;
// cut tells that there were more questions, recorded that the request was.
func (b *brink) handle(r bot.Request, reach int64) (said string, cut, recorded bool) {
	b.t.Helper()
	var left atomic.Int64
	var over atomic.Bool
	left.Store(reach)
	b.wire.Tap(func(m storetest.Message) storetest.Fate {
		// The end of what is asked in one go; everything else goes with it.
		if m.FromServer || m.Kind != 'S' && m.Kind != 'Q' || left.Add(-1) >= 0 {
			return storetest.Delivered
		}
		over.Store(true)
		return storetest.LostWhole
	})
	defer b.wire.Tap(nil)
	ctx, cancel := context.WithTimeout(b.t.Context(), 3*time.Second)
	defer cancel()
	r.Keys = []string{"envelope:" + rand.Text()}
	reply := b.h.Handle(ctx, r)
	cut = over.Load()
	b.wire.Tap(nil)
	if reply.Redeliver {
		said = "Slack sends it again: not recorded: mayday's database does not answer"
	}
	raw, err := json.Marshal([]any{said, reply.Text, reply.ViewErrors, reply.Blocks})
	require.NoError(b.t, err)
	recorded, err = b.truth.Delivered(b.t.Context(), r.Keys)
	require.NoError(b.t, err)
	return string(raw), cut, recorded
}

// judge cuts the database off after each number of questions that whether admits, until all of them reach it: whoever is told
// nothing of that has what they have otherwise, and what is called not recorded is not. ask makes the request anew.
func (b *brink) judge(what string, whether func(reach int64) bool, ask func() bot.Request) {
	b.t.Helper()
	_, cut, whole := b.handle(ask(), 1000)
	require.False(b.t, cut, what)
	for reach := int64(0); ; reach++ {
		if !whether(reach) {
			if reach > 20 {
				return
			}
			continue
		}
		said, cut, recorded := b.handle(ask(), reach)
		switch {
		case !cut:
			return
		case !fails.MatchString(said):
			assert.Equal(b.t, whole, recorded, "%s, after %d questions: %s", what, reach, said)
		case notRecorded.MatchString(said):
			assert.False(b.t, recorded, "%s, after %d questions: %s", what, reach, said)
		}
	}
}

func always(int64) bool { return true }

// TestADatabaseThatGoesAwayIsSaid: whichever question to the database is the last one, whoever asked is told what came of it.
// With MAYDAY_SOAK=1 after each question, otherwise after one that differs from way to way.
func TestADatabaseThatGoesAwayIsSaid(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	eachWay(func(what, kind, name string, w way) {
		h := fnv.New32()
		_, _ = h.Write([]byte(what))
		after := int64(h.Sum32() % 7)
		b.judge(what, func(reach int64) bool { return os.Getenv("MAYDAY_SOAK") != "" || reach == after }, func() bot.Request {
			inc := b.declare(w.before)
			r := w.request(kind, name, inc, false)
			r.User, r.Channel = "U0ANA01", inc.ChannelID
			return r
		})
	})
}

// TestWhatOnlyShowsSaysThatTheDatabaseIsAway: nothing is recorded by it, and nobody takes silence for an answer.
func TestWhatOnlyShowsSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	inc := b.declare(nil)
	for _, text := range []string{"", "status", "timeline", "oncall", "oncall me", "list", "find checkout", "digest", "trend", "trend payments", "query", "mute", "mute all 1h", "unmute all", "unmute", "handover <@U0FAY01>"} {
		channel := inc.ChannelID
		if text == "handover <@U0FAY01>" || text == "query" {
			channel = elsewhere
		}
		r := bot.Request{Kind: bot.Command, Text: text, User: "U0ANA01", Channel: channel}
		whole, _, _ := b.handle(r, 1000)
		require.NotRegexp(t, fails, whole, text)
		for reach := int64(0); ; reach++ {
			said, cut, _ := b.handle(r, reach)
			if !cut {
				break
			}
			assert.Regexp(t, fails, said, "%s, after %d questions", text, reach)
		}
	}
}
