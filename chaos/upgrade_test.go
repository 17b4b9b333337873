package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// previous builds the release before this one from the repository's own history. The
// commit stands in testdata/previous-release and is changed with every release.
func previous(t *testing.T) (path string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/previous-release")
	require.NoError(t, err)
	commit := strings.TrimSpace(string(raw))
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	require.NoError(t, err, "the release before this one is built from the history: run this test in a clone, not in an unpacked archive")
	git := func(args ...string) ([]byte, error) {
		return exec.Command("git", append([]string{"-C", strings.TrimSpace(string(root))}, args...)...).CombinedOutput()
	}
	out, err := git("merge-base", "--is-ancestor", commit, "HEAD")
	require.NoError(t, err, "commit %s of the release before this one is not in the history; fetch all of it (git fetch --unshallow)\n%s", commit, out)
	source := t.TempDir()
	archive := filepath.Join(t.TempDir(), "source.tar")
	out, err = git("archive", "--format=tar", "--output="+archive, commit)
	require.NoError(t, err, string(out))
	out, err = exec.Command("tar", "-xf", archive, "-C", source).CombinedOutput()
	require.NoError(t, err, string(out))
	path = filepath.Join(t.TempDir(), "mayday-previous")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "./cmd/mayday")
	build.Dir = source
	out, err = build.CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// TestTwoReleasesSideBySide: replicas of the release before this one and of this one
// work on one database. What each wrote survives the other, nothing is lost or said
// twice, and buttons and forms of either work with both.
func TestTwoReleasesSideBySide(t *testing.T) {
	t.Parallel()
	older := previous(t)
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	old := h.replicaOf(older)
	old.ready()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"))
	now := h.replica()
	now.ready()
	incidents := 1
	for len(h.named()) == 0 {
		require.Less(t, incidents, 40, "this release declares none, or what it declares loses its identity")
		require.True(t, h.types("ben", "general", fmt.Sprintf("/incident p1 queue-stuck chaos %03d", 500+incidents)))
		incidents++
	}
	named := h.named()

	const declarers = 8
	incidents += declarers
	var crowd sync.WaitGroup
	for i := 1; i <= declarers; i++ {
		crowd.Go(func() { h.person(i, rand.New(rand.NewPCG(7, uint64(i)))) })
	}
	crowd.Wait()
	h.rest(2 * time.Minute)
	h.judge(incidents)
	require.Subset(t, h.named(), named, "an identity was taken away")
	named = h.named()
	require.Less(t, len(named), incidents, "the release before this one declared the first")
	jobs := query[int](h, `select count(*)::int from mayday.incident i join river.river_job j on (j.args ->> 'incident')::bigint = i.id
		where j.args ->> 'uid' <> i.doc ->> 'uid' or i.doc ->> 'uid' is null and j.args ->> 'uid' <> ''`)[0]
	assert.Zero(t, jobs, "no identity changed on the way")
	h.clicks()

	code, err := old.stop(15 * time.Second)
	require.NoError(t, err)
	assert.Zero(t, code)
	h.clicks()
	h.rest(time.Minute)

	// The way back: the release before this one still works with the schema.
	_, err = now.stop(15 * time.Second)
	require.NoError(t, err)
	old.start()
	old.ready()
	h.clicks()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 099"))
	h.rest(time.Minute)
	assert.Equal(t, named, h.named(), "its writing took no identity away")
}

// named are the identities of the incidents that have one, in the order of their
// numbers: those that this release declared. The release before knows none.
func (h *house) named() []string {
	return query[string](h, `select doc ->> 'uid' from mayday.incident where coalesce(doc ->> 'uid', '') <> '' order by id`)
}

// clicks uses a button of every open incident some times over, so that each replica gets some, and a form of each once:
// an update is a reply in the channel where all are announced, and Slack takes one a second there.
func (h *house) clicks() {
	h.t.Helper()
	for _, inc := range query[incident.Incident](h, `select doc from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring') order by id`) {
		card := ""
		for _, m := range h.sim.Messages(inc.ChannelID) {
			if m.Pinned && !m.Deleted {
				card = m.TS
			}
		}
		require.NotEmpty(h.t, card, "incident %d has no card", inc.ID)
		for i := range 4 {
			who := people()[(int(inc.ID)+i)%3].Name
			before := len(h.sim.Record(inc.ChannelID))
			r := h.sim.Press(who, inc.ChannelID, card, "Take lead")
			require.Empty(h.t, r.Err, "incident %d", inc.ID)
			if i == 0 {
				h.updates(inc, who, card)
			}
			for _, m := range h.sim.Record(inc.ChannelID)[before:] {
				for _, no := range []string{"another version", "no longer knows"} {
					require.NotContains(h.t, m.Text+string(m.Blocks), no, "incident %d", inc.ID)
				}
			}
		}
	}
}

// updates has somebody post an update by the form that the card opens.
func (h *house) updates(inc incident.Incident, who, card string) {
	h.t.Helper()
	text := fmt.Sprintf("update %d of %s", time.Now().UnixNano(), who)
	require.Empty(h.t, h.sim.Press(who, inc.ChannelID, card, "Update").Err)
	var view slacksim.View
	require.Eventually(h.t, func() bool {
		open := h.sim.OpenViews(who)
		if len(open) > 0 {
			view = open[len(open)-1]
		}
		return len(open) > 0
	}, 5*time.Second, 10*time.Millisecond)
	r := h.sim.SubmitView(who, view.ID, map[string]map[string]any{blocks.FieldText: {blocks.FieldText: text}})
	require.Empty(h.t, r.Err, "incident %d: %v", inc.ID, r.Errors)
	require.Empty(h.t, r.Errors, "incident %d", inc.ID)
	require.Equal(h.t, 1, query[int](h, `select count(*)::int from mayday.event where incident_id = $1 and kind = 'updated' and doc ->> 'text' = $2`, inc.ID, text)[0])
}

// TestASchemaOfANewerReleaseEndsTheProcess: it says what to do, and starting again will not help.
func TestASchemaOfANewerReleaseEndsTheProcess(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	r := h.replica()
	r.ready()
	_, err := r.stop(15 * time.Second)
	require.NoError(t, err)
	_, err = h.db.Exec(t.Context(), `insert into mayday.migration (name) values ('migrations/999_later.sql')`)
	require.NoError(t, err)
	r.start()
	code, err := r.exit(time.Minute)
	require.NoError(t, err)
	assert.Equal(t, 2, code)
	assert.Contains(t, r.log(), "belongs to a newer mayday")
	assert.Contains(t, r.log(), "999_later.sql")
	assert.NotContains(t, r.log(), "correct DATABASE_URL")
}
