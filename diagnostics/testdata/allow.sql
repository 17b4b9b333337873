-- Statements that must run as the least role. A record is a head line, "=== allow: why", and the text below it.
=== allow: connections
SELECT count(*) FROM pg_stat_activity
=== allow: connections by state
SELECT count(*) AS connections, state, wait_event_type FROM pg_stat_activity GROUP BY state, wait_event_type
=== allow: longest statements
SELECT pid, now() - query_start AS duration, query FROM pg_stat_activity WHERE state = 'active' ORDER BY duration DESC LIMIT 10
=== allow: who uses connections
SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY usename, application_name
=== allow: size of the pool
SELECT setting::int FROM pg_settings WHERE name = 'max_connections'
=== allow: share of connections in use
SELECT count(*) AS used, current_setting('max_connections')::int AS allowed, round(100.0 * count(*) / current_setting('max_connections')::int, 1) AS percent FROM pg_stat_activity
=== allow: idle in transaction
SELECT pid, usename, age(clock_timestamp(), xact_start) AS open_for FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'
=== allow: blockers
SELECT pid, pg_blocking_pids(pid) AS blocked_by, left(query, 80) AS query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0
=== allow: ungranted locks
SELECT locktype, relation::regclass, mode, pid FROM pg_locks WHERE NOT granted
=== allow: advisory locks that are held, by the view
SELECT pid, classid, objid FROM pg_locks WHERE locktype = 'advisory'
=== allow: slowest statements
SELECT left(query, 60) AS query, calls, mean_exec_time FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 10
=== allow: one setting
SHOW work_mem
=== allow: one setting, with a semicolon
SHOW server_version;
=== allow: time zone
SHOW TIME ZONE
=== allow: isolation
show transaction isolation level
=== allow: sizes of tables
SELECT relname, pg_size_pretty(pg_total_relation_size(relid)) AS size, n_live_tup FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC
=== allow: dead rows
SELECT relname, n_dead_tup, last_autovacuum, last_autoanalyze FROM pg_stat_user_tables WHERE n_dead_tup > 0 ORDER BY n_dead_tup DESC
=== allow: unused indexes
SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE idx_scan = 0
=== allow: invalid indexes
SELECT indexrelid::regclass AS index FROM pg_index WHERE NOT indisvalid
=== allow: cache hits
SELECT round(100.0 * sum(blks_hit) / nullif(sum(blks_hit + blks_read), 0), 2) AS hit_percent FROM pg_stat_database
=== allow: temporary files and deadlocks
SELECT datname, temp_files, pg_size_pretty(temp_bytes) AS temp, deadlocks, conflicts FROM pg_stat_database WHERE datname = current_database()
=== allow: replication
SELECT application_name, state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS lag_bytes FROM pg_stat_replication
=== allow: recovery
SELECT pg_is_in_recovery(), now() - pg_last_xact_replay_timestamp() AS behind
=== allow: slots
SELECT slot_name, active, restart_lsn FROM pg_replication_slots
=== allow: wraparound
SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC
=== allow: progress of vacuum
SELECT pid, phase, heap_blks_scanned FROM pg_stat_progress_vacuum
=== allow: background writer
SELECT checkpoints_timed, checkpoints_req FROM pg_stat_bgwriter
=== allow: columns of a table
SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'users' ORDER BY ordinal_position
=== allow: tables
SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = 'public'
=== allow: definition of a view
SELECT pg_get_viewdef('busy_sessions'::regclass, true)
=== allow: definition of constraints
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'credits'::regclass
=== allow: extensions
SELECT extname, extversion FROM pg_extension ORDER BY 1
=== allow: who am I
SELECT current_user, session_user, current_database(), version(), pg_backend_pid(), inet_server_addr()
=== allow: may I
SELECT has_table_privilege('users', 'SELECT'), has_table_privilege('vault', 'SELECT')
=== allow: uptime
SELECT now() - pg_postmaster_start_time() AS up
=== allow: sequences
SELECT sequencename, last_value FROM pg_sequences
=== allow: transaction id that is not used up
SELECT txid_current_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()) IS NOT NULL
=== allow: planner's estimate of rows
SELECT reltuples::bigint AS about FROM pg_class WHERE oid = 'credit_transactions'::regclass
=== allow: total of users
SELECT count(*) AS total_users FROM users
=== allow: users of today
SELECT count(*) AS new_users_today FROM users WHERE created_at >= CURRENT_DATE
=== allow: active users
SELECT count(DISTINCT user_id) AS active_users FROM session_participants WHERE created_at > now() - interval '7 days'
=== allow: average duration
SELECT avg(extract(epoch FROM (ended_at - created_at)) / 60) AS avg_duration_minutes FROM sessions WHERE ended_at IS NOT NULL
=== allow: transactions of the last hour
SELECT * FROM credit_transactions WHERE created_at > now() - interval '1 hour' ORDER BY created_at DESC
=== allow: strange balances
SELECT u.username, c.balance, c.updated_at FROM users u JOIN credits c ON u.id = c.user_id WHERE c.balance < 0 OR c.balance > 10000
=== allow: double charges
SELECT user_id, amount, reason, count(*) FROM credit_transactions WHERE created_at > now() - interval '1 day' GROUP BY user_id, amount, reason HAVING count(*) > 1
=== allow: failed transactions by hour
SELECT date_trunc('hour', created_at) AS hour, count(*) FILTER (WHERE status = 'failed') AS failed, count(*) AS total FROM credit_transactions GROUP BY 1 ORDER BY 1 DESC LIMIT 24
=== allow: stuck recordings
SELECT * FROM recordings WHERE status = 'processing' AND created_at < now() - interval '1 hour'
=== allow: storage
SELECT sum(CAST(metadata->>'size' AS bigint)) / (1024*1024*1024) AS total_gb FROM recordings WHERE metadata->>'size' IS NOT NULL
=== allow: webhooks with errors
SELECT event_type, payload->>'error' AS error, count(*) FROM webhook_logs WHERE status = 'error' GROUP BY 1, 2
=== allow: share of errors
SELECT round(100.0 * avg((status = 'error')::int), 2) AS percent FROM webhook_logs WHERE created_at > now() - interval '1 hour'
=== allow: sessions by how long they run
SELECT width_bucket(extract(epoch FROM ended_at - created_at), 0, 3600, 6) AS bucket, count(*) FROM sessions WHERE ended_at IS NOT NULL GROUP BY 1 ORDER BY 1
=== allow: percentiles
SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY balance), mode() WITHIN GROUP (ORDER BY balance) FROM credits
=== allow: window functions
SELECT user_id, balance, rank() OVER w, lag(balance) OVER w FROM credits WINDOW w AS (ORDER BY balance DESC) LIMIT 5
=== allow: frame
SELECT created_at, sum(amount) OVER (ORDER BY created_at ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) FROM credit_transactions LIMIT 5
=== allow: distinct on
SELECT DISTINCT ON (user_id) user_id, amount, created_at FROM credit_transactions ORDER BY user_id, created_at DESC LIMIT 5
=== allow: CTE
WITH recent AS (SELECT * FROM sessions WHERE created_at > now() - interval '1 day') SELECT status, count(*) FROM recent GROUP BY status
=== allow: materialised CTE
WITH s AS MATERIALIZED (SELECT id FROM sessions), r AS NOT MATERIALIZED (SELECT session_id FROM recordings) SELECT count(*) FROM s JOIN r ON r.session_id = s.id
=== allow: bounded recursion
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20) SELECT max(i) FROM n
=== allow: lateral
SELECT u.username, t.amount FROM users u, LATERAL (SELECT amount FROM credit_transactions t WHERE t.user_id = u.id ORDER BY created_at DESC LIMIT 1) t LIMIT 5
=== allow: set operations
SELECT status FROM sessions UNION SELECT status FROM recordings EXCEPT SELECT 'x' INTERSECT SELECT 'y'
=== allow: grouping sets
SELECT status, type, count(*), grouping(status, type) FROM credit_transactions GROUP BY CUBE (status, type)
=== allow: exists and not in
SELECT count(*) FROM users u WHERE EXISTS (SELECT FROM sessions s WHERE s.host_id = u.id) AND u.id NOT IN (SELECT user_id FROM credits WHERE balance < 0)
=== allow: any of an array
SELECT count(*) FROM recordings WHERE status = ANY ('{failed,processing}')
=== allow: series
SELECT g::date AS day, count(s.id) FROM generate_series(now() - interval '6 days', now(), interval '1 day') g LEFT JOIN sessions s ON s.created_at::date = g::date GROUP BY 1 ORDER BY 1
=== allow: values
VALUES (1, 'a'), (2, 'b')
=== allow: table
TABLE status_counts
=== allow: brackets
(SELECT 1) UNION ALL (SELECT 2)
=== allow: semicolon at the end
SELECT 1;
=== allow: semicolon and comment at the end
SELECT 1; -- done
=== allow: comments
/* on call /* nested */ */ SELECT 1 -- yes
=== allow: comment lines first
-- Check active connections
-- (twice)
SELECT count(*) FROM pg_stat_activity
=== allow: dollar quotes
SELECT $$it's fine; really$$, $q$a$q$
=== allow: semicolon in a text
SELECT 'a;b', E'c\';d', 'it''s'
=== allow: columns named like commands
SELECT 1 AS "update", 2 AS "delete", 3 AS "into", 4 AS "for"
=== allow: texts named like commands
SELECT count(*) FROM credit_transactions WHERE reason LIKE '%update%' OR reason = 'INSERT INTO x' OR reason = 'for update'
=== allow: substring for
SELECT substring(username FROM 1 FOR 3), overlay(username PLACING 'x' FROM 1 FOR 1), position('a' IN username), trim(BOTH 'x' FROM username) FROM users LIMIT 2
=== allow: text functions
SELECT upper(username), split_part(username, '_', 1), regexp_replace(username, '\d+', '#'), format('%s-%s', 1, 2), string_agg(username, ',') FROM users GROUP BY username LIMIT 2
=== allow: text of people
SELECT 'grüße ☃ 日本'
=== allow: times
SELECT extract(epoch FROM now())::bigint, to_char(now(), 'YYYY-MM-DD'), now() AT TIME ZONE 'Europe/Berlin', date_bin('15 minutes', now(), '2000-01-01'), justify_hours('30 hours'), make_interval(mins => 5)
=== allow: numbers
SELECT round(2.345, 2), ceil(1.2), 5 / 2.0, 7 % 3, 2 ^ 10, abs(-1), trunc(1.9), sqrt(2), 1e3, 0.5
=== allow: random sample
SELECT id FROM users ORDER BY random() LIMIT 3
=== allow: table sample
SELECT count(*) FROM credit_transactions TABLESAMPLE system (10)
=== allow: table sample that repeats
SELECT count(*) FROM users TABLESAMPLE bernoulli (5) REPEATABLE (1)
=== allow: uuid
SELECT gen_random_uuid() IS NOT NULL
=== allow: JSON
SELECT jsonb_object_keys(payload) AS key, count(*) FROM webhook_logs GROUP BY 1
=== allow: JSON operators
SELECT payload->'id', payload #>> '{id}', payload ? 'error', payload @> '{"attempt": 2}', jsonb_typeof(payload) FROM webhook_logs LIMIT 2
=== allow: JSON path
SELECT jsonb_path_query_first(payload, '$.attempt') FROM webhook_logs LIMIT 2
=== allow: JSON rows
SELECT * FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS t(a int, b text)
=== allow: JSON of a row
SELECT to_jsonb(c), row_to_json(c) FROM credits c LIMIT 1
=== allow: arrays
SELECT array_agg(status), (ARRAY[1,2,3])[2], cardinality('{1,2}'::int[]), unnest('{1,2}'::int[]) FROM status_counts
=== allow: ranges
SELECT int4range(1, 5) @> 3, '[2024-01-01,2024-02-01)'::daterange && '[2024-01-15,2024-01-16)'::daterange
=== allow: network types
SELECT '10.0.0.1'::inet << '10.0.0.0/8'::cidr
=== allow: case and nulls
SELECT CASE WHEN balance > 500 THEN 'rich' ELSE 'poor' END, coalesce(NULL, 1), nullif(1, 1), greatest(1, 2) FROM credits LIMIT 2
=== allow: comparisons
SELECT count(*) FROM sessions WHERE ended_at IS NOT DISTINCT FROM NULL AND status NOT LIKE 'x%' AND created_at BETWEEN now() - interval '1 day' AND now() AND (status = 'active') IS TRUE
=== allow: full text search
SELECT to_tsvector('english', title) @@ plainto_tsquery('english', 'yoga') FROM sessions LIMIT 2
=== allow: types of listed extensions
SELECT 'Abc'::citext = 'aBC', 'a=>1'::hstore -> 'a', similarity('credits', 'credit'), digest('x', 'sha256')
=== allow: enum and harmless domain
SELECT 'calm'::mood, 'x'::short_text
=== allow: view without harm
SELECT title, people FROM busy_sessions ORDER BY people DESC LIMIT 3
=== allow: view of a view
SELECT count(*) FROM contacts_again
=== allow: last value of a sequence
SELECT last_value, is_called FROM invoice_numbers
=== allow: plan
EXPLAIN SELECT * FROM sessions WHERE status = 'active'
=== allow: plan with costs off
EXPLAIN (COSTS off, FORMAT json) SELECT count(*) FROM users
=== allow: plan of a run
EXPLAIN (ANALYZE, BUFFERS, TIMING off) SELECT count(*) FROM recordings WHERE status = 'failed'
=== allow: plan of a run, old form
EXPLAIN ANALYZE VERBOSE SELECT 1;
=== allow: plan of a bracketed query
EXPLAIN (SELECT 1)
=== allow: lower case, odd spacing
  select
	count( * )
from
  users
=== allow: nothing found
SELECT * FROM users WHERE false
=== allow: more than a hundred rows
SELECT id FROM credit_transactions
