-- Statements on the database of shop.sql that must run as the least role; those headed "mask" must not show a token, not in an error either.
=== allow: activity, the usual first look
SELECT pid, usename, application_name, client_addr, backend_start, state, wait_event_type, wait_event, query FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() ORDER BY query_start LIMIT 20
=== allow: lock tree with array positions
WITH sos AS (SELECT array_agg(DISTINCT pid) AS pids FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0) SELECT a.pid, pg_blocking_pids(a.pid), a.state, now() - a.xact_start AS xact_age FROM pg_stat_activity a, sos WHERE a.pid = ANY(sos.pids)
=== allow: writes summed, a bare label
SELECT sum(n_tup_ins) insert, sum(n_tup_upd) update, sum(n_tup_del) delete FROM pg_stat_user_tables
=== allow: events of an epoch in milliseconds beside a series
SELECT g, (SELECT count(*) FROM orders WHERE extract(epoch FROM created_at) * 1000 > 1732700000000) FROM generate_series(1, 3) g
=== allow: big ids, collected
SELECT string_agg(id::text, ',') FROM orders WHERE id IN (10000000001, 10000000002)
=== allow: control file
SELECT checkpoint_lsn, redo_lsn, checkpoint_time FROM pg_control_checkpoint()
=== allow: recovery configuration
SELECT name, setting FROM pg_settings WHERE name IN ('hot_standby', 'primary_slot_name', 'recovery_target_timeline', 'max_standby_streaming_delay')
=== allow: lag in seconds and bytes
SELECT client_addr, state, write_lag, flush_lag, replay_lag, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), sent_lsn)) AS not_sent FROM pg_stat_replication
=== allow: WAL rate
SELECT wal_records, wal_fpi, pg_size_pretty(wal_bytes) FROM pg_stat_wal
=== allow: archiver
SELECT archived_count, last_archived_wal, last_archived_time, failed_count, last_failed_wal FROM pg_stat_archiver
=== allow: index hit ratio
SELECT indexrelname, idx_blks_hit::numeric / nullif(idx_blks_hit + idx_blks_read, 0) AS ratio FROM pg_statio_user_indexes ORDER BY 2 NULLS LAST
=== allow: bloat by the well-known estimate
SELECT schemaname, tablename, reltuples::bigint, relpages, otta, round(CASE WHEN otta = 0 OR sml.relpages = 0 THEN 0.0 ELSE sml.relpages / otta::numeric END, 1) AS tbloat FROM (
SELECT rs.schemaname, rs.tablename, cc.reltuples, cc.relpages, ceil((cc.reltuples * ((datahdr + 8 - (CASE WHEN datahdr::int % 8 = 0 THEN 8 ELSE datahdr::int % 8 END)) + nullhdr2 + 4)) / 8168::float) AS otta FROM (
SELECT schemaname, tablename, (23 + 8 - (CASE WHEN 23 % 8 = 0 THEN 8 ELSE 23 % 8 END))::numeric AS nullhdr2, sum((1 - null_frac) * avg_width) AS datahdr FROM pg_stats GROUP BY 1, 2) AS rs
JOIN pg_class cc ON cc.relname = rs.tablename JOIN pg_namespace nn ON cc.relnamespace = nn.oid AND nn.nspname = rs.schemaname AND nn.nspname <> 'information_schema') AS sml ORDER BY tbloat DESC LIMIT 10
=== allow: tables near wraparound
SELECT c.oid::regclass, age(c.relfrozenxid) AS xid_age, mxid_age(c.relminmxid) AS mxid_age, pg_size_pretty(pg_table_size(c.oid)) FROM pg_class c WHERE relkind IN ('r', 't', 'm') ORDER BY 2 DESC LIMIT 10
=== allow: analyze's and copy's progress
SELECT pid, relid::regclass, phase FROM pg_stat_progress_analyze UNION ALL SELECT pid, relid::regclass, command || ' ' || type FROM pg_stat_progress_copy
=== allow: two-phase transactions that were forgotten
SELECT gid, prepared, owner, age(transaction) FROM pg_prepared_xacts ORDER BY prepared
=== allow: connections by client against the limit
SELECT client_addr, count(*), (SELECT setting::int FROM pg_settings WHERE name = 'max_connections') AS max FROM pg_stat_activity GROUP BY 1 ORDER BY 2 DESC
=== allow: SSL of the sessions
SELECT a.usename, s.ssl, s.version, s.cipher, count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) GROUP BY 1, 2, 3, 4
=== allow: statements by I/O
SELECT left(query, 80) AS query, calls, shared_blks_read, shared_blks_dirtied, temp_blks_written, blk_read_time FROM pg_stat_statements ORDER BY shared_blks_read DESC LIMIT 10
=== allow: when statistics were reset
SELECT datname, stats_reset FROM pg_stat_database; 
=== allow: deadlocks and conflicts of replicas
SELECT datname, confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin, confl_deadlock FROM pg_stat_database_conflicts
=== allow: duplicate indexes
SELECT pg_size_pretty(sum(pg_relation_size(idx))::bigint) AS size, (array_agg(idx))[1] AS a, (array_agg(idx))[2] AS b FROM (SELECT indexrelid::regclass AS idx, (indrelid::text || E'\n' || indclass::text || E'\n' || indkey::text || E'\n' || coalesce(indexprs::text, '') || E'\n' || coalesce(indpred::text, '')) AS key FROM pg_index) sub GROUP BY key HAVING count(*) > 1
=== allow: triggers of a table
SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'orders'::regclass AND NOT tgisinternal
=== allow: grants on a table
SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = 'orders'
=== allow: settings that differ from the default
SELECT name, setting, unit, boot_val, reset_val, pending_restart FROM pg_settings WHERE setting IS DISTINCT FROM boot_val AND source NOT IN ('override', 'client')
=== allow: failures in five-minute buckets, with gaps filled
WITH b AS (SELECT generate_series(date_trunc('hour', now()) - interval '2 hours', now(), interval '5 minutes') AS t) SELECT b.t, count(o.id) FILTER (WHERE o.status = 'failed') AS failed, count(o.id) AS total FROM b LEFT JOIN orders o ON o.created_at >= b.t AND o.created_at < b.t + interval '5 minutes' GROUP BY b.t ORDER BY b.t
=== allow: change between consecutive rows
SELECT id, created_at, created_at - lag(created_at) OVER (ORDER BY created_at) AS gap FROM orders ORDER BY gap DESC NULLS LAST LIMIT 5
=== allow: orphans
SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL LIMIT 10
=== allow: plan distribution in JSON
SELECT meta->>'plan' AS plan, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS pct FROM customers GROUP BY 1 ORDER BY 2 DESC
=== allow: JSON path filter
SELECT count(*) FROM customers WHERE jsonb_path_exists(meta, '$.plan ? (@ > 1)')
=== allow: who runs vacuum or a lock just now
SELECT pid, query FROM pg_stat_activity WHERE query ~* '^(vacuum|lock|copy|create index)'
=== allow: explain of a CTE with a comment
EXPLAIN /* plan */ WITH f AS (SELECT * FROM orders WHERE status = 'failed') SELECT count(*) FROM f
=== allow: show in capitals with spaces
  SHOW   shared_buffers ;
