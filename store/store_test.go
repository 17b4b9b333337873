package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// t0 is a Tuesday, ten in the morning.
var t0 = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

const (
	ana incident.Person = "U0ANA"
	ben incident.Person = "U0BEN"
)

// newURL is the address of a database with the schema in it.
func newURL(t testing.TB) string {
	return storetest.Clone(t, "store", func(ctx context.Context, url string) error {
		s, err := Open(ctx, Config{URL: url})
		if err == nil {
			s.Close()
		}
		return err
	})
}

// open opens a store until the test ends.
func open(t testing.TB, url string, c Clock) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url, Clock: c})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// policy has a severity of which only the response and the updates are timed.
func policy() incident.Policy {
	return incident.Policy{
		Severities: []incident.Severity{{Label: "P1", Respond: incident.Within(time.Hour), UpdateEvery: incident.Within(2 * time.Hour)}},
		Contacts:   []incident.Contact{{Role: "On-Call", Name: "Ben", Email: "ben@example.com", Phone: "+1 555 0100"}},
	}
}

// declaration asks for an incident with that policy.
func declaration(title string) func(incident.Ref, time.Time) (incident.Change, error) {
	return func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: title, Policy: policy(), By: ana}, now)
	}
}

func declare(t testing.TB, s *Store) incident.Incident {
	t.Helper()
	inc, err := s.Declare(t.Context(), nil, declaration("checkout answers 500"))
	require.NoError(t, err)
	return inc
}

// doc is an incident as it is stored; maps without entries may be nil once it was read.
func doc(t testing.TB, inc incident.Incident) string {
	b, err := json.Marshal(inc)
	require.NoError(t, err)
	return string(b)
}

func note(text string) Decision {
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, ana, text, now)
	}
}

