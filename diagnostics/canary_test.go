package diagnostics_test

import (
	"context"
	"errors"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// programFile is what the foreign tables and COPY PROGRAM of the corpus write.
const programFile = "/tmp/mayday-canary-PWNED"

// attackTimeout is short: many attacks only end by it.
const attackTimeout = 300 * time.Millisecond

// canaries watch a database from outside.
type canaries struct {
	t        testing.TB
	eye      *pgx.Conn
	listener *pgx.Conn
	decoy    *pgx.Conn
	heard    int
	ids      int // transaction ids that flush used up
	last     map[string]string
	durable  map[string]string
}

// durableSQL gives name and state of everything that an attack could change and
// that Postgres logs before it changes it. Of a row its place and who wrote it stand
// for what it says: each change of a row makes a new one (PostgreSQL, "System Columns").
const durableSQL = `
SELECT 'rows of ' || c.oid::regclass, query_to_xml(format('SELECT count(*), sum(hashtid(ctid)::bigint), sum(hashint8(xmin::text::bigint)::bigint) FROM %s', c.oid::regclass), true, false, '')::text
	FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND c.relpersistence = 'p' AND c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'sequence ' || c.oid::regclass, query_to_xml(format('SELECT last_value, is_called FROM %s', c.oid::regclass), true, false, '')::text
	FROM pg_class c WHERE c.relkind = 'S'
UNION ALL SELECT 'large objects', coalesce(string_agg(oid::text || md5(lo_get(oid)), ' ' ORDER BY oid), '') FROM pg_largeobject_metadata
UNION ALL SELECT 'classes', md5(string_agg(c::text, '' ORDER BY oid)) FROM (SELECT oid, relname, relkind, relowner, relacl FROM pg_class WHERE oid >= 16384 OR relacl IS NOT NULL) c
UNION ALL SELECT 'functions', md5(string_agg(p::text, '' ORDER BY oid)) FROM (SELECT oid, proname, provolatile, proacl, prosrc FROM pg_proc WHERE oid >= 16384 OR proacl IS NOT NULL) p
UNION ALL SELECT 'types', md5(string_agg(oid::text, '' ORDER BY oid)) FROM pg_type
UNION ALL SELECT 'schemas', md5(string_agg(n::text, '' ORDER BY oid)) FROM pg_namespace n
UNION ALL SELECT 'roles', md5(string_agg(r::text, '' ORDER BY oid)) FROM pg_authid r
UNION ALL SELECT 'members', md5(string_agg(m::text, '' ORDER BY m::text)) FROM pg_auth_members m
UNION ALL SELECT 'role settings', coalesce(md5(string_agg(s::text, '' ORDER BY s::text)), '') FROM pg_db_role_setting s
UNION ALL SELECT 'databases', md5(string_agg(d::text, '' ORDER BY oid)) FROM (SELECT oid, datname, datacl FROM pg_database) d
UNION ALL SELECT 'extensions', md5(string_agg(extname, '' ORDER BY extname)) FROM pg_extension
UNION ALL SELECT 'slots', string_agg(slot_name || confirmed_flush_lsn::text, ' ' ORDER BY slot_name) FROM pg_replication_slots WHERE slot_name <> 'canary'
UNION ALL SELECT 'origins', count(*)::text FROM pg_replication_origin
UNION ALL SELECT 'comments', count(*)::text FROM pg_description`

// messagesSQL reads the change stream up to where the log is flushed. It waits for the
// rest of a record of which only the beginning is.
const messagesSQL = `SELECT 'messages', count(*)::text FROM pg_logical_slot_get_changes('canary', NULL, NULL) WHERE data LIKE 'message%'`

// passingSQL gives name and state of what leaves no trace in the log. $1 is the decoy.
const passingSQL = `
SELECT 'advisory locks', count(*)::text FROM pg_locks WHERE locktype = 'advisory'
UNION ALL SELECT 'table locks', count(*)::text FROM pg_locks WHERE locktype = 'relation' AND mode <> 'AccessShareLock' AND pid <> pg_backend_pid()
UNION ALL SELECT 'transaction ids', pg_snapshot_xmax(pg_current_snapshot())::text
UNION ALL SELECT 'configuration', pg_conf_load_time()::text
UNION ALL SELECT 'statistics', (SELECT string_agg(coalesce(stats_reset::text, '-'), ' ' ORDER BY datname) FROM pg_stat_database) || (SELECT stats_reset::text FROM pg_stat_bgwriter) || (SELECT stats_reset::text FROM pg_stat_statements_info)
UNION ALL SELECT 'statements that go on', count(*)::text FROM pg_stat_activity WHERE application_name LIKE 'mayday:%' AND state = 'active'
UNION ALL SELECT 'decoy', count(*)::text FROM pg_stat_activity WHERE pid = $1
UNION ALL SELECT 'log', pg_current_wal_insert_lsn()::text`

// watch sets up the canaries of a database and takes their first state.
func watch(t testing.TB, database string) *canaries {
	t.Helper()
	c := &canaries{t: t, eye: admin(t, database)}
	_ = os.Remove(programFile)
	_, err := c.eye.Exec(t.Context(), "SET lock_timeout = '50ms'")
	require.NoError(t, err)
	_, err = c.eye.Exec(t.Context(), "SELECT pg_create_logical_replication_slot('canary', 'test_decoding')")
	require.NoError(t, err)
	t.Cleanup(func() {
		_, _ = c.eye.Exec(context.Background(), "SELECT pg_drop_replication_slot('canary')")
		_ = os.Remove(programFile)
	})
	config, err := pgx.ParseConfig(server.AdminURL(database))
	require.NoError(t, err)
	config.OnNotification = func(*pgconn.PgConn, *pgconn.Notification) { c.heard++ }
	c.listener, err = pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.listener.Close(context.Background()) })
	_, err = c.listener.Exec(t.Context(), "LISTEN canary")
	require.NoError(t, err)
	c.reset()
	return c
}