=== allow: show data checksums
SHOW data_checksums
=== allow: table with an ONLY
SELECT count(*) FROM ONLY orders
=== allow: for read only
SELECT count(*) FROM orders FOR READ ONLY
=== allow: time zones
SELECT now() AT TIME ZONE 'America/New_York', current_setting('TimeZone')
=== allow: relations by file number, as an error message names them
SELECT pg_filenode_relation(0, relfilenode), pg_relation_filepath(oid) FROM pg_class WHERE relname = 'orders'
=== allow: members of roles
SELECT r.rolname, m.rolname AS member FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
=== allow: commit of a transaction
SELECT pg_xact_status('700'::xid8)
=== mask: an alias behind UNION
SELECT token AS a FROM customers WHERE id = 1 UNION ALL SELECT '-'
=== mask: coalesce, the commonest slip
SELECT id, coalesce(token, '-') FROM customers LIMIT 2
=== mask: lower
SELECT lower(token) FROM customers LIMIT 1
=== mask: cast with an alias
SELECT token::varchar(60) AS a FROM customers LIMIT 1
=== mask: CASE
SELECT CASE WHEN id = 1 THEN token END AS a FROM customers LIMIT 1
=== mask: string
SELECT string_agg(token, ',') FROM customers WHERE id < 3
=== mask: JSON under another key
SELECT json_build_object('k', token) FROM customers LIMIT 1
=== mask: a field of a row as JSON
SELECT to_jsonb(c)->>'token' AS a FROM customers c LIMIT 1
=== mask: a row constructor
SELECT ROW(token, id) FROM customers LIMIT 1
=== mask: values of hstore
SELECT avals(hstore(c)) FROM customers c LIMIT 1
=== mask: unnested
SELECT unnest(ARRAY[token]) FROM customers LIMIT 1
=== mask: XML
SELECT xmlelement(name k, token) FROM customers LIMIT 1
=== mask: a recursive CTE
WITH RECURSIVE r(a) AS (SELECT token FROM customers WHERE id = 1 UNION ALL SELECT a FROM r WHERE false) SELECT a FROM r
=== mask: format
SELECT format('%s', token) FROM customers LIMIT 1
=== mask: error names the value: a table
SELECT token::regclass FROM customers LIMIT 1
=== mask: error names the value: a function
SELECT token::regproc FROM customers LIMIT 1
=== mask: error names the value: a right on a table
SELECT has_table_privilege(token, 'select') FROM customers LIMIT 1
=== mask: error names the value: a column
SELECT has_column_privilege('customers', token, 'select') FROM customers LIMIT 1
=== mask: error names the value: a collation
SELECT token::regcollation FROM customers LIMIT 1
=== allow: delete label
SELECT count(*) delete, sum(amount) update, max(id) insert, min(id) merge FROM orders
=== allow: as labels
SELECT n_tup_ins AS insert, n_tup_upd AS update, n_tup_del AS delete, 1 AS into, 2 AS for FROM pg_stat_user_tables
=== allow: label after column
SELECT relname, n_tup_ins insert, n_tup_upd update, n_tup_hot_upd hot FROM pg_stat_user_tables
=== allow: into as column
SELECT t.into FROM (SELECT 1 AS into) t
=== allow: group by label
WITH t AS (SELECT sum(n_tup_del) AS delete FROM pg_stat_user_tables) SELECT t.delete FROM t
=== allow: cte delete word
WITH x AS (SELECT 1 a) SELECT a delete FROM x
=== allow: lo columns
SELECT count(*) FROM pg_largeobject_metadata
=== allow: control init
SELECT * FROM pg_control_init(), pg_control_system(), pg_control_recovery()
=== allow: lpad big id
SELECT lpad(id::text, 20, '0') FROM orders WHERE id > 20000000000
=== allow: series small with big numbers
SELECT to_timestamp(g / 1000) FROM generate_series(1732700000000, 1732703600000, 600000) g
=== allow: series bigint limit
SELECT g, 9223372036854775807 - g FROM generate_series(1, 10) g
=== allow: string_agg with big filter
SELECT status, string_agg(DISTINCT customer_id::text, ',') FROM orders WHERE id < 99999999999 GROUP BY 1
=== allow: array agg & contains
SELECT array_agg(id ORDER BY id) FROM orders WHERE customer_id = ANY (ARRAY[1, 2, 3]) LIMIT 5
=== allow: bars
SELECT status, count(*), repeat('█', (20 * count(*) / max(count(*)) OVER ())::int) FROM orders GROUP BY status
=== allow: percent bars
SELECT status, rpad(repeat('#', (100 * count(*) / sum(count(*)) OVER ())::int), 100, '.') FROM orders GROUP BY 1
=== allow: index bloat like
SELECT nspname, relname, round(100 * pg_relation_size(c.oid) / 1024 / 1024) / 100 AS mb, reltuples * 8 / 8192 + 1.5 * relpages AS est, (relpages - ceil(reltuples * (24 + 8 - CASE WHEN 24 % 8 = 0 THEN 8 ELSE 24 % 8 END) / (8192 - 24 * 2))) AS extra FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'i' ORDER BY 3 DESC LIMIT 10
=== allow: ioguix style
SELECT current_database(), schemaname, tblname, bs*tblpages AS real_size, (tblpages-est_tblpages)*bs AS extra_size, CASE WHEN tblpages > 0 AND tblpages - est_tblpages > 0 THEN 100 * (tblpages - est_tblpages)/tblpages::float ELSE 0 END AS extra_pct, fillfactor, CASE WHEN tblpages - est_tblpages_ff > 0 THEN (tblpages-est_tblpages_ff)*bs ELSE 0 END AS bloat_size FROM (SELECT ceil(reltuples/((bs-page_hdr)/tpl_size)) + ceil(toasttuples/4) AS est_tblpages, ceil(reltuples/((bs-page_hdr)*fillfactor/(tpl_size*100))) + ceil(toasttuples/4) AS est_tblpages_ff, tblpages, fillfactor, bs, tblid, schemaname, tblname, heappages, toastpages FROM (SELECT (4 + tpl_hdr_size + tpl_data_size + (2*ma) - CASE WHEN tpl_hdr_size%ma = 0 THEN ma ELSE tpl_hdr_size%ma END - CASE WHEN ceil(tpl_data_size)::int%ma = 0 THEN ma ELSE ceil(tpl_data_size)::int%ma END) AS tpl_size, bs - page_hdr AS size_per_block, (heappages + toastpages) AS tblpages, heappages, toastpages, reltuples, toasttuples, bs, page_hdr, tblid, schemaname, tblname, fillfactor FROM (SELECT tbl.oid AS tblid, ns.nspname AS schemaname, tbl.relname AS tblname, tbl.reltuples, tbl.relpages AS heappages, coalesce(toast.relpages, 0) AS toastpages, coalesce(toast.reltuples, 0) AS toasttuples, coalesce(substring(array_to_string(tbl.reloptions, ' ') FROM 'fillfactor=([0-9]+)')::smallint, 100) AS fillfactor, current_setting('block_size')::numeric AS bs, CASE WHEN version()~'mingw32' OR version()~'64-bit|x86_64|ppc64|ia64|amd64' THEN 8 ELSE 4 END AS ma, 24 AS page_hdr, 23 + CASE WHEN MAX(coalesce(s.null_frac,0)) > 0 THEN (7 + count(s.attname)) / 8 ELSE 0::int END + CASE WHEN bool_or(att.attname = 'oid' and att.attnum < 0) THEN 4 ELSE 0 END AS tpl_hdr_size, sum((1-coalesce(s.null_frac, 0)) * coalesce(s.avg_width, 0)) AS tpl_data_size FROM pg_attribute AS att JOIN pg_class AS tbl ON att.attrelid = tbl.oid JOIN pg_namespace AS ns ON ns.oid = tbl.relnamespace LEFT JOIN pg_stats AS s ON s.schemaname=ns.nspname AND s.tablename = tbl.relname AND s.inherited=false AND s.attname=att.attname LEFT JOIN pg_class AS toast ON tbl.reltoastrelid = toast.oid WHERE NOT att.attisdropped AND tbl.relkind in ('r','m') GROUP BY 1,2,3,4,5,6,7,8,9,10 ORDER BY 2,3) AS s) AS s2) AS s3 ORDER BY schemaname, tblname LIMIT 10
=== allow: blocked and blocking
SELECT blocked.pid AS blocked_pid, blocked.usename, blocking.pid AS blocking_pid, blocked.query, blocking.query FROM pg_locks bl JOIN pg_stat_activity blocked ON blocked.pid = bl.pid JOIN pg_locks kl ON kl.locktype = bl.locktype AND kl.database IS NOT DISTINCT FROM bl.database AND kl.relation IS NOT DISTINCT FROM bl.relation AND kl.pid <> bl.pid JOIN pg_stat_activity blocking ON blocking.pid = kl.pid WHERE NOT bl.granted
=== allow: unused space of toast
SELECT c.relname, pg_size_pretty(pg_total_relation_size(c.reltoastrelid)) FROM pg_class c WHERE c.reltoastrelid <> 0 ORDER BY pg_total_relation_size(c.reltoastrelid) DESC LIMIT 5
=== allow: foreign keys without an index
SELECT c.conrelid::regclass, string_agg(a.attname, ',' ORDER BY x.n) FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS x(attnum, n) JOIN pg_attribute a ON a.attnum = x.attnum AND a.attrelid = c.conrelid WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND (i.indkey::smallint[])[0:cardinality(c.conkey)-1] @> c.conkey) AND c.contype = 'f' GROUP BY c.conrelid, c.conname
=== allow: redundant indexes
SELECT i.indexrelid::regclass, j.indexrelid::regclass FROM pg_index i JOIN pg_index j ON j.indrelid = i.indrelid AND j.indexrelid <> i.indexrelid AND (j.indkey::text || ' ') LIKE (i.indkey::text || ' %')
=== allow: like with concatenation and string_agg
SELECT i.indrelid::regclass, array_agg(i.indexrelid::regclass) FROM pg_index i JOIN pg_index j ON j.indkey::text LIKE i.indkey::text || '%' GROUP BY 1
=== allow: sequences near end
SELECT schemaname, sequencename, last_value, max_value, round(100.0 * last_value / max_value, 2) FROM pg_sequences ORDER BY 5 DESC NULLS LAST
=== allow: autovacuum queue
SELECT relname, n_dead_tup, current_setting('autovacuum_vacuum_threshold')::int + current_setting('autovacuum_vacuum_scale_factor')::float * reltuples AS threshold FROM pg_stat_user_tables JOIN pg_class USING (relname) ORDER BY 2 DESC
=== allow: wal lsn math
SELECT slot_name, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS held, wal_status, safe_wal_size FROM pg_replication_slots
=== allow: settings
SELECT name, setting, unit, source FROM pg_settings WHERE category LIKE 'Autovacuum%' OR name ~ 'vacuum'
=== allow: memory settings
SELECT name, pg_size_pretty(setting::bigint * 8192) FROM pg_settings WHERE unit = '8kB' AND name IN ('shared_buffers', 'effective_cache_size')
=== allow: roles
SELECT rolname, rolconnlimit, rolvaliduntil FROM pg_roles WHERE rolcanlogin
=== allow: time buckets
SELECT to_timestamp(floor(extract(epoch FROM created_at) / 300) * 300) AS bucket, count(*) FROM orders GROUP BY 1 ORDER BY 1 DESC LIMIT 20
=== allow: regexp matches
SELECT (regexp_matches(query, 'FROM\s+(\w+)', 'gi'))[1] AS t, count(*) FROM pg_stat_statements GROUP BY 1 ORDER BY 2 DESC LIMIT 5
=== allow: regexp split
SELECT word, count(*) FROM pg_stat_statements, regexp_split_to_table(lower(left(query, 200)), '\s+') AS word GROUP BY 1 ORDER BY 2 DESC LIMIT 5
=== allow: json aggregation of activity
SELECT jsonb_object_agg(state, n) FROM (SELECT coalesce(state, 'none') AS state, count(*) AS n FROM pg_stat_activity GROUP BY 1) x
=== allow: json contains
SELECT count(*) FROM customers WHERE meta @> jsonb_build_object('plan', 1) OR meta ? 'plan' OR meta ?| array['a','b'] OR meta <@ '{"plan": 2}'
=== allow: overlap
SELECT count(*) FROM orders a JOIN orders b ON tstzrange(a.created_at, a.created_at + interval '1 min') && tstzrange(b.created_at, b.created_at + interval '1 min') WHERE a.id < 10 AND b.id < 10
=== allow: distance
SELECT point(1,2) <-> point(3,4), 'a' <-> 'b'
=== allow: similarity
SELECT email FROM customers WHERE email % 'user1@example.com' ORDER BY similarity(email, 'user1') DESC LIMIT 3
=== allow: bit and crypt
SELECT encode(digest('x', 'sha256'), 'hex'), encode('abc'::bytea, 'base64'), decode('YQ==', 'base64')
=== allow: format with names
SELECT format('%I.%I: %s (%L)', schemaname, relname, n_live_tup, relname) FROM pg_stat_user_tables
=== allow: nested json
SELECT json_build_object('tables', (SELECT json_agg(json_build_object('name', relname, 'rows', n_live_tup)) FROM pg_stat_user_tables), 'at', now())
=== allow: order by case
SELECT id FROM orders ORDER BY CASE status WHEN 'failed' THEN 0 ELSE 1 END, id LIMIT 5
=== allow: crosstab by filter
SELECT date_trunc('day', created_at), count(*) FILTER (WHERE status = 'new') AS new, count(*) FILTER (WHERE status = 'paid') AS paid FROM orders GROUP BY 1
=== allow: tablesample
SELECT avg(amount) FROM orders TABLESAMPLE bernoulli (10)
=== allow: numbers
SELECT power(2, 10), 10 ^ 6, sqrt(144), ln(2.718), exp(2), mod(10, 3), div(10, 3), gcd(12, 18), factorial(10)
=== allow: money math
SELECT round(sum(amount) * 1.19 / 100, 2), sum(amount) % 7, sum(amount * 0.19) FROM orders
=== allow: geometric mean
SELECT exp(avg(ln(amount))) FROM orders WHERE amount > 0
=== allow: stddev
SELECT stddev(amount), variance(amount), corr(amount, id), regr_slope(amount, id) FROM orders
=== allow: xml
SELECT xpath('/a/b/text()', '<a><b>1</b></a>'::xml), xmlelement(name x, status) FROM orders LIMIT 1
=== allow: where in explain
EXPLAIN (ANALYZE, BUFFERS, SETTINGS) SELECT * FROM orders WHERE status LIKE '%' || 'fail' || '%' AND strpos(status, 'a') > 0
=== allow: comments with words
SELECT count(*) /* delete later */ FROM orders -- insert into? update!
=== allow: deep nested ctes
WITH a AS (SELECT status || '-' || id::text AS s FROM orders), b AS (SELECT s || '/' || s AS s FROM a), c AS (SELECT count(*), max(s || '!' || s) FROM b) SELECT * FROM c
=== allow: replace chain
SELECT replace(replace(replace(status, 'new', 'n'), 'paid', 'p'), 'failed', 'f'), translate(status, 'abc', 'xyz') FROM orders LIMIT 1
=== allow: replace longer
SELECT replace(status, 'n', '<new>'), regexp_replace(status, '(.)', '\1-', 'g') FROM orders LIMIT 1
=== allow: string_agg of replace
SELECT string_agg(replace(status, 'new', 'n'), ',' ORDER BY id) FROM orders WHERE id < 20
=== allow: position in aggregated
SELECT position('paid' IN string_agg(status, ',')) FROM orders WHERE id < 20
=== allow: split of aggregated
SELECT split_part(string_agg(status, ','), ',', 1) FROM orders WHERE id < 20
=== allow: strpos columns
SELECT count(*) FROM customers c WHERE strpos(c.email, c.phone) > 0 OR position(c.phone IN c.email) > 0
=== allow: recursion over a hierarchy with path
WITH RECURSIVE t(id, path, depth) AS (SELECT id, id::text, 0 FROM customers WHERE id = 1 UNION ALL SELECT c.id, t.path || ' > ' || c.id::text, depth + 1 FROM t JOIN customers c ON c.id = t.id + 1 WHERE depth < 5) SELECT lpad('', depth * 2) || path FROM t
=== allow: recursion with a cycle check
WITH RECURSIVE t(id, seen) AS (SELECT 1::bigint, ARRAY[1::bigint] UNION ALL SELECT c.id, seen || c.id FROM t JOIN customers c ON c.id = t.id + 1 WHERE NOT c.id = ANY (seen) AND cardinality(seen) < 5) SELECT * FROM t
=== allow: fibonacci
WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 100) SELECT a FROM f
=== allow: tables of a row count
SELECT relname, to_char(n_live_tup, '999,999,999') FROM pg_stat_user_tables
=== allow: array functions
SELECT array_position(ARRAY['a','b'], 'b'), array_remove(ARRAY[1,2], 1), array_to_string(array_agg(status), ','), cardinality(array_agg(id)) FROM orders WHERE id < 5
=== allow: hstore
SELECT 'a=>1,b=>2'::hstore @> 'a=>1', akeys('a=>1')
=== allow: unnest with ordinality
SELECT * FROM unnest(string_to_array('a,b,c', ',')) WITH ORDINALITY
=== allow: commonest errors
SELECT substring(query FROM 1 FOR 50), overlay(status PLACING 'x' FROM 1), trim(leading '0' FROM id::text) FROM orders, pg_stat_statements LIMIT 1
=== allow: time_in as a column
SELECT time_in, date_in FROM (SELECT now() AS time_in, now() AS date_in) x
=== allow: range agg
SELECT range_agg(daterange(created_at::date, created_at::date + 1)) FROM orders WHERE id < 10
=== allow: lock waits by table
SELECT relation::regclass, mode, count(*) FROM pg_locks WHERE relation IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC
=== allow: wait events
SELECT wait_event_type || ':' || wait_event AS w, count(*) FROM pg_stat_activity WHERE wait_event IS NOT NULL GROUP BY 1
=== allow: matviews
SELECT matviewname, ispopulated FROM pg_matviews
=== allow: partition sizes
SELECT inhparent::regclass, count(*), pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM pg_inherits GROUP BY 1
=== allow: row with in
SELECT count(*) FROM orders WHERE (id, status) IN ((1, 'new'), (2, 'paid'), (3, 'x'), (4, 'y'), (5, 'z'), (6, 'a'), (7, 'b'), (8, 'c'), (9, 'd'), (10, 'e'), (11, 'f'), (12, 'g'), (13, 'h'), (14, 'i'))
=== allow: values join
SELECT v.n, o.status FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) JOIN orders o ON o.id = v.n
