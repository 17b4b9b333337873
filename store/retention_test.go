package store

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// old makes n incidents like inc that ended so many days ago, each with three events, an
// answer and an audit line, and gives the first number.
func old(t testing.TB, s *Store, inc incident.Incident, n, days int, status incident.Status) (first int64) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), `select max(id) + 1 from mayday.incident`).Scan(&first))
	run(t, s, `insert into mayday.incident (id, doc, declared_at) select n, (select doc - 'channel_id' from mayday.incident where id = $1) || jsonb_build_object('id', n, 'status', $5::text), now() - make_interval(days => $4, hours => 2)
		from generate_series($2::bigint, $2 + $3 - 1) n`, inc.ID, first, n, days, string(status))
	run(t, s, `insert into mayday.event (incident_id, seq, at, kind, doc, aloud) select n, q, now() - make_interval(days => $3), 'noted', '{"text": "looked at the pool, which was full"}', false
		from generate_series($1::bigint, $1 + $2 - 1) n, generate_series(1, 3) q`, first, n, days)
	run(t, s, `insert into mayday.evidence (incident_id, job, place, why, name, title, by, at, answer) select n, 1, 0, 'snapshot', 'db/room', 'Room', '', now() - make_interval(days => $3), '{"rows": [["1", "2", "3"]]}'
		from generate_series($1::bigint, $1 + $2 - 1) n`, first, n, days)
	run(t, s, `insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code, database, role, backend, duration_us, waited_us, rows, bytes, more)
		select now() - make_interval(days => $3), n, 'U0ANA', '', 'select ?', 'f', 'ran', '', '', '', 'app', 'r', 1, 1, 0, 1, 1, false from generate_series($1::bigint, $1 + $2 - 1) n`, first, n, days)
	run(t, s, `insert into mayday.delivery (key, incident_id, at) select 'old/' || n, n, now() - make_interval(days => $3) from generate_series($1::bigint, $1 + $2 - 1) n`, first, n, days)
	return first
}

const days = 24 * time.Hour

func TestNothingIsRemovedUnasked(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	old(t, s, declare(t, s), 5, 4000, incident.Closed)
	f, err := s.Forget(t.Context(), Retention{})
	require.NoError(t, err)
	assert.Zero(t, f)
	for _, table := range []string{"incident", "event", "evidence", "audit", "delivery"} {
		assert.GreaterOrEqual(t, count(t, s, `select count(*) from mayday.`+table), 5, table)
	}
}

