-- Statements that must have no effect. A record is a head line, "=== layer: why", and the text below it.
-- Layers: guard (refused before it is sent, or by the server's grammar or READ ONLY), role (missing rights), limits (ends at a limit).
-- In a text, {nul} is a zero byte, {ff} a byte that is no UTF-8, {pid} the process id of a decoy session, {n*x} n times x.
=== guard: writes a row
INSERT INTO journal (line) VALUES ('hello')
=== guard: writes a row and returns it, so it looks like a query
INSERT INTO journal (line) SELECT username FROM users RETURNING line
=== guard: update
UPDATE credits SET balance = 0 WHERE balance < 0
=== guard: update with a FROM list
UPDATE credits c SET balance = 1 FROM users u WHERE u.id = c.user_id
=== guard: delete
DELETE FROM webhook_logs WHERE created_at < now() - interval '1 day'
=== guard: delete using another table
DELETE FROM credits USING users WHERE users.id = credits.user_id
=== guard: truncate several tables
TRUNCATE TABLE webhook_logs, recordings CASCADE
=== guard: truncate without the word TABLE
truncate webhook_logs
=== guard: merge
MERGE INTO credits c USING users u ON u.id = c.user_id WHEN MATCHED THEN UPDATE SET balance = 0
=== guard: on conflict do update
INSERT INTO journal (id, line) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET line = 'y'
=== guard: creates a table
CREATE TABLE stash AS TABLE users
=== guard: temporary tables are writable in a read-only transaction
CREATE TEMPORARY TABLE stash (a int)
=== guard: unlogged table
CREATE UNLOGGED TABLE stash (a int)
=== guard: index
CREATE INDEX CONCURRENTLY credit_reason ON credit_transactions (reason)
=== guard: unique index
CREATE UNIQUE INDEX u1 ON users (email)
=== guard: view
CREATE OR REPLACE VIEW busy AS SELECT 1
=== guard: recursive view
CREATE RECURSIVE VIEW nums (n) AS VALUES (1)
=== guard: materialised view
CREATE MATERIALIZED VIEW mv AS SELECT 1
=== guard: function
CREATE OR REPLACE FUNCTION hi() RETURNS int LANGUAGE sql AS 'SELECT 1'
=== guard: trigger
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch_trigger()
=== guard: event trigger
CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION touch_trigger()
=== guard: extension
CREATE EXTENSION postgres_fdw
=== guard: schema
CREATE SCHEMA elsewhere
=== guard: role
CREATE ROLE intruder SUPERUSER LOGIN
=== guard: database
CREATE DATABASE stash
=== guard: publication
CREATE PUBLICATION everything FOR ALL TABLES
=== guard: subscription calls another server
CREATE SUBSCRIPTION s CONNECTION 'host=198.51.100.1' PUBLICATION p
=== guard: policy
CREATE POLICY p ON users USING (true)
=== guard: type
CREATE TYPE extra AS ENUM ('a')
=== guard: cast
CREATE CAST (text AS int) WITH INOUT AS IMPLICIT
=== guard: collation
CREATE COLLATION c (locale = 'C')
=== guard: foreign data wrapper
CREATE FOREIGN DATA WRAPPER w
=== guard: alter table
ALTER TABLE users DROP COLUMN phone
=== guard: alter system
ALTER SYSTEM SET max_connections = 5
=== guard: alter database
ALTER DATABASE canary SET default_transaction_read_only = off
=== guard: alter role
ALTER ROLE reader RESET ALL
=== guard: alter sequence
ALTER SEQUENCE invoice_numbers RESTART
=== guard: alter function
ALTER FUNCTION note_down(text) IMMUTABLE
=== guard: drop table
DROP TABLE IF EXISTS users CASCADE
=== guard: drop owned
DROP OWNED BY reader
=== guard: drop function
DROP FUNCTION note_down(text)
=== guard: grant on a table
GRANT ALL ON users TO PUBLIC
=== guard: grant a role
GRANT pg_read_server_files TO reader
=== guard: revoke
REVOKE SELECT ON users FROM reader
=== guard: comment on
COMMENT ON COLUMN users.email IS 'x'
=== guard: security label
SECURITY LABEL ON TABLE users IS 'x'
=== guard: import foreign schema
IMPORT FOREIGN SCHEMA public FROM SERVER files INTO public
=== guard: refresh
REFRESH MATERIALIZED VIEW CONCURRENTLY status_counts
=== guard: cluster
CLUSTER users USING users_pkey
=== guard: vacuum
VACUUM (FULL, ANALYZE) users
=== guard: analyze
ANALYZE users
=== guard: reindex
REINDEX DATABASE canary
=== guard: checkpoint
CHECKPOINT
=== guard: load
LOAD 'dblink'
=== guard: select into
SELECT * INTO stash FROM users
=== guard: select into a temporary table, deep in the text
SELECT id, username INTO TEMPORARY TABLE stash FROM users WHERE id IS NOT NULL
=== guard: select into unlogged
SELECT 1 AS a INTO UNLOGGED stash
=== guard: deleting CTE
WITH gone AS (DELETE FROM webhook_logs RETURNING *) SELECT count(*) FROM gone
=== guard: updating CTE that is never read
WITH up AS (UPDATE credits SET balance = 1) SELECT 1
=== guard: inserting CTE, materialised
WITH ins AS MATERIALIZED (INSERT INTO journal (line) VALUES ('cte') RETURNING id) SELECT * FROM ins
=== guard: inserting CTE, not materialised
WITH ins AS NOT MATERIALIZED (INSERT INTO journal (line) VALUES ('cte') RETURNING id) SELECT * FROM ins
=== guard: writing CTE with a comment in between
WITH d AS (/* read */ DELETE FROM webhook_logs RETURNING 1) SELECT * FROM d
=== guard: writing CTE with its own CTE inside
WITH d AS (WITH x AS (SELECT 1) DELETE FROM webhook_logs RETURNING 1) SELECT * FROM d
=== guard: main statement of a CTE inserts
WITH a AS (SELECT 'x'::text AS l) INSERT INTO journal (line) SELECT l FROM a
=== guard: main statement of a CTE deletes
WITH a AS (SELECT 1) DELETE FROM journal
=== guard: main statement of a CTE updates
WITH RECURSIVE a(n) AS (VALUES (1)) UPDATE credits SET balance = n FROM a
=== guard: locks rows
SELECT id FROM users LIMIT 1 FOR UPDATE
=== guard: locks rows weakly
SELECT id FROM users FOR KEY SHARE
=== guard: locks rows, no key
SELECT id FROM users FOR NO KEY UPDATE SKIP LOCKED
=== guard: locks rows, shared, no wait
SELECT id FROM users FOR SHARE NOWAIT
=== guard: locks rows of one table
SELECT 1 FROM users u JOIN credits c ON c.user_id = u.id FOR UPDATE OF c
=== guard: locks rows in a sub-query
SELECT * FROM (SELECT id FROM users FOR UPDATE) x
=== guard: locks rows in a CTE
WITH x AS (SELECT id FROM users FOR SHARE) SELECT * FROM x
=== guard: locks rows, comment inside
SELECT id FROM users FOR/**/UPDATE
=== guard: two statements
SELECT 1; DELETE FROM journal
=== guard: two reads
SELECT 1; SELECT 2
=== guard: ends the transaction, writes, opens another
SELECT 1; COMMIT; DELETE FROM credits
=== guard: two statements without white space
SELECT 1;DROP TABLE users
=== guard: second statement behind a comment
SELECT 1; -- fine
DELETE FROM journal
=== guard: second statement behind a text that ends in a backslash
SELECT '\'; DELETE FROM journal; --'
=== guard: second statement behind an escaped text
SELECT E'\''; DELETE FROM journal; --'
=== guard: second statement behind a dollar quote
SELECT $q$ ' $q$; DELETE FROM journal
=== guard: second statement behind a nested comment
SELECT 1 /* /* */ */; DELETE FROM journal
=== guard: empty statement first
; DELETE FROM journal
=== guard: closes the bracket that a wrapper might put around it
SELECT 1) q; DELETE FROM journal; SELECT * FROM (SELECT 1
=== guard: ends the transaction and notifies
SELECT 1; COMMIT; NOTIFY canary, 'x'
=== guard: ends the transaction and changes a large object
SELECT 1; COMMIT; SELECT lo_put(7001, 0, 'evil')
=== guard: ends the transaction and leaves a message in the change stream
SELECT 1; COMMIT; SELECT pg_logical_emit_message(false, 'canary', 'x'); BEGIN
=== guard: ends the transaction and creates a table
SELECT 1; COMMIT; CREATE TABLE stash (a int)
=== guard: only a comment
-- nothing here
=== guard: only white space and a comment
/* nothing */
=== guard: begin
BEGIN READ WRITE
=== guard: start transaction
START TRANSACTION READ WRITE
=== guard: commit
COMMIT
=== guard: commit and chain
COMMIT AND CHAIN
=== guard: end
END
=== guard: abort
ABORT
=== guard: rollback
ROLLBACK
=== guard: savepoint
SAVEPOINT s
=== guard: release
RELEASE SAVEPOINT s
=== guard: two-phase commit
COMMIT PREPARED 'x'
=== guard: makes the transaction writable
SET TRANSACTION READ WRITE
=== guard: makes the session writable
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
=== guard: lifts a limit
SET statement_timeout = 0
=== guard: lifts a limit for the transaction
SET LOCAL lock_timeout TO DEFAULT
=== guard: changes the role
SET ROLE mighty
=== guard: changes the time zone
SET TIME ZONE 'UTC'
=== guard: resets
RESET ALL
=== guard: discards
DISCARD PLANS
=== guard: constraint mode
SET CONSTRAINTS ALL DEFERRED
=== guard: prepares
PREPARE p AS SELECT 1
=== guard: executes
EXECUTE p
=== guard: declares a cursor that outlives the transaction
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM users
=== guard: moves
MOVE ALL FROM mayday
=== guard: closes our cursor
CLOSE mayday
=== guard: fetches from our cursor
FETCH ALL FROM mayday
=== guard: listens
LISTEN canary
=== guard: notifies
NOTIFY canary, 'x'
=== guard: runs a program
DO LANGUAGE plpgsql $$ BEGIN DELETE FROM journal; END $$
=== guard: calls a procedure
CALL tidy()
=== guard: locks a table
LOCK TABLE users IN ACCESS EXCLUSIVE MODE
=== guard: copies out
COPY users TO STDOUT
=== guard: copies to a program
COPY (SELECT 1) TO PROGRAM 'echo x > /tmp/mayday-canary-PWNED'
=== guard: copies to a file
COPY users TO '/tmp/mayday-canary-PWNED'
=== guard: copies in
COPY journal FROM '/etc/passwd'
=== guard: a command of psql
\! echo x
=== guard: psql's copy
\copy users to 'x'
=== guard: psql's gexec behind a query
SELECT 'DELETE FROM journal' \gexec
=== guard: explain analyze executes an insert
EXPLAIN ANALYZE INSERT INTO journal (line) VALUES ('x')
=== guard: explain analyze executes a delete, options in brackets
EXPLAIN (ANALYZE true, VERBOSE) DELETE FROM journal
=== guard: explain of a write
EXPLAIN DELETE FROM journal
=== guard: explain of a writing CTE
EXPLAIN ANALYZE WITH d AS (DELETE FROM journal RETURNING 1) SELECT * FROM d
=== guard: explain creates a table
EXPLAIN ANALYZE CREATE TABLE stash AS SELECT 1
=== guard: explain executes a prepared statement
EXPLAIN EXECUTE p
=== guard: explain of a cursor
EXPLAIN DECLARE c CURSOR FOR SELECT 1
=== guard: explain of a false immutable function runs it
EXPLAIN SELECT * FROM users WHERE 1 = says_immutable('explain')
=== guard: explain of a false stable function runs it for an estimate
EXPLAIN SELECT * FROM credits WHERE balance = says_stable('explain')
=== guard: explain analyze of a lock
EXPLAIN (ANALYZE) SELECT pg_advisory_lock(101)
=== guard: explain with an unknown option
EXPLAIN (HARMLESS) SELECT 1
=== guard: explain of two statements
EXPLAIN SELECT 1; DELETE FROM journal
=== guard: explain of explain
EXPLAIN EXPLAIN SELECT 1
=== guard: explain locks rows
EXPLAIN ANALYZE SELECT id FROM users FOR UPDATE
=== guard: stops a session
SELECT pg_terminate_backend({pid})
=== guard: cancels a query
SELECT pg_cancel_backend({pid})
=== guard: stops idle sessions, as in a runbook
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle'
=== guard: stops a session in VALUES
VALUES (1, pg_terminate_backend({pid}))
=== guard: stops a session in the FROM list
SELECT * FROM pg_terminate_backend({pid}) AS t
=== guard: stops a session in ROWS FROM
SELECT * FROM ROWS FROM (pg_terminate_backend({pid})) AS r(a)
=== guard: stops a session laterally
SELECT u.id FROM users u, LATERAL pg_terminate_backend({pid}) AS k LIMIT 1
=== guard: stops a session in WHERE
SELECT 1 WHERE pg_terminate_backend({pid})
=== guard: stops a session in a CASE
SELECT CASE WHEN true THEN pg_terminate_backend({pid}) END
=== guard: stops a session in LIMIT
SELECT 1 LIMIT (pg_terminate_backend({pid})::int)
=== guard: stops a session in OFFSET
SELECT 1 OFFSET (pg_terminate_backend({pid})::int)
=== guard: stops a session in GROUP BY
SELECT count(*) FROM users GROUP BY pg_terminate_backend({pid})
=== guard: stops a session in HAVING
SELECT 1 FROM users HAVING bool_and(pg_terminate_backend({pid}))
=== guard: stops a session in ORDER BY
SELECT id FROM users ORDER BY pg_terminate_backend({pid}) LIMIT 1
=== guard: stops a session in DISTINCT ON
SELECT DISTINCT ON (pg_terminate_backend({pid})) id FROM users
=== guard: stops a session in a join
SELECT 1 FROM users a LEFT JOIN users b ON pg_terminate_backend({pid})
=== guard: stops a session in a filter
SELECT count(*) FILTER (WHERE pg_terminate_backend({pid})) FROM users
=== guard: stops a session in a window
SELECT sum(1) OVER (ORDER BY pg_terminate_backend({pid})) FROM users
=== guard: stops a session in a frame
SELECT sum(1) OVER (ORDER BY id ROWS BETWEEN pg_terminate_backend({pid})::int PRECEDING AND CURRENT ROW) FROM users
=== guard: stops a session within a group
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pg_terminate_backend({pid})) FROM users
=== guard: stops a session in an array
SELECT ARRAY[pg_terminate_backend({pid})]
=== guard: stops a session in a row
SELECT ROW(pg_terminate_backend({pid}), 1)
=== guard: stops a session in a sub-query
SELECT EXISTS (SELECT 1 WHERE pg_terminate_backend({pid}))
=== guard: stops a session in IN
SELECT true IN (SELECT pg_terminate_backend({pid}))
=== guard: stops a session in BETWEEN
SELECT 1 BETWEEN 0 AND pg_terminate_backend({pid})::int
=== guard: stops a session in GREATEST
SELECT greatest(pg_terminate_backend({pid}), false)
=== guard: stops a session in a table sample
SELECT count(*) FROM users TABLESAMPLE bernoulli (pg_terminate_backend({pid})::int)
=== guard: stops a session in a recursive CTE
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2 AND pg_terminate_backend({pid})) SELECT * FROM r
=== guard: stops a session in a union
SELECT true UNION SELECT pg_terminate_backend({pid})
=== guard: stops a session in a JSON path variable
SELECT jsonb_path_query('1', '$', jsonb_build_object('a', pg_terminate_backend({pid})))
=== guard: name with a named argument
SELECT pg_terminate_backend(pid => {pid})
=== guard: name in capitals
SELECT PG_Terminate_Backend({pid})
=== guard: name quoted
SELECT "pg_terminate_backend"({pid})
=== guard: name qualified
SELECT pg_catalog.pg_terminate_backend({pid})
=== guard: name qualified with white space and quotes
SELECT "pg_catalog" . "pg_terminate_backend" ({pid})
=== guard: comment behind the name
SELECT pg_terminate_backend --x
({pid})
=== guard: nested comment in front of the name
SELECT/*/* */*/pg_terminate_backend({pid})
=== guard: name in Unicode escapes
SELECT U&"\0070g_terminate_backend"({pid})
=== guard: name in Unicode escapes, long form
SELECT u&"pg_terminate_b\+000061ckend"({pid})
=== guard: name in Unicode escapes of one's own
SELECT U&"pg_terminate_b*0061ckend" UESCAPE '*' ({pid})
=== guard: text in Unicode escapes
SELECT U&'\0041'
=== guard: name split over a continued text is no name, but the word is there
SELECT 'x'
'y', pg_terminate_backend({pid})
=== guard: sleeps
SELECT pg_sleep(30)
=== guard: sleeps in a WHERE
SELECT 1 WHERE pg_sleep(30) IS NOT NULL
=== guard: sleeps for an interval
SELECT pg_sleep_for('1 hour')
=== guard: sleeps until
SELECT pg_sleep_until('infinity')
=== guard: advisory lock of a session
SELECT pg_advisory_lock(102)
=== guard: advisory lock, two keys
SELECT pg_advisory_lock(1, 2)
=== guard: advisory lock, if free
SELECT pg_try_advisory_lock(103)
=== guard: advisory lock, shared, if free
SELECT pg_try_advisory_lock_shared(104)
=== guard: advisory lock of a transaction
SELECT pg_try_advisory_xact_lock(105)
=== guard: advisory unlock
SELECT pg_advisory_unlock(105)
=== guard: sequence
SELECT nextval('invoice_numbers')
=== guard: sequence for each row
SELECT nextval('journal_id_seq'), id FROM users LIMIT 3
=== guard: sets a sequence
SELECT setval('invoice_numbers', 1)
=== guard: value of a sequence in this session
SELECT currval('invoice_numbers')
=== guard: last value of any sequence
SELECT lastval()
=== guard: writes to change streams
SELECT pg_logical_emit_message(false, 'canary', 'hello')
=== guard: writes bytes to change streams
SELECT pg_logical_emit_message(true, 'canary', '\x00'::bytea)
=== guard: uses up a transaction id, old name
SELECT txid_current()
=== guard: uses up a transaction id
SELECT pg_current_xact_id()
=== guard: notifies by function
SELECT pg_notify('canary', 'hello')
=== guard: sets a setting
SELECT set_config('statement_timeout', '0', false)
=== guard: sets the search path
SELECT set_config('search_path', 'backroom', true)
=== guard: seeds random
SELECT setseed(0.1)
=== guard: reloads
SELECT pg_reload_conf()
=== guard: rotates the log
SELECT pg_rotate_logfile()
=== guard: promotes a replica
SELECT pg_promote(false)
=== guard: switches WAL
SELECT pg_switch_wal()
=== guard: restore point
SELECT pg_create_restore_point('x')
=== guard: starts a backup
SELECT pg_backup_start('x')
=== guard: replication slot
SELECT pg_create_physical_replication_slot('extra', true)
=== guard: copies a slot
SELECT pg_copy_logical_replication_slot('canary', 'extra')
=== guard: drops a slot
SELECT pg_drop_replication_slot('canary')
=== guard: consumes a slot
SELECT * FROM pg_logical_slot_get_changes('canary', NULL, NULL)
=== guard: peeks into a slot
SELECT * FROM pg_logical_slot_peek_changes('canary', NULL, NULL)
=== guard: advances a slot
SELECT pg_replication_slot_advance('canary', '0/FFFFFF')
=== guard: replication origin
SELECT pg_replication_origin_create('extra')
=== guard: exports a snapshot
SELECT pg_export_snapshot()
=== guard: resets statistics
SELECT pg_stat_reset()
=== guard: resets shared statistics
SELECT pg_stat_reset_shared('bgwriter')
=== guard: resets statement statistics
SELECT pg_stat_statements_reset()
=== guard: logs memory of a session
SELECT pg_log_backend_memory_contexts({pid})
=== guard: reads a file
SELECT pg_read_file('postgresql.conf')
=== guard: reads a file in the FROM list
SELECT * FROM pg_read_binary_file('PG_VERSION')
=== guard: reads a file in VALUES
VALUES (pg_read_file('PG_VERSION'))
=== guard: looks at a file
SELECT * FROM pg_stat_file('PG_VERSION')
=== guard: lists a directory
SELECT * FROM pg_ls_dir('.')
=== guard: lists temporary files
SELECT * FROM pg_ls_tmpdir()
=== guard: lists the log
SELECT * FROM pg_ls_waldir()
=== guard: rules of access
SELECT * FROM pg_hba_file_rules
=== guard: creates a large object
SELECT lo_create(0)
=== guard: writes a large object
SELECT lo_put(7001, 0, 'evil')
=== guard: opens and writes a large object
SELECT lowrite(lo_open(7001, 131072), 'evil')
=== guard: removes a large object
SELECT lo_unlink(7001)
=== guard: imports a file
SELECT lo_import('/etc/passwd')
=== guard: exports a file
SELECT lo_export(7001, '/tmp/mayday-canary-PWNED')
=== guard: makes a large object of bytes
SELECT lo_from_bytea(0, '\x41')
=== guard: runs a text as SQL, to XML
SELECT query_to_xml('SELECT pg_advisory_lock(110)', true, true, '')
=== guard: runs a text as SQL, to XML with schema
SELECT query_to_xml_and_xmlschema('SELECT pg_advisory_lock(110)', true, true, '')
=== guard: reads a table by a name in a text
SELECT table_to_xml('users', false, false, '')
=== guard: reads a schema by a name in a text
SELECT schema_to_xml('public', false, false, '')
=== guard: reads the whole database
SELECT database_to_xml_and_xmlschema(false, false, '')
=== guard: reads a cursor
SELECT cursor_to_xml('mayday', 1, false, false, '')
=== guard: runs a text as SQL, text search
SELECT * FROM ts_stat('SELECT to_tsvector(pg_advisory_lock(111)::text)')
=== guard: runs a text as SQL, query rewriting
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, pg_advisory_lock(112)::text::tsquery')
=== guard: runs a text as SQL, pivot
SELECT * FROM crosstab('SELECT ''a'', ''b'', pg_advisory_lock(113)::text') AS t(a text, b text)
=== guard: runs a text as SQL, tree
SELECT * FROM connectby('users', 'id', 'id', 'x', 1) AS t(a uuid, b uuid, c int)
=== guard: runs a text as SQL, function of the database
SELECT run_text('SELECT pg_advisory_lock(114)::text')
=== guard: another connection
SELECT * FROM dblink('dbname=canary', 'SELECT 1') AS t(a int)
=== guard: another connection writes
SELECT dblink_exec('dbname=canary', 'DELETE FROM journal')
=== guard: another connection, by a function of the database
SELECT through_the_back('INSERT INTO journal (line) VALUES (''back'')')
=== guard: imports collations
SELECT pg_import_system_collations('pg_catalog')
=== guard: index maintenance
SELECT gin_clean_pending_list('users_pkey'::regclass)
=== guard: reads whole tables
SELECT * FROM pgstattuple('users')
=== guard: reads the buffer cache
SELECT count(*) FROM pg_buffercache
=== guard: new object id
SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')
=== guard: binary upgrade
SELECT binary_upgrade_set_next_pg_type_oid(1)
=== guard: function of the database writes
SELECT note_down('x')
=== guard: function of the database writes as its owner
SELECT note_as_owner('x')
=== guard: falsely stable
SELECT says_stable('x')
=== guard: falsely immutable
SELECT says_immutable('x')
=== guard: falsely immutable, locks
SELECT grab(120)
=== guard: attribute notation on a table
SELECT u.risk_of FROM users u LIMIT 1
=== guard: attribute notation in brackets
SELECT (u).risk_of FROM users u LIMIT 1
=== guard: attribute notation on a sub-query
SELECT (SELECT u FROM users u LIMIT 1).risk_of
=== guard: attribute notation on the table's own name
SELECT users.risk_of FROM users LIMIT 1
=== guard: overload of a built-in name on a row
SELECT lower(u) FROM users u LIMIT 1
=== guard: overload of a built-in name, attribute notation
SELECT u.lower FROM users u LIMIT 1
=== guard: overload of a built-in name on a type
SELECT char_length('x'::citext)
=== guard: schema off the path
SELECT backroom.now()
=== guard: schema off the path, quoted
SELECT "backroom"."now"()
=== guard: aggregate of the database
SELECT fold_up(username) FROM users
=== guard: aggregate of the database as a window
SELECT fold_up(username) OVER (ORDER BY id) FROM users LIMIT 1
=== guard: name with a space
SELECT "Odd Name"()
=== guard: name beyond ASCII
SELECT gruß()
=== guard: name that the server cuts to its length
SELECT a_name_that_is_exactly_as_long_as_postgres_allows_names_to_be_x_and_more()
=== guard: infix operator
SELECT 121 <=!=> 1
=== guard: infix operator without spaces
SELECT 122<=!=>1
=== guard: operator in explicit form
SELECT 123 OPERATOR(public.<=!=>) 1
=== guard: operator with ANY
SELECT 124 <=!=> ANY (ARRAY[1])
=== guard: prefix operator
SELECT ~~~~~ 125
=== guard: cast to a domain
SELECT 'x'::sticky
=== guard: CAST to a domain
SELECT CAST('x' AS sticky)
=== guard: literal of a domain
SELECT sticky 'x'
=== guard: function form of a domain
SELECT sticky('x')
=== guard: domain quoted and qualified
SELECT 'x'::"public"."sticky"
=== guard: domain whose check calls a built-in function
SELECT 'x'::sticky_builtin
=== guard: domain over a domain
SELECT 'x'::over_sticky
=== guard: array of a domain
SELECT '{x}'::sticky[]
=== guard: array of a domain by its own name
SELECT '{x}'::_sticky
=== guard: composite that holds a domain
SELECT '(x,1)'::parcel
=== guard: composite from JSON
SELECT * FROM json_populate_record(NULL::parcel, '{"inside": "x"}')
=== guard: column of a JSON record
SELECT * FROM json_to_record('{"a": "x"}') AS t(a sticky)
=== guard: column of an XML table
SELECT * FROM XMLTABLE('/r' PASSING '<r><a>x</a></r>'::xml COLUMNS a sticky PATH 'a')
=== guard: range over a domain
SELECT '[130,131)'::sticky_span
=== guard: multirange over a domain
SELECT '{[130,131)}'::sticky_span_multirange
=== guard: cast of a composite
SELECT ROW(1)::coin::int
=== guard: implicit cast in an addition
SELECT 1 + '(1)'::coin
=== guard: implicit cast of a plain column
SELECT coins + 1 FROM purses
=== guard: view moves a sequence
SELECT * FROM next_invoice
=== guard: view locks
SELECT count(l) FROM held
=== guard: view over a view
TABLE held_twice
=== guard: view notifies
SELECT l FROM calls_out
=== guard: view with a false function
SELECT s FROM sneaky
=== guard: view quoted and qualified
SELECT * FROM "public"."held"
=== guard: view in EXPLAIN
EXPLAIN (ANALYZE) SELECT * FROM held
=== guard: foreign table runs a program
SELECT * FROM program_output
=== guard: foreign table in a join
SELECT * FROM users, program_output LIMIT 1
=== guard: partition that is a foreign table
SELECT * FROM measures
=== guard: secret setting
SELECT current_setting('app.signing_secret')
=== guard: secret setting, missing allowed
SELECT current_setting('app.signing_secret', true)
=== guard: secret setting by a computed name
SELECT current_setting('app.' || 'signing_secret')
=== guard: secret setting by an escaped name
SELECT current_setting(E'app.signing\x5fsecret')
=== guard: secret setting by a column
SELECT current_setting(name) FROM pg_settings
=== guard: secret setting by SHOW
SHOW app.signing_secret
=== guard: secret setting by SHOW, quoted
SHOW "app.signing_secret"
=== guard: secrets of settings in the catalogue
SELECT setconfig FROM pg_db_role_setting
=== guard: secrets of settings of roles
SELECT rolname, rolconfig FROM pg_roles
=== guard: connection string of a replica
SHOW primary_conninfo
=== guard: command of the archive
SELECT current_setting('archive_command')
=== guard: all settings
SHOW ALL
=== guard: password hashes
SELECT usename, passwd FROM pg_shadow
=== guard: raw samples of data
SELECT * FROM pg_statistic
=== guard: bytes of large objects
SELECT data FROM pg_largeobject
=== guard: options with passwords
SELECT * FROM pg_user_mappings
=== guard: zero byte
SELECT 1{nul}; DELETE FROM journal
=== guard: no UTF-8
SELECT '{ff}'
=== guard: terminal escape
SELECT '{esc}[2J'
=== guard: long sum
SELECT 1{9000*+1}
=== guard: long chain of NOT
SELECT {3000*NOT }true
=== guard: deep brackets
SELECT {500*(}1{500*)}
=== guard: deep arrays
SELECT {300*ARRAY[}1{300*]}
=== guard: long text
SELECT '{20000*x}'
=== guard: long list
SELECT 1 IN (1{2500*, 1})
=== guard: parameter without a value
SELECT $1
=== guard: parameter in a function
SELECT length($2::text)
=== guard: not a statement
hello world
=== guard: a number
42
=== guard: a shell command
rm -rf /
=== guard: markdown fence
```sql
SELECT 1
```
=== guard: bomb by a huge repetition
SELECT length(repeat('x', 900000000))
=== guard: bomb by a huge series
SELECT count(*) FROM generate_series(1, 90000000000)
=== guard: bomb by padding
SELECT lpad('x', 500000000)
=== guard: bomb with an exponent
SELECT repeat('x', 1e9::int)
=== role: table without a grant
SELECT * FROM vault
=== role: table without a grant, counted
SELECT count(*) FROM vault
=== role: table without a grant, as a row
SELECT v FROM vault v
=== role: table without a grant, in EXPLAIN ANALYZE
EXPLAIN ANALYZE SELECT * FROM vault
=== role: table without a grant, in a sub-query
SELECT id FROM users WHERE username IN (SELECT content FROM vault)
=== role: subscription secrets
SELECT * FROM pg_subscription
=== limits: endless recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
=== limits: doubling text
WITH RECURSIVE r(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM r) SELECT max(length(s)) FROM r
=== limits: cross join, sorted
SELECT a.id, b.id FROM credit_transactions a, credit_transactions b, users c ORDER BY md5(a.id::text || b.id::text || c.id::text)
=== limits: cross join, counted
SELECT count(*) FROM session_participants a, session_participants b, session_participants c
=== limits: regular expression over a cross join
SELECT count(*) FROM credit_transactions a, credit_transactions b WHERE (a.reason || b.reason) ~ '(e+o*)+z{7}'
=== limits: sub-query for each row
SELECT sum((SELECT count(*) FROM credit_transactions b, users u WHERE b.amount < a.amount)) FROM credit_transactions a
=== limits: many values in one
SELECT string_agg(a.payload::text, ',') FROM webhook_logs a, webhook_logs b
=== limits: wide rows
SELECT repeat('x', 900000), id FROM users
=== limits: one value beyond the message size
SELECT repeat('x', 2000000)