// count runs a query for one number.
func count(t testing.TB, s *Store, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// rows is everything that hangs on an incident.
func rows(t testing.TB, s *Store, id int64) [3]int {
	return [3]int{
		count(t, s, `select count(*) from mayday.event where incident_id = $1`, id),
		count(t, s, `select count(*) from mayday.timer where incident_id = $1`, id),
		count(t, s, `select count(*) from river.river_job where metadata @> jsonb_build_object('incident_id', $1::bigint)`, id),
	}
}

func TestADeclarationIsOneTransaction(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	assert.Equal(t, t0, inc.DeclaredAt, "the time of the transaction")
	read, err := s.Incident(t.Context(), inc.Ref())
	require.NoError(t, err)
	assert.JSONEq(t, doc(t, inc), doc(t, read))
	// declared, paged; half, respond, update, page check; announcement, create_channel, send_page, seek_changes
	assert.Equal(t, [3]int{2, 4, 4}, rows(t, s, inc.ID))

	_, err = s.Declare(t.Context(), []string{"k"}, func(incident.Ref, time.Time) (incident.Change, error) {
		return incident.Change{}, errors.New("no")
	})
	require.Error(t, err)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.incident`))
	assert.Zero(t, count(t, s, `select count(*) from mayday.delivery`), "a failed delivery may be tried again")
}

// TestAllOrNothing breaks the write of each part of a change in turn.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"mayday.incident", "mayday.event", "mayday.timer", "river.river_job", "mayday.delivery"} {
		t.Run(table, func(t *testing.T) {
			s := open(t, newURL(t), storetest.NewClock(t0))
			inc := declare(t, s)
			before := rows(t, s, inc.ID)
			_, err := s.pool.Exec(t.Context(), `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
				create trigger broken before insert or update on `+table+` for each statement execute function broken()`)
			require.NoError(t, err)

			_, err = s.Update(t.Context(), inc.Ref(), []string{"k"}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Announce(inc, ana, "known", 10*time.Minute, now)
			})
			require.ErrorContains(t, err, "broken")
			_, err = s.Declare(t.Context(), []string{"k"}, declaration("x"))
			require.ErrorContains(t, err, "broken")

			assert.Equal(t, before, rows(t, s, inc.ID))
			after, err := s.Incident(t.Context(), inc.Ref())
			require.NoError(t, err)
			assert.JSONEq(t, doc(t, inc), doc(t, after))
			assert.Equal(t, 1, count(t, s, `select count(*) from mayday.incident`))
			assert.Zero(t, count(t, s, `select count(*) from mayday.delivery`))
		})
	}
}

func TestARefusalAndAStaleDecisionChangeNothing(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	before := rows(t, s, inc.ID)
	_, err := s.Update(t.Context(), inc.Ref(), []string{"k"}, note("  "))
	var refused *incident.Refusal
	require.ErrorAs(t, err, &refused, "a refusal comes back as it is")
	c, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc}, nil
	})
	require.NoError(t, err)
	assert.True(t, c.Empty())
	assert.Equal(t, before, rows(t, s, inc.ID))
	_, err = s.Update(t.Context(), incident.Ref{Incident: 4711}, nil, note("x"))
	assert.ErrorIs(t, err, ErrNotFound)
}

func TestTheSameDeliveryIsActedUponOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc, err := s.Declare(t.Context(), []string{"envelope/1", "trigger/1"}, declaration("x"))
	require.NoError(t, err)
	for _, keys := range [][]string{{"envelope/1"}, {"envelope/2", "trigger/1"}} {
		again, err := s.Declare(t.Context(), keys, declaration("x"))
		require.ErrorIs(t, err, ErrDuplicate)
		assert.Equal(t, inc.ID, again.ID, "the incident of the first time")
	}
	_, err = s.Update(t.Context(), inc.Ref(), []string{"click/1"}, note("a"))
	require.NoError(t, err)
	before := rows(t, s, inc.ID)
	c, err := s.Update(t.Context(), inc.Ref(), []string{"click/1"}, note("b"))
	require.ErrorIs(t, err, ErrDuplicate)
	assert.Equal(t, inc.ID, c.Incident.ID)
	assert.Equal(t, before, rows(t, s, inc.ID))

	_, err = s.pool.Exec(t.Context(), `update mayday.delivery set at = now() - interval '3 days' where key = 'click/1'`)
	require.NoError(t, err)
	_, err = s.Forget(t.Context(), Retention{Deliveries: 48 * time.Hour})
	require.NoError(t, err)
	assert.Equal(t, 2, count(t, s, `select count(*) from mayday.delivery`))
}

func TestConcurrentDeclarationsOfOneDeliveryMakeOneIncident(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	ids := make([]int64, 8)
	var wg sync.WaitGroup
	stores := []*Store{open(t, url, nil), open(t, url, nil)}
	for i := range ids {
		wg.Go(func() {
			inc, err := stores[i%2].Declare(context.Background(), []string{"trigger/1"}, declaration("x"))
			if err != nil && !errors.Is(err, ErrDuplicate) {
				t.Error(err)
			}
			ids[i] = inc.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		assert.Equal(t, ids[0], id)
	}
	assert.Equal(t, 1, count(t, stores[0], `select count(*) from mayday.incident`))
}

func TestConcurrentUpdatesFollowEachOther(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	stores := []*Store{open(t, url, nil), open(t, url, nil), open(t, url, nil)}
	inc := declare(t, stores[0])
	const each = 20
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			for n := range each {
				if _, err := s.Update(context.Background(), inc.Ref(), nil, note(fmt.Sprint(i, n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	evs, err := stores[0].Timeline(t.Context(), inc.ID, inc.Revision, 0)
	require.NoError(t, err)
	require.Len(t, evs, 3*each)
	for i, ev := range evs {
		require.Equal(t, inc.Revision+1+i, ev.Seq, "none overwrote another")
	}
}

func TestTimersFollowFromTheRow(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	timers := func() map[incident.Clock]time.Time {
		got := map[incident.Clock]time.Time{}
		rows, err := s.pool.Query(t.Context(), `select clock, due_at from mayday.timer where incident_id = $1`, inc.ID)
		require.NoError(t, err)
		for rows.Next() {
			var c incident.Clock
			var due time.Time
			require.NoError(t, rows.Scan(&c, &due))
			got[c] = due.UTC()
		}
		require.NoError(t, rows.Err())
		return got
	}
	assert.Equal(t, map[incident.Clock]time.Time{
		incident.ClockRespondHalf: t0.Add(30 * time.Minute), incident.ClockRespond: t0.Add(time.Hour),
		incident.ClockUpdate: t0.Add(2 * time.Hour), incident.ClockPageCheck: t0.Add(2 * time.Minute),
	}, timers())
	_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ben, now)
	})
	require.NoError(t, err)
	assert.Equal(t, map[incident.Clock]time.Time{incident.ClockUpdate: t0.Add(2 * time.Hour)}, timers())
	_, err = s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, ben, "no", now)
	})
	require.NoError(t, err)
	assert.Empty(t, timers())
}

func TestAnAddressThatIsNoneIsNotRepeated(t *testing.T) {
	_, err := Open(t.Context(), Config{URL: "postgres://mayday:hunter2@host:notaport/x"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hunter2")
}
