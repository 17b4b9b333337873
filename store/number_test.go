package store

import (
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// run executes a statement on a store's database.
func run(t testing.TB, s *Store, sql string, args ...any) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// numbers declares so many incidents and gives their numbers.
func numbers(t testing.TB, s *Store, n int) (list []int64) {
	t.Helper()
	for range n {
		list = append(list, declare(t, s).ID)
	}
	return list
}

func TestEveryIncidentHasAnIdentityOfItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	a, b := declare(t, s), declare(t, s)
	assert.Regexp(t, `^[a-z2-7]{12}$`, a.UID)
	assert.NotEqual(t, a.UID, b.UID)
	read, err := s.Incident(t.Context(), a.Ref())
	require.NoError(t, err)
	assert.Equal(t, a.UID, read.UID)
	var args []string
	rows, err := s.pool.Query(t.Context(), `select args ->> 'uid' from river.river_job where (args ->> 'incident')::bigint = $1`, a.ID)
	require.NoError(t, err)
	args, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.NotEmpty(t, args)
	for _, uid := range args {
		assert.Equal(t, a.UID, uid, "every job carries it")
	}
}

// The number is the same, the incident is not: nothing reads it, changes it or
// stops its queries in the name of the other.
func TestAnotherIncidentOfTheSameNumberIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	lost := incident.Ref{Incident: inc.ID, UID: "aaaaaaaaaaaa"}
	_, err := s.Incident(t.Context(), lost)
	assert.ErrorIs(t, err, ErrAnother)
	c, err := s.Update(t.Context(), lost, []string{"click"}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ben, now)
	})
	assert.ErrorIs(t, err, ErrAnother)
	assert.Zero(t, c.Incident.ID, "nothing of the other is shown")
	err = s.SaveEvidence(t.Context(), lost, 1, []Evidence{{Name: "db/room", At: t0}}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ben, now)
	})
	assert.ErrorIs(t, err, ErrAnother)
	after, err := s.Incident(t.Context(), incident.Ref{Incident: inc.ID})
	require.NoError(t, err)
	assert.Equal(t, inc.Revision, after.Revision)
	there, err := s.Delivered(t.Context(), []string{"click"})
	require.NoError(t, err)
	assert.False(t, there, "it may be clicked again")
}

// What versions before identities drew names a number only.
func TestWhatNamesANumberOnly(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	c, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0OWN", "inc-1", now)
	})
	require.NoError(t, err)
	inc = c.Incident
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "page/0/U0BEN", Shown{Channel: "D0BEN", TS: "1.5"}))
	old := inc
	old.UID = ""
	means := func(inc incident.Incident, channel, ts string) bool {
		ok, err := s.MeansByNumber(t.Context(), inc, channel, ts)
		require.NoError(t, err)
		return ok
	}
	assert.True(t, means(old, "C0LOST", "1.1"), "an incident without identity has only its number")
	assert.True(t, means(inc, "C0OWN", "1.1"), "in its own channel")
	assert.True(t, means(inc, "D0BEN", "1.5"), "on its own page")
	assert.False(t, means(inc, "D0BEN", "1.4"), "on another message there")
	assert.False(t, means(inc, "C0LOST", "1.1"), "in the channel of a lost incident")
	assert.True(t, means(inc, "", ""), "a form, on the day of the upgrade")
	run(t, s, `update mayday.migration set at = now() - interval '25 hours' where name = $1`, uidMigration)
	assert.False(t, means(inc, "", ""), "a form, later")
}

func TestNumbersGoOnOneByOne(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	assert.Equal(t, []int64{1, 2, 3}, numbers(t, s, 3))
	again := open(t, s.pool.Config().ConnString(), nil)
	assert.Equal(t, []int64{4}, numbers(t, again, 1), "a restart loses nothing")
}