func TestWhatIsOverIsRemovedByAge(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	live := declare(t, s)
	ancient := old(t, s, live, 3, 100, incident.Cancelled)
	lively := old(t, s, live, 1, 100, incident.Monitoring)
	recent := old(t, s, live, 2, 10, incident.Resolved)
	stirred := old(t, s, live, 1, 100, incident.Closed)
	run(t, s, `insert into mayday.event (incident_id, seq, at, kind, doc, aloud) values ($1, 4, now() - interval '1 day', 'noted', '{}', false)`, stirred)
	f, err := s.Forget(t.Context(), Retention{Incidents: 60 * days, Evidence: 5 * days, Audit: 60 * days, Deliveries: 60 * days})
	require.NoError(t, err)
	assert.Equal(t, Forgotten{Incidents: 3, Evidence: 6, Audit: 5, Deliveries: 5}, f)
	there := func(sql string, id int64) int { return count(t, s, sql, id) }
	for _, id := range []int64{live.ID, lively, recent, stirred} {
		assert.Equal(t, 1, there(`select count(*) from mayday.incident where id = $1`, id))
	}
	assert.Zero(t, there(`select count(*) from mayday.incident where id = $1`, ancient))
	for _, table := range []string{"event", "evidence", "surface", "timer"} {
		assert.Zero(t, there(`select count(*) from mayday.`+table+` where incident_id = $1`, ancient), table)
	}
	assert.Equal(t, 3, there(`select count(*) from mayday.event where incident_id = $1`, recent))
	ev, err := s.EvidenceOf(t.Context(), lively, 1)
	require.NoError(t, err)
	assert.NotNil(t, ev[0].Answer, "it goes on")
	for _, id := range []int64{recent, stirred} {
		ev, err := s.EvidenceOf(t.Context(), id, 1)
		require.NoError(t, err)
		assert.Nil(t, ev[0].Answer)
		assert.Contains(t, ev[0].Problem, "not kept any more")
		dropped, err := s.EvidenceDropped(t.Context(), id)
		require.NoError(t, err)
		assert.True(t, dropped)
	}
	dropped, err := s.EvidenceDropped(t.Context(), lively)
	require.NoError(t, err)
	assert.False(t, dropped, "it goes on")
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.audit where verdict = 'forgotten' and rows = 5`), "it says so")
	again, err := s.Forget(t.Context(), Retention{Incidents: 60 * days, Evidence: 5 * days, Audit: 60 * days, Deliveries: 60 * days})
	require.NoError(t, err)
	assert.Zero(t, again)
}

// Whoever asks, and however: the audit keeps what is young, and changes nothing.
func TestTheAuditKeepsWhatIsYoung(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	old(t, s, declare(t, s), 2, 10, incident.Closed)
	_, err := s.Forget(t.Context(), Retention{Audit: days})
	require.ErrorContains(t, err, "keeps every line for 30 days")
	for _, sql := range []string{`delete from mayday.audit`, `update mayday.audit set by = ''`, `truncate mayday.audit`} {
		_, err := s.pool.Exec(t.Context(), sql)
		assert.ErrorContains(t, err, "only grows", sql)
		_, err = s.pool.Exec(t.Context(), `do $$ begin set local mayday.retention = 'audit'; `+sql+`; end $$`)
		assert.Error(t, err, sql)
	}
	assert.Equal(t, 2, count(t, s, `select count(*) from mayday.audit`))
}

// watchRemovals writes down how many rows each transaction removes, or empties in the case of evidence.
func watchRemovals(t testing.TB, s *Store) {
	t.Helper()
	run(t, s, `create table mayday.removed (of text, tx xid8, rows bigint)`)
	run(t, s, `create function mayday.note_removed() returns trigger language plpgsql as $$ begin
		insert into mayday.removed select tg_table_name, pg_current_xact_id(), count(*) from gone; return null; end $$`)
	for table, verb := range map[string]string{"incident": "delete", "evidence": "update", "audit": "delete", "delivery": "delete"} {
		run(t, s, fmt.Sprintf(`create trigger removed after %s on mayday.%s referencing old table as gone for each statement execute function mayday.note_removed()`, verb, table))
	}
}

// Ten thousand incidents are removed while people work, a hundred thousand with
// MAYDAY_SOAK=1: a few at a time, so that no change waits long.
func TestManyIncidentsAreRemovedBesideWork(t *testing.T) {
	t.Parallel()
	many, kept := 10_000, 100
	if os.Getenv("MAYDAY_SOAK") != "" {
		many, kept = 100_000, 1000
	}
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	for range 20 { // a statement that takes ten seconds counts as lost
		old(t, s, inc, many/20, 400, incident.Closed)
	}
	old(t, s, inc, kept, 10, incident.Closed)
	run(t, s, `analyze`)
	sizes, err := s.Sizes(t.Context())
	require.NoError(t, err)
	for _, z := range sizes {
		t.Logf("%-10s %8d rows %8d kB", z.Of, z.Rows, z.Bytes>>10)
		if !slices.Contains([]string{"messages", "jobs", "alerts", "posts", "changes"}, z.Of) { // of which these incidents have none
			assert.Greater(t, z.Bytes, int64(many*50), z.Of)
			assert.InEpsilon(t, many, z.Rows, 3, z.Of)
		}
	}
	watchRemovals(t, s)
	ctx, done := context.WithCancel(t.Context())
	var worst time.Duration
	var n int
	var people sync.WaitGroup
	people.Go(func() {
		for ctx.Err() == nil {
			at := time.Now()
			_, err := s.Update(t.Context(), inc.Ref(), nil, note("while it goes on"))
			assert.NoError(t, err)
			_, err = s.List(t.Context(), Filter{Live: true})
			assert.NoError(t, err)
			worst, n = max(worst, time.Since(at)), n+1
		}
	})
	at := time.Now()
	f, err := s.Forget(t.Context(), Retention{Incidents: 365 * days, Evidence: 90 * days, Audit: 365 * days, Deliveries: 365 * days})
	took := time.Since(at)
	done()
	people.Wait()
	require.NoError(t, err)
	all := int64(many)
	assert.Equal(t, Forgotten{Incidents: all, Evidence: all, Audit: all, Deliveries: all}, f)
	assert.Equal(t, kept+1, count(t, s, `select count(*) from mayday.incident`))
	assert.Equal(t, kept, count(t, s, `select count(*) from mayday.evidence where answer is not null`))
	t.Logf("removed within %s; meanwhile %d changes and lists, the slowest in %s", took.Round(time.Millisecond), n, worst.Round(time.Millisecond))
	assert.Positive(t, n)
	for of, most := range map[string]int{"incident": forgetTogether, "evidence": forgetTogether, "audit": 10 * forgetTogether, "delivery": 10 * forgetTogether} {
		rows := fmt.Sprintf(`(select sum(rows) as n from mayday.removed where of = '%s' group by tx) r`, of)
		assert.LessOrEqual(t, count(t, s, `select max(n)::int from `+rows), most, "a transaction with %s", of)
		assert.GreaterOrEqual(t, count(t, s, `select coalesce(sum(n), 0)::int from `+rows), many, of)
	}
}

func TestPostsAndAlertsAreRemovedByAge(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "cron", "firing a", "firing b", "quiet b")
	hear(t, s)
	clock.Advance(8 * days)
	receive(t, s, "cron", "firing a") // it fires on
	keep := Retention{Posts: 7 * days, Alerts: 30 * days}
	f, err := s.Forget(t.Context(), keep)
	require.NoError(t, err)
	assert.Equal(t, Forgotten{Posts: 3}, f, "what is not understood yet stays, however old")
	hear(t, s)
	clock.Advance(23 * days)
	receive(t, s, "cron", "firing a")
	hear(t, s)
	f, err = s.Forget(t.Context(), keep)
	require.NoError(t, err)
	assert.Equal(t, Forgotten{Posts: 1, Alerts: 1}, f, "b is over; a fires still, and so does its offer")
}

// TestWhatWasForgottenBeforeAFailureIsCounted: it stays removed, of the audit a line says so, and what comes after it waits for the next time.
func TestWhatWasForgottenBeforeAFailureIsCounted(t *testing.T) {
	t.Parallel()
	const many = 10 * forgetTogether
	all := Retention{Incidents: 60 * days, Evidence: 60 * days, Audit: 60 * days, Deliveries: 60 * days, Posts: 60 * days, Alerts: 60 * days}
	for table, c := range map[string]struct {
		fill, last string
		forgotten  Forgotten
	}{
		"delivery": {`insert into mayday.delivery (key, at) select n, now() - interval '100 days' - n * interval '1 second' from generate_series(1, $1) n`,
			`old.key = '1'`, Forgotten{Deliveries: many}},
		"incident": {`insert into mayday.incident (id, doc, declared_at) select n, '{"status": "closed", "severity": "P1", "title": "over"}', now() - interval '100 days' from generate_series(1, $1 / 10) n`,
			`old.id = 501`, Forgotten{Incidents: forgetTogether}},
		"audit": {`insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code, database, role, backend, duration_us, waited_us, rows, bytes, more)
			select now() - interval '100 days', 1, '', '', '', '', 'ran', '', '', '', '', '', 0, 0, 0, n, 0, false from generate_series(1, $1) n`,
			`old.rows = 5001`, Forgotten{Audit: many}},
		"received": {`insert into mayday.received (source, path, at, headers, body, heard_at) select 'ci', '', now() - interval '100 days', '{}', '', now() from generate_series(1, $1)`,
			`old.id = 5001`, Forgotten{Posts: many}},
		"change_event": {`insert into mayday.change_event (source, key, at, doc) select 'ci', n, now() - interval '100 days' - (10000 - n) * interval '1 second', '{}' from generate_series(1, $1) n`,
			`old.key = '5001'`, Forgotten{Alerts: many}},
	} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			s := open(t, newURL(t), nil)
			set(t, s, c.fill, many+10)
			set(t, s, `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
			set(t, s, `create trigger broken before delete on mayday.`+table+` for each row when (`+c.last+`) execute function broken()`)
			for _, want := range []Forgotten{c.forgotten, {}} {
				f, err := s.Forget(t.Context(), all)
				require.ErrorContains(t, err, "broken")
				assert.Equal(t, want, f)
			}
			set(t, s, `drop trigger broken on mayday.`+table)
			if table == "audit" {
				assert.Equal(t, 1, count(t, s, `select count(*) from mayday.audit where verdict = 'forgotten'`))
				assert.Equal(t, many, count(t, s, `select rows from mayday.audit where verdict = 'forgotten'`))
			}
			f, err := s.Forget(t.Context(), all)
			require.NoError(t, err)
			assert.Equal(t, int64(map[bool]int{true: 1, false: 10}[table == "incident"]), f.Deliveries+f.Incidents+f.Audit+f.Posts+f.Alerts)
		})
	}
}

