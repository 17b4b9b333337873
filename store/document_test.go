package store

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// newerDocument has, at every depth, what this release does not know.
const newerDocument = `{"id": 7, "uid": "k3jq4h5g6f7d", "title": "x", "severity": "P1", "status": "open", "declared_by": "U0ANA", "declared_at": "2026-03-03T10:00:00Z",
	"coloured": {"by": "U0BEN", "big": 9007199254740993}, "tags": ["a", "b"], "gone": null,
	"policy": {"severities": [{"label": "P1", "colour": "red"}], "hours": {"zone": "UTC", "holidays": ["2026-12-25"]}},
	"walks": [{"playbook": {"slug": "down", "title": "Down", "owner": "db", "steps": [{"text": "look", "risk": "low"}]}, "marks": {"0": {"state": "done", "by": "U0ANA", "at": "2026-03-03T10:00:00Z", "proof": "photo"}}, "lane": 2}],
	"active": 0, "plan": {"rung": -1, "due": {"respond": "2026-03-03T11:00:00Z"}, "paused": true},
	"pages": [{"contact": 0, "why": "on_call", "at": "2026-03-03T10:00:00Z", "channel": "sms"}],
	"reminder": {"clock": "update", "due": "2026-03-03T11:00:00Z", "at": "2026-03-03T11:00:00Z", "tone": "soft"},
	"revision": 1}`

// at finds a value in a document by its path.
func at(t testing.TB, raw []byte, path ...any) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

// stored is the document as it stands.
func stored(t testing.TB, s *Store, id int64) (raw []byte) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), `select doc from mayday.incident where id = $1`, id).Scan(&raw))
	return raw
}

func TestWhatANewerReleaseWroteSurvives(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0.Add(2*time.Hour)))
	run(t, s, `insert into mayday.incident (id, doc, declared_at) values (7, $1, now())`, newerDocument)
	run(t, s, `insert into mayday.timer (incident_id, clock, due_at) values (7, 'respond', $1)`, t0.Add(time.Hour))
	ref := incident.Ref{Incident: 7, UID: "k3jq4h5g6f7d"}
	_, err := s.Update(t.Context(), ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, ana, ben, "please", now)
	})
	require.NoError(t, err)
	_, err = s.Update(t.Context(), ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.UndoStep(inc, ana, incident.StepRef{Number: 1}, now)
	})
	require.NoError(t, err)
	require.NoError(t, s.SaveEvidence(t.Context(), ref, 1, []Evidence{{At: t0}}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, ana, "seen", now)
	}))
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	_, err = s.Update(t.Context(), ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ben, now)
	})
	require.NoError(t, err)

	raw := stored(t, s, 7)
	for want, path := range map[any][]any{
		"U0BEN":                         {"coloured", "by"},
		json.Number("9007199254740993"): {"coloured", "big"},
		"b":                             {"tags", 1},
		"red":                           {"policy", "severities", 0, "colour"},
		"2026-12-25":                    {"policy", "hours", "holidays", 0},
		"db":                            {"walks", 0, "playbook", "owner"},
		"low":                           {"walks", 0, "playbook", "steps", 0, "risk"},
		json.Number("2"):                {"walks", 0, "lane"},
		true:                            {"plan", "paused"},
		"sms":                           {"pages", 0, "channel"},
	} {
		assert.Equal(t, want, at(t, raw, path...), "%v", path)
	}
	assert.Equal(t, "U0BEN", at(t, raw, "acknowledged_by"), "what this release knows it writes")
	assert.Equal(t, "please", at(t, raw, "pages", 1, "note"))
	assert.Equal(t, map[string]any{"proof": "photo"}, at(t, raw, "walks", 0, "marks", "0"), "what it takes away is gone")
	assert.Nil(t, at(t, raw, "plan", "due"))
}

// The release before this one writes back what it knows, and nothing else.
func TestTheReleaseBeforeErasesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	run(t, s, `update mayday.incident set doc = doc || '{"reminder": {"clock": "update"}, "coloured": 3}', saved = saved + 1 where id = $1`, inc.ID)
	run(t, s, `update mayday.incident set doc = (doc - 'uid' - 'coloured' - 'reminder') || '{"title": "renamed"}' where id = $1`, inc.ID)
	raw := stored(t, s, inc.ID)
	assert.Equal(t, inc.UID, at(t, raw, "uid"))
	assert.Equal(t, json.Number("3"), at(t, raw, "coloured"))
	assert.Equal(t, "renamed", at(t, raw, "title"))
	assert.Nil(t, at(t, raw, "reminder"), "what it knows it may take away")
	run(t, s, `update mayday.incident set doc = doc - 'coloured', saved = saved + 1 where id = $1`, inc.ID)
	assert.Nil(t, at(t, stored(t, s, inc.ID), "coloured"), "this release knows what it does")
}

// Whatever a document holds: what this release does not know is there afterwards,
// and nothing that it wrote is changed by that.
func FuzzKeep(f *testing.F) {
	f.Add(newerDocument)
	f.Add(`{"id": 1, "pages": [{"x": 1}, {"contact": 2}], "pins": {"1.5": {"y": []}}, "track": {"z": {"number": 3}}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		d, err := readDocument([]byte(raw))
		if err != nil {
			t.Skip("no incident")
		}
		now := d.Incident
		now.Title, now.Revision = "changed", now.Revision+1
		out, err := d.with(now)
		if err != nil {
			t.Skip("no JSON of ours")
		}
		again, err := readDocument(out)
		require.NoError(t, err)
		want, err := json.Marshal(now)
		require.NoError(t, err)
		got, err := json.Marshal(again.Incident)
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(got))
	})
}

func TestASchemaOfANewerReleaseIsRefused(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	for _, name := range []string{"migrations/999_later.sql", "river v9.0.0"} {
		run(t, s, `insert into mayday.migration (name) values ($1)`, name)
		_, err := Open(t.Context(), Config{URL: url})
		require.ErrorIs(t, err, ErrNewer)
		assert.ErrorContains(t, err, name)
		assert.ErrorContains(t, err, "start that version or a newer one")
		assert.False(t, Away(err), "waiting does not help")
		_, err = Pending(t.Context(), url)
		require.ErrorIs(t, err, ErrNewer)
		run(t, s, `delete from mayday.migration where name = $1`, name)
	}
	for _, name := range earlierJobs {
		run(t, s, `insert into mayday.migration (name) values ($1)`, name)
	}
	declare(t, open(t, url, nil))
}

// firstOwn is the first migration that the release before this one does not have.
const firstOwn = "migrations/005_identity.sql"

// takesAway finds what a release that still runs would miss.
var takesAway = regexp.MustCompile(`(?i)\b(drop\s+(table|column|function|schema|view|default|not)|rename|set\s+not\s+null|alter\s+column|truncate|delete\s+from)\b`)

// A migration may only add to what the release before works with. What nobody needs
// any more is taken away a release later.
func TestMigrationsOnlyAdd(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	require.NoError(t, err)
	require.Contains(t, names, firstOwn)
	for _, name := range names {
		raw, err := migrations.ReadFile(name)
		require.NoError(t, err)
		sql := regexp.MustCompile(`--[^\n]*`).ReplaceAllString(string(raw), "")
		if name >= firstOwn {
			assert.Empty(t, takesAway.FindAllString(sql, -1), name)
		}
	}
	assert.Regexp(t, takesAway, "alter table t drop column c")
	assert.Regexp(t, takesAway, "alter table t alter column c type int")
}