// reset gives the decoy a new life when it was killed and looks afresh.
func (c *canaries) reset() {
	c.t.Helper()
	if c.decoy == nil || c.decoy.Ping(c.t.Context()) != nil {
		decoy, err := pgx.Connect(c.t.Context(), as("sleeper", c.eye.Config().Database))
		require.NoError(c.t, err)
		c.t.Cleanup(func() { _ = decoy.Close(context.Background()) })
		c.decoy = decoy
	}
	_ = os.Remove(programFile)
	c.heard = 0
	c.flush()
	c.ask(messagesSQL) // consumes what earlier statements left in the slot
	c.last = nil
	c.last = c.look()
}

// look takes the state. What is durable is read again only when the position of
// the write-ahead log moved: nothing durable changes without it.
func (c *canaries) look() map[string]string {
	c.t.Helper()
	state := c.ask(passingSQL, c.decoy.PgConn().PID())
	id, err := strconv.Atoi(state["transaction ids"])
	require.NoError(c.t, err)
	state["transaction ids"] = strconv.Itoa(id - c.ids)
	if c.last == nil || c.last["log"] != state["log"] {
		durable, err := c.try(durableSQL)
		if locked := (*pgconn.PgError)(nil); errors.As(err, &locked) && locked.Code == "55P03" {
			state["readers"] = "blocked"
			return state
		}
		require.NoError(c.t, err)
		c.flush()
		durable["messages"] = c.ask(messagesSQL)["messages"]
		c.durable = durable
		state["log"] = c.ask("SELECT 'log', pg_current_wal_insert_lsn()::text")["log"]
	}
	for name, value := range c.durable {
		state[name] = value
	}
	if _, err := os.Stat(programFile); err == nil {
		state["files"] = programFile
	}
	_, err = c.listener.Exec(c.t.Context(), "SELECT 1")
	require.NoError(c.t, err)
	state["notifications"] = strings.Repeat("x", c.heard)
	return state
}

// flush has the server write its log away. By itself it leaves a page that is not full
// until something is committed, and reading alone can fill one: it tidies up as it reads.
func (c *canaries) flush() {
	c.t.Helper()
	if c.ask("SELECT 'flushed', (pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn())::text")["flushed"] == "true" {
		return
	}
	_, err := c.eye.Exec(c.t.Context(), "BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_current_xact_id(); COMMIT")
	require.NoError(c.t, err)
	c.ids++
}

func (c *canaries) ask(sql string, args ...any) map[string]string {
	c.t.Helper()
	state, err := c.try(sql, args...)
	require.NoError(c.t, err)
	return state
}

func (c *canaries) try(sql string, args ...any) (map[string]string, error) {
	state := map[string]string{}
	rows, err := c.eye.Query(c.t.Context(), sql, args...)
	if err != nil {
		return nil, err
	}
	var name string
	var value *string
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error {
		if value != nil {
			state[name] = *value
		}
		return nil
	})
	return state, err
}