// TestWhoCannotWriteDownThatTheAuditLosesLinesRemovesNone, because nothing else would say so.
func TestWhoCannotWriteDownThatTheAuditLosesLinesRemovesNone(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	old(t, s, declare(t, s), 2, 100, incident.Closed)
	set(t, s, `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
	set(t, s, `create trigger broken before insert on mayday.audit for each row execute function broken()`)
	f, err := s.Forget(t.Context(), Retention{Audit: 60 * days})
	require.ErrorContains(t, err, "broken")
	assert.Zero(t, f)
	assert.Equal(t, 2, count(t, s, `select count(*) from mayday.audit`))
}

// TestWhatTheAuditLostBeforeAStopIsWrittenDown: who is stopped can write nothing afterwards.
func TestWhatTheAuditLostBeforeAStopIsWrittenDown(t *testing.T) {
	t.Parallel()
	const many = 10 * forgetTogether
	s := open(t, newURL(t), nil)
	set(t, s, `insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code, database, role, backend, duration_us, waited_us, rows, bytes, more)
		select now() - interval '100 days', 1, '', '', '', '', 'ran', '', '', '', '', '', 0, 0, 0, n, 0, false from generate_series(1, $1) n`, many+10)
	set(t, s, `create function endless() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return old; end $$`)
	set(t, s, `create trigger endless before delete on mayday.audit for each row when (old.rows = 5001) execute function endless()`)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var f Forgotten
	ended := make(chan error, 1)
	go func() {
		var err error
		f, err = s.Forget(ctx, Retention{Audit: 60 * days})
		ended <- err
	}()
	require.Eventually(t, func() bool { return count(t, s, `select count(*) from mayday.audit where verdict = 'ran'`) == 10 }, patience, 20*time.Millisecond)
	stop()
	require.Error(t, <-ended)
	assert.Equal(t, Forgotten{Audit: many}, f)
	assert.Equal(t, many, count(t, s, `select coalesce(sum(rows), 0)::int from mayday.audit where verdict = 'forgotten'`))
}

// TestWhatIsNotCommittedWasNotRemoved, and is not counted.
func TestWhatIsNotCommittedWasNotRemoved(t *testing.T) {
	t.Parallel()
	for table, verb := range map[string]string{"incident": "delete", "evidence": "update", "audit": "delete"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			s := open(t, newURL(t), nil)
			old(t, s, declare(t, s), 3, 100, incident.Closed)
			set(t, s, `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
			set(t, s, `create constraint trigger broken after `+verb+` on mayday.`+table+` deferrable initially deferred for each row execute function broken()`)
			keep := Retention{Incidents: 60 * days, Audit: 60 * days}
			if table == "evidence" {
				keep = Retention{Evidence: 60 * days}
			}
			f, err := s.Forget(t.Context(), keep)
			require.ErrorContains(t, err, "broken")
			assert.Equal(t, Forgotten{Incidents: map[string]int64{"audit": 3}[table]}, f)
		})
	}
}