// The database says that it is on another timeline: however many declare at once,
// numbers are skipped once, and the operators are told once.
func TestNumbersAreSkippedOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	numbers(t, s, 3)
	run(t, s, `update mayday.fact set value = 'cluster 1, timeline 00000001, table 1' where key = 'history'`)
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[int64]bool{}
	for range 8 {
		all.Go(func() {
			inc, err := s.Declare(t.Context(), nil, declaration("x"))
			if assert.NoError(t, err) {
				mu.Lock()
				defer mu.Unlock()
				got[inc.ID] = true
			}
		})
	}
	all.Wait()
	assert.Len(t, got, 8)
	for n := range got {
		assert.Greater(t, n, int64(200))
		assert.Less(t, n, int64(300))
	}
	var told int
	require.NoError(t, s.pool.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'history_lost'`).Scan(&told))
	assert.Equal(t, 1, told)
}

// A refusal in the same breath does not undo it, nor skip again.
func TestARefusalSkipsNoNumbersTwice(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	numbers(t, s, 1)
	run(t, s, `update mayday.fact set value = '' where key = 'history'`)
	for range 3 {
		_, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
			return incident.Declare(ref, incident.Declaration{Severity: "P9", Policy: policy()}, now)
		})
		var refused *incident.Refusal
		require.ErrorAs(t, err, &refused)
	}
	assert.Less(t, numbers(t, s, 1)[0], int64(300))
}

// A month with many incidents skips as many.
func TestAMonthOfNumbersIsSkipped(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	run(t, s, `insert into mayday.incident (id, doc, declared_at) select n, (select doc from mayday.incident where id = $1), now() - interval '1 hour' from generate_series(1001, 1350) n`, inc.ID)
	run(t, s, `update mayday.fact set value = '' where key = 'history'`)
	assert.Equal(t, int64(1801), numbers(t, s, 1)[0], "beyond the highest that is known, although the sequence was behind it, and 351 more")
}

// A snapshot of the disk put back under a running mayday leaves no trace in the
// database: the process knows what it saw.
func TestAProcessRemembersTheHighestNumber(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	numbers(t, s, 5)
	run(t, s, `delete from mayday.incident where id > 2`)
	run(t, s, `select setval('mayday.incident_id', 2)`)
	assert.Equal(t, int64(201), numbers(t, s, 1)[0])
}

// A real standby that lags is promoted.
func TestNumbersAfterAFailoverToALaggingReplica(t *testing.T) {
	t.Parallel()
	pair := storetest.NewPair(t)
	before := open(t, pair.Primary.URL(), nil)
	numbers(t, before, 2)
	pair.Cut(t)
	lost := numbers(t, before, 40) // the sequence itself is ahead by 32
	pair.Promote(t)
	after := open(t, pair.Standby.URL(), nil)
	next := declare(t, after)
	assert.Equal(t, int64(201), next.ID, "beyond %d", lost[len(lost)-1])
	assert.Equal(t, int64(202), declare(t, after).ID)
	_, err := after.Incident(t.Context(), incident.Ref{Incident: lost[0]})
	assert.ErrorIs(t, err, ErrNotFound)
}

// A dump that is put back into the same server, and the same timeline.
func TestNumbersAfterADumpWasRestored(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	numbers(t, s, 3)
	file := filepath.Join(t.TempDir(), "dump")
	pg(t, "pg_dump", "-Fc", "-f", file, url)
	numbers(t, s, 40)
	s.Close()
	fresh := storetest.Database(t)
	pg(t, "pg_restore", "--no-owner", "-d", fresh, file)
	assert.Equal(t, int64(201), numbers(t, open(t, fresh, nil), 1)[0])
}

func pg(t testing.TB, program string, args ...string) {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	require.NoError(t, err, string(out))
}

// A role that owns its database and nothing else can tell the histories apart.
func TestAPlainRoleCanAskForTheHistory(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	var asked string
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		for _, sql := range []string{`create role plain_history`, `grant usage on schema mayday to plain_history`, `set local role plain_history`} {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		if err := tx.QueryRow(t.Context(), `select mayday.history()`).Scan(&asked); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `reset role; drop owned by plain_history; drop role plain_history`)
		return err
	}))
	assert.Regexp(t, `^cluster \d+, timeline 0000000\d, table \d+$`, asked)
}