// changed names what differs from the last look, and looks afresh when something does.
func (c *canaries) changed() []string {
	c.t.Helper()
	now := c.look()
	if now["readers"] != "" {
		return []string{"readers"}
	}
	log := now["log"]
	var names []string
	for name, value := range now {
		if name == "log" {
			continue
		}
		if old, known := c.last[name]; !known || old != value {
			names = append(names, name)
		}
	}
	for name := range c.last {
		if _, known := now[name]; !known {
			names = append(names, name+" gone")
		}
	}
	if len(names) > 0 {
		c.reset()
	} else {
		c.last["log"] = log
	}
	sort.Strings(names)
	return names
}

// begin opens a session with some layers.
func begin(t testing.TB, r *diagnostics.Runner, layers diagnostics.Layers) *diagnostics.Session {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	session, err := r.Begin(ctx, layers)
	for tries := 0; err != nil && tries < 10; tries++ {
		session, err = r.Begin(ctx, layers) // on a busy machine the opening itself may run into attackTimeout
	}
	require.NoError(t, err)
	return session
}

// send sends one record and gives its effects, seen while the session is open.
func send(t testing.TB, c *canaries, session *diagnostics.Session, rec record) (effects []string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	before := session.Settings(ctx)
	err = session.Send(ctx, rec.sql)
	if err == nil {
		if after := session.Settings(ctx); after != "" && after != before {
			effects = append(effects, "settings of the session")
		}
	}
	return append(effects, c.changed()...), err
}

// attack sends one record in a session of its own and gives its effects, seen while the session is open and after it.
func attack(t testing.TB, c *canaries, r *diagnostics.Runner, rec record, layers diagnostics.Layers) (effects []string, err error) {
	t.Helper()
	session := begin(t, r, layers)
	effects, err = send(t, c, session, rec)
	return append(effects, endOf(session, c)...), err
}

// endOf ends a session and gives the effects that come with it.
func endOf(session *diagnostics.Session, c *canaries) (effects []string) {
	c.t.Helper()
	session.End()
	for _, late := range c.changed() {
		if late != "readers" && late != "advisory locks" && late != "table locks" && late != "classes" && late != "types" {
			effects = append(effects, late)
		}
	}
	return effects
}

// The second way: the whole of Run, live.
func TestNothingHappensBehindAllLayers(t *testing.T) {
	for _, p := range places {
		t.Run(p.database, func(t *testing.T) {
			c := watch(t, p.database)
			r := open(t, as(reader, p.database), func(c *diagnostics.Config) { c.StatementTimeout = time.Second })
			for _, rec := range corpus(t, p.refuse, c.decoy.PgConn().PID()) {
				if rec.layer == "limits" {
					continue
				}
				_, err := r.Run(t.Context(), diagnostics.Request{SQL: rec.sql, Incident: 1, By: "U1"})
				if assert.Error(t, err, "%s: %.120s", rec.why, rec.sql) && rec.layer == "role" {
					var failure *diagnostics.Failure
					if assert.True(t, errors.As(err, &failure), "%s: %v", rec.why, err) {
						assert.Equal(t, diagnostics.ClassDenied, failure.Class, rec.why)
					}
				}
				assert.Empty(t, c.changed(), "%s: %.120s", rec.why, rec.sql)
			}
			for _, rec := range corpus(t, p.allow, 0) {
				_, err := r.Run(t.Context(), diagnostics.Request{SQL: rec.sql, Incident: 1, By: "U1"})
				if rec.layer == "allow" {
					assert.NoError(t, err, rec.why)
				}
				assert.Empty(t, c.changed(), rec.why)
			}
		})
	}
}