// TestWhatIsKeptToTheMoment: what is as old as it is kept for stays, and so does what is older and not over.
func TestWhatIsKeptToTheMoment(t *testing.T) {
	t.Parallel()
	const age = 40 * days
	s := open(t, newURL(t), storetest.NewClock(t0))
	empty := func() {
		set(t, s, `truncate mayday.incident cascade`)
		set(t, s, `truncate mayday.received, mayday.signal, mayday.offer, mayday.mute, mayday.change_event, mayday.app_message`)
	}
	for _, c := range []struct {
		what, insert string // $1 is when
		keep         Retention
		forgotten    Forgotten
	}{
		{"a post that was understood", `insert into mayday.received (source, path, at, headers, body, heard_at) values ('ci', '', $1, '{}', '', now())`, Retention{Posts: age}, Forgotten{Posts: 1}},
		{"a post that waits", `insert into mayday.received (source, path, at, headers, body) values ('ci', '', $1, '{}', '')`, Retention{Posts: age}, Forgotten{}},
		{"an alert that is over", `insert into mayday.signal (source, key, doc, seen_at) values ('ci', 'a', '{"open": false}', $1)`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"an alert of which nothing is said", `insert into mayday.signal (source, key, doc, seen_at) values ('ci', 'a', '{}', $1)`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"an alert that fires", `insert into mayday.signal (source, key, doc, seen_at) values ('ci', 'a', '{"open": true}', $1)`, Retention{Alerts: age}, Forgotten{}},
		{"an offer of which no alert fires", `insert into mayday.offer (id, doc, grew_at) values (1, '{"group": "", "state": "ended", "open": 0}', $1)`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"an offer of which one does", `insert into mayday.offer (id, doc, grew_at) values (1, '{"group": "", "state": "offered", "open": 1}', $1)`, Retention{Alerts: age}, Forgotten{}},
		{"a mute", `insert into mayday.mute (doc, until_at) values ('{}', $1)`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"a change", `insert into mayday.change_event (source, key, at, doc) values ('ci', 'a', $1, '{}')`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"a message of an app", `insert into mayday.app_message (channel, ts, source, key, at) values ('C1', '1.1', 'ci', 'a', $1)`, Retention{Alerts: age}, Forgotten{Alerts: 1}},
		{"an incident without an event", `insert into mayday.incident (id, doc, declared_at) values (7, '{"status": "closed", "severity": "P1", "title": "over"}', $1)`, Retention{Incidents: age}, Forgotten{Incidents: 1}},
		{"an incident that goes on", `insert into mayday.incident (id, doc, declared_at) values (7, '{"status": "identified", "severity": "P1", "title": "live"}', $1)`, Retention{Incidents: age}, Forgotten{}},
		{"what happened last in an incident", `with i as (insert into mayday.incident (id, doc, declared_at) values (7, '{"status": "resolved", "severity": "P1", "title": "over"}', $1::timestamptz - interval '1 day') returning id)
			insert into mayday.event (incident_id, seq, at, kind, doc, aloud) select id, 1, $1, 'noted', '{}', false from i`, Retention{Incidents: age}, Forgotten{Incidents: 1}},
		{"an answer", `with i as (insert into mayday.incident (id, doc, declared_at) values (7, '{"status": "cancelled", "severity": "P1", "title": "over"}', $1::timestamptz - interval '1 day') returning id)
			insert into mayday.evidence (incident_id, job, place, why, name, title, by, at, answer) select id, 1, 0, '', '', '', '', $1, '{}' from i`, Retention{Evidence: age}, Forgotten{Evidence: 1}},
		{"a line of the audit", `insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code, database, role, backend, duration_us, waited_us, rows, bytes, more)
			values ($1, 1, '', '', '', '', 'ran', '', '', '', '', '', 0, 0, 0, 1, 0, false)`, Retention{Audit: age}, Forgotten{Audit: 1}},
	} {
		set(t, s, c.insert, t0.Add(-age))
		f, err := s.Forget(t.Context(), c.keep)
		require.NoError(t, err)
		assert.Zero(t, f, "%s, to the moment", c.what)
		empty()
		set(t, s, c.insert, t0.Add(-age-time.Microsecond))
		f, err = s.Forget(t.Context(), c.keep)
		require.NoError(t, err)
		assert.Equal(t, c.forgotten, f, "%s, older", c.what)
		empty()
	}
}

// TestWhatSomebodyChangesJustNowIsPassedOver, so that neither waits for the other.
func TestWhatSomebodyChangesJustNowIsPassedOver(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	first := old(t, s, declare(t, s), 3, 100, incident.Closed)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `select from mayday.incident where id = $1 for update`, first+1)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	f, err := s.Forget(ctx, Retention{Incidents: 60 * days})
	require.NoError(t, err)
	assert.Equal(t, Forgotten{Incidents: 2}, f)
	require.NoError(t, tx.Rollback(t.Context()))
	f, err = s.Forget(ctx, Retention{Incidents: 60 * days})
	require.NoError(t, err)
	assert.Equal(t, Forgotten{Incidents: 1}, f)
}
