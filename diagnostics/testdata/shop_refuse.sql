-- Statements on the database of shop.sql that must have no effect. Layers as in refuse.sql.
=== guard: domain check with a built-in function by number
SELECT count(domain_in('x'::cstring, t.oid, -1)::text) FROM pg_type t WHERE t.typname LIKE 'evil%2'
=== guard: array of a domain by number
SELECT array_in('{x}'::cstring, (SELECT oid FROM pg_type WHERE typname LIKE 'evil%m'), -1) IS NULL
=== guard: composite by number, its text form
SELECT record_out(record_in('(x,1)'::cstring, (SELECT reltype FROM pg_class WHERE relname LIKE 'comp_'||'t'), -1))
=== guard: domain by number in a window
SELECT count(domain_in('x'::cstring, oid, -1)::text) OVER () FROM pg_type WHERE typname ~ '^evil.dom$' LIMIT 1
=== guard: record expanded from a number, populated from JSON
SELECT jsonb_populate_record(record_in('(,1)'::cstring, (SELECT oid FROM pg_type WHERE typname LIKE 'comp%'), -1), '{"a":"x"}')
=== guard: domain, named, in columns of a recordset
SELECT * FROM jsonb_to_recordset('[{"a":"x"}]') AS t(a evil_dom2, b int)
=== guard: row constructor cast to a composite with a domain
SELECT ROW('x', 1)::comp_t
=== guard: domain inside array_fill
SELECT array_fill('x'::evil_dom, ARRAY[2])
=== guard: domain through a CAST in ORDER BY
SELECT id FROM orders ORDER BY CAST(status AS evil_dom) LIMIT 1
=== guard: xml2: a table and a condition in texts
SELECT * FROM xpath_table('id', 'meta', 'customers', '/a', 'pg_try_advisory_lock(601)') AS t(id int, a text)
=== guard: tablefunc: hash pivot
SELECT * FROM crosstab('SELECT 1, ''a'', 2', 'SELECT pg_try_advisory_lock(602)::text') AS t(a int, b int)
=== guard: schema of a table by a text
SELECT table_to_xml_and_xmlschema('secrets', true, false, '')
=== guard: ts_stat with weights
SELECT * FROM ts_stat('SELECT ''a''::tsvector FROM pg_try_advisory_lock(604)', 'ab')
=== guard: connectby with a branch
SELECT * FROM connectby('orders', 'id', 'customer_id', 'id', '1', 0, '~') AS t(a bigint, b bigint, c int, d text, e int)
=== guard: pg_input_error_info takes a type in a text
SELECT * FROM pg_input_error_info('x', 'comp' || '_t')
=== guard: SQL validator
SELECT fmgr_sql_validator('f_write'::regproc)
=== guard: postgis adds a column
SELECT AddGeometryColumn('orders', 'g', 4326, 'POINT', 2)
=== guard: postgis locks a row
SELECT LockRow('orders', '1', 'mayday')
=== guard: postgis raster from the network
SELECT ST_FromGDALRaster('\x00'::bytea, 4326)
=== guard: pg_cron schedules in another database
SELECT cron.schedule_in_database('x', '* * * * *', 'SELECT 1', 'postgres')
=== guard: pg_net posts
SELECT net.http_post(url := 'http://127.0.0.1:1/', body := '{}'::jsonb)
=== guard: aws_s3 exports a query
SELECT * FROM aws_s3.query_export_to_s3('SELECT * FROM customers', aws_commons.create_s3_uri('b', 'k', 'r'))
=== guard: google_ml
SELECT google_ml.embedding('m', 'x')
=== guard: timescaledb drops chunks
SELECT drop_chunks('orders', INTERVAL '1 day')
=== guard: plproxy
SELECT plproxy.version()
=== guard: pg_repack swaps tables
SELECT repack.repack_swap('orders'::regclass)
=== guard: orafce raises an alert
SELECT dbms_alert.signal('boom', 'x')
=== guard: orafce opens a file
SELECT utl_file.fopen('/tmp', 'mayday-PWNED', 'w')
=== guard: pg_dirtyread reads dead rows
SELECT * FROM pg_dirtyread('orders') AS t(id bigint, status text)
=== guard: pg_qualstats resets
SELECT pg_qualstats_reset()
=== guard: vault of Supabase
SELECT decrypted_secret FROM vault.decrypted_secrets
=== guard: raw page of a table without a grant
SELECT * FROM heap_page_items(get_raw_page('secrets', 0))
=== guard: attributes of raw tuples
SELECT * FROM heap_page_item_attrs(get_raw_page('secrets', 0), 'secrets')
=== guard: records of the log
SELECT * FROM pg_get_wal_records_info('0/1000028', '0/2000028')
=== guard: heap force kill
SELECT heap_force_kill('orders'::regclass, ARRAY['(0,1)'::tid])
=== guard: visibility map truncated
SELECT pg_truncate_visibility_map('orders')
=== guard: adminpack unlinks a file
SELECT pg_file_unlink('postgresql.auto.conf')
=== guard: binary file, a piece of it
SELECT encode(pg_read_binary_file('global/pg_control', 0, 16), 'hex')
=== guard: snapshots of logical decoding
SELECT * FROM pg_ls_logicalsnapdir()
=== guard: identity maps
TABLE pg_ident_file_mappings
=== guard: large object read by loread
SELECT loread(lo_open(4242, 262144), 10)
=== guard: large object truncated, 64 bits
SELECT lo_truncate64(lo_open(4242, 131072), 0)
=== guard: bytes of large objects through a join
SELECT m.oid, l.data FROM pg_largeobject_metadata m JOIN pg_largeobject l ON l.loid = m.oid
=== guard: slot peeked in binary
SELECT * FROM pg_logical_slot_peek_binary_changes('canary', NULL, 1)
=== guard: slot copied
SELECT pg_copy_physical_replication_slot('a', 'b')
=== guard: origin moved
SELECT pg_replication_origin_advance('x', '0/1')
=== guard: statistics of one table reset
SELECT pg_stat_reset_single_table_counters('orders'::regclass)
=== guard: statistics of a slot reset
SELECT pg_stat_reset_replication_slot('canary')
=== guard: range of a BRIN index
SELECT brin_summarize_range('orders_pkey', 0)
=== guard: backup begun, old name
SELECT pg_start_backup('x', true, false)
=== guard: statistics forged (18)
SELECT pg_restore_relation_stats('relation', 'orders', 'reltuples', 1)
=== guard: slots synchronised (17)
SELECT pg_sync_replication_slots()
=== guard: empty extension
SELECT binary_upgrade_create_empty_extension('x', 'public', false, '1', NULL, NULL, NULL)
=== guard: tuple ids by a name in a text
SELECT currtid2('secrets', '(0,1)'::tid)
=== guard: kills in XMLFOREST
SELECT xmlforest(pg_terminate_backend({pid}) AS a)
=== guard: kills in a hypothetical-set aggregate
SELECT rank(pg_cancel_backend({pid})::int) WITHIN GROUP (ORDER BY id) FROM orders
=== guard: kills in CYCLE
WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a FROM t WHERE pg_cancel_backend({pid})) CYCLE a SET c USING p SELECT * FROM t
=== guard: kills in a GROUPS frame
SELECT sum(id) OVER (ORDER BY id GROUPS BETWEEN pg_cancel_backend({pid})::int PRECEDING AND CURRENT ROW) FROM orders LIMIT 1
=== guard: kills in OVERLAPS
SELECT (now(), now()) OVERLAPS (now(), make_interval(secs => pg_cancel_backend({pid})::int))
=== guard: kills in a slice
SELECT (ARRAY[1,2,3])[1:pg_cancel_backend({pid})::int]
=== guard: kills behind NATURAL JOIN
SELECT 1 FROM orders NATURAL JOIN (SELECT pg_cancel_backend({pid}) AS k) x
=== guard: name glued to a number
SELECT 1pg_sleep(9)
=== guard: name glued to a dollar quote
SELECT $$a$$pg_sleep(9)
=== guard: name with a form feed
SELECT pg_sleep(9)
=== guard: zero-width space in the name
SELECT pg_​sleep(9)
=== guard: Kelvin sign in a name
SELECT pg_advisory_locK(610)
=== guard: right-to-left mark before the name
SELECT ‏pg_sleep(9)
=== guard: operator form of a call
SELECT 611 OPERATOR ( "public" . =!= ) 1
=== guard: operator in a row comparison
SELECT ROW(613, 1) =!= ROW(1, 1)
=== guard: operator in ORDER BY USING
SELECT id FROM orders ORDER BY id USING =!= LIMIT 1
=== guard: attribute notation on a lateral row
SELECT l.f_kill FROM orders o, LATERAL (SELECT c.* FROM customers c LIMIT 1) c2, LATERAL (SELECT c3.* FROM customers c3 LIMIT 1) l LIMIT 1
=== guard: attribute notation in ORDER BY
SELECT id FROM customers c ORDER BY c.f_kill LIMIT 1
=== guard: cast in a CASE arm, implicit
SELECT CASE WHEN true THEN ROW(1)::evil_t ELSE NULL END + 1
=== guard: cast in COALESCE
SELECT coalesce(1, ROW(1)::evil_t)
=== guard: second statement behind a quoted name with a quote
SELECT 1 AS "a"""; DELETE FROM orders; --"
=== guard: second statement behind B''
SELECT B'1'; DELETE FROM orders
=== guard: cursor option behind the query
SELECT 1 WITH HOLD
=== guard: explain of a bracketed write
EXPLAIN ANALYZE (WITH d AS (DELETE FROM orders RETURNING 1) SELECT * FROM d)
=== guard: explain with an option by a comment
EXPLAIN (ANALYZE/**/, WAL) DELETE FROM orders
=== guard: explain of a materialized view refresh
EXPLAIN ANALYZE REFRESH MATERIALIZED VIEW mv_orders
=== guard: table function in INTO
SELECT * INTO TABLE pg_temp.x FROM generate_series(1, 2)
=== guard: show by a text
SHOW 'work_mem'
=== guard: show of the password file
SHOW krb_server_keyfile
=== guard: set in a CTE is no SQL
WITH s AS (SET work_mem = '1GB') SELECT 1
=== guard: psql watch
SELECT 1 \watch 1
=== guard: psql variable as a name
SELECT * FROM :"t"
=== guard: secret setting by a quoted function
SELECT "current_setting"('app.jwt_secret')
=== guard: secret setting in a lateral
SELECT s FROM (VALUES ('app.jwt_secret')) v(n), LATERAL current_setting(v.n) s
=== guard: secret setting by a continued text
SELECT current_setting('app.'
'jwt_secret')
=== guard: hashes of passwords by a join
SELECT r.rolname, a.rolpassword FROM pg_roles r JOIN pg_authid a USING (oid)
=== guard: user mappings
SELECT srvname, umoptions FROM pg_user_mappings
=== guard: memory contexts
SELECT * FROM pg_backend_memory_contexts
=== limits: strpos in the worst case: hours in one call, without a look at the time limit
SELECT strpos(repeat('a',400000), 'b'||repeat('a',120000))
=== limits: split_part in the worst case
SELECT split_part(repeat('a',400000), 'b'||repeat('a',120000), 2)
=== limits: position, with a lock on a table meanwhile
SELECT position('b'||repeat('a',120000) IN repeat('a',400000)) FROM orders LIMIT 1
=== limits: array contained in another, n times m
SELECT (SELECT array_agg(g) FROM generate_series(1,60000) g) <@ (SELECT array_agg(-g) FROM generate_series(1,60000) g) OR (SELECT array_agg(g) FROM generate_series(1,60000) g) && (SELECT array_agg(-g) FROM generate_series(1,60000) g)
=== limits: XPath, n cubed
SELECT xpath('count(//a[count(//a[count(//a)=1])=1])', ('<r>'||repeat('<a/>',700)||'</r>')::xml)
=== limits: normalisation of combining marks, n squared
SELECT char_length(normalize(repeat(chr(803)||chr(768), 30000), NFD))
=== limits: numeric divisions side by side: no look between columns
SELECT a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT ('1'||repeat('3',130000))::numeric a, repeat('7',65000)::numeric b OFFSET 0) x
=== limits: memory: a width inside a format
SELECT char_length(format('%500000000s', 'x'))
=== guard: a range whose difference is computed by a function of this database
SELECT '[1,2]'::price_range
=== guard: the multirange that comes with it
SELECT '{[1,2]}'::price_multirange
=== guard: a type whose order in indexes is a function of this database
SELECT ROW(1)::weight
=== guard: and a table with a column of it
SELECT id FROM parcels
=== guard: a view that calls a stable function of the server which runs SQL
SELECT l FROM v_rewritten
=== guard: a view that calls one of many whose names begin alike
SELECT l FROM v_as_xml