// The third way: each layer switched off in turn, the session kept open.
func TestEachLayerHoldsWithoutTheOthers(t *testing.T) {
	all := diagnostics.Layers{Guard: true, ReadOnly: true, Cursor: true, Extended: true}
	without := func(change func(*diagnostics.Layers)) diagnostics.Layers {
		layers := all
		change(&layers)
		return layers
	}
	for _, test := range []struct {
		name   string
		role   string
		layers diagnostics.Layers
	}{
		{"all layers", reader, all},
		{"without READ ONLY", reader, without(func(l *diagnostics.Layers) { l.ReadOnly = false })},
		{"without the cursor", reader, without(func(l *diagnostics.Layers) { l.Cursor = false })},
		{"without the least role", mighty, all},
		{"the guard alone", mighty, diagnostics.Layers{Guard: true, Extended: true}},
	} {
		for _, p := range places {
			if p.database == "shop" && test.layers.Cursor != test.layers.ReadOnly {
				continue // one database shows what each of the two stops
			}
			t.Run(test.name+" on "+p.database, func(t *testing.T) {
				c := watch(t, p.database)
				r := open(t, as(test.role, p.database), func(c *diagnostics.Config) { c.StatementTimeout = 5 * time.Second })
				sent := 0
				session := begin(t, r, test.layers) // what the guard refuses is not sent, so that the next one finds it as it was
				for _, rec := range corpus(t, p.refuse, c.decoy.PgConn().PID()) {
					if rec.layer != "guard" {
						continue
					}
					sent++
					effects, err := send(t, c, session, rec)
					assert.Empty(t, effects, "%s: %.120s", rec.why, rec.sql)
					assert.Error(t, err, "%s: %.120s", rec.why, rec.sql)
					if refused := (*diagnostics.Refusal)(nil); !errors.As(err, &refused) {
						assert.Empty(t, endOf(session, c), "%s: %.120s", rec.why, rec.sql)
						session = begin(t, r, test.layers)
					}
				}
				assert.NotEmpty(t, session.Settings(t.Context()), "its transaction goes on: nothing was sent")
				assert.Empty(t, endOf(session, c))
				t.Logf("%d attacks, none with an effect", sent)
			})
		}
	}
}

// Without the guard the server's layers still keep rows, sequences, catalogue,
// sessions and messages; what they do not keep is why there is a guard.
func TestWhatTheServerHoldsWithoutTheGuard(t *testing.T) {
	c := watch(t, "canary")
	r := open(t, as(reader, "canary"), func(c *diagnostics.Config) { c.StatementTimeout = attackTimeout })
	known := map[string]bool{"advisory locks": true, "table locks": true, "messages": true, "transaction ids": true, "files": true, "settings of the session": true}
	got := map[string]int{}
	total := 0
	for _, rec := range corpus(t, "refuse.sql", c.decoy.PgConn().PID()) {
		if rec.layer != "guard" || strings.HasPrefix(rec.why, "bomb") {
			continue
		}
		effects, _ := attack(t, c, r, rec, diagnostics.Layers{ReadOnly: true, Cursor: true, Extended: true})
		if len(effects) > 0 {
			total++
		}
		for _, effect := range effects {
			got[effect]++
			// A second connection, made by a function of the database, is beyond this transaction.
			if !strings.Contains(rec.sql, "through_the_back") {
				assert.True(t, known[effect], "%s: %s: %.120s", effect, rec.why, rec.sql)
			}
		}
	}
	t.Logf("%d attacks had an effect: %v", total, got)
	assert.Greater(t, total, 30, "the canaries must see what only the guard stops")
	assert.Positive(t, got["messages"], "a message in the change stream outlives READ ONLY and ROLLBACK")
	assert.Positive(t, got["files"], "a foreign table runs a program on a plain read")
}

// With no layer at all the canaries must sing, or the tests above prove nothing.
func TestCanariesSeeHarm(t *testing.T) {
	require.NoError(t, prepareAs(t.Context(), "bare"))
	c := watch(t, "bare")
	quick := open(t, as(mighty, "bare"), func(c *diagnostics.Config) { c.StatementTimeout = attackTimeout })
	patient := open(t, as(mighty, "bare"), func(c *diagnostics.Config) { c.StatementTimeout = 30 * time.Second })
	got := map[string]int{}
	total := 0
	for _, rec := range corpus(t, "refuse.sql", c.decoy.PgConn().PID()) {
		if rec.layer != "guard" || strings.HasPrefix(rec.why, "bomb") {
			continue
		}
		r := quick
		if strings.Contains(rec.sql, "through_the_back") {
			r = patient // a server that has other things to do takes its time to open a second connection
		}
		effects, _ := attack(t, c, r, rec, diagnostics.Layers{})
		if len(effects) > 0 {
			total++
		}
		for _, effect := range effects {
			got[effect]++
		}
	}
	t.Logf("%d attacks had an effect: %v", total, got)
	assert.Greater(t, total, 100)
	for _, effect := range []string{"rows of journal", "sequence invoice_numbers", "advisory locks", "decoy", "messages", "notifications", "files", "settings of the session", "large objects", "transaction ids"} {
		assert.Positive(t, got[effect], "no attack touched: %s", effect)
	}
}
