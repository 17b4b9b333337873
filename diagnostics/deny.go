package diagnostics

// kindDenials explain the commands that people try most.
var kindDenials = map[string]denial{
	"insert":   {why: "INSERT changes rows. mayday only reads.", instead: "Change data by hand in psql."},
	"update":   {why: "UPDATE changes rows. mayday only reads.", instead: "Write the SELECT that shows the rows; change them by hand in psql."},
	"delete":   {why: "DELETE removes rows. mayday only reads.", instead: "Write the SELECT that shows the rows; remove them by hand in psql."},
	"merge":    {why: "MERGE changes rows. mayday only reads.", instead: "Change data by hand in psql."},
	"truncate": {why: "TRUNCATE empties a table. mayday only reads.", instead: possible},
	"create":   {why: "CREATE changes the schema. mayday only reads.", instead: "Do it by hand; CREATE INDEX CONCURRENTLY does not block writers."},
	"alter":    {why: "ALTER changes the schema or the server. mayday only reads.", instead: possible},
	"drop":     {why: "DROP removes things for good. mayday only reads.", instead: possible},
	"copy":     {why: "COPY moves files and tables. mayday only reads.", instead: "Write the SELECT; more than 20 rows come as a CSV file."},
	"do":       {why: "DO runs a program on the server.", instead: possible},
	"call":     {why: "CALL runs a procedure.", instead: possible},
	"set":      {why: "SET changes the session, and its limits are not yours to change.", instead: "To read a setting write SHOW name."},
	"reset":    {why: "RESET changes the session.", instead: possible},
	"begin":    {why: "transactions are opened and rolled back by mayday.", instead: "Send the query alone."},
	"start":    {why: "transactions are opened and rolled back by mayday.", instead: "Send the query alone."},
	"commit":   {why: "transactions are opened and rolled back by mayday.", instead: "Send the query alone."},
	"rollback": {why: "transactions are opened and rolled back by mayday.", instead: "Send the query alone."},
	"lock":     {why: "LOCK stops others.", instead: "Who holds locks: SELECT pid, mode, granted, relation::regclass FROM pg_locks WHERE NOT granted."},
	"vacuum":   {why: "VACUUM rewrites tables.", instead: "How it stands: SELECT relname, n_dead_tup, last_autovacuum FROM pg_stat_user_tables."},
	"analyze":  {why: "ANALYZE writes statistics.", instead: "For a plan write EXPLAIN ANALYZE SELECT …"},
	"listen":   {why: "LISTEN keeps a session open.", instead: possible},
	"notify":   {why: "NOTIFY sends a message to others.", instead: possible},
	"prepare":  {why: "prepared statements outlive their transaction.", instead: "Send the query itself."},
	"execute":  {why: "prepared statements are not run.", instead: "Send the query itself."},
}

// What a group of functions does, for people.
var (
	denySleep    = denial{rule: RuleFunction, why: "it keeps a connection busy doing nothing.", instead: "Leave it away."}
	denyLock     = denial{rule: RuleFunction, why: "it takes or drops advisory locks, which outlive a rolled-back transaction and can stall the application.", instead: "Who holds them: SELECT * FROM pg_locks WHERE locktype = 'advisory'."}
	denyKill     = denial{rule: RuleFunction, why: "it stops other sessions. mayday only reads.", instead: "Find them: SELECT pid, usename, state, now() - query_start AS age, query FROM pg_stat_activity; stop them by hand in psql."}
	denySequence = denial{rule: RuleFunction, why: "it moves or reads a session's sequence, and a rollback does not undo that.", instead: "Read it: SELECT last_value FROM the_sequence."}
	denyLarge    = denial{rule: RuleFunction, why: "it opens or changes large objects.", instead: "Sizes: SELECT count(*) FROM pg_largeobject_metadata."}
	denyFile     = denial{rule: RuleFunction, why: "it reads the server's files.", instead: ""}
	denyText     = denial{rule: RuleFunction, why: "it runs SQL that is held in a text, so nobody can judge what it does.", instead: "Write the query itself."}
	denyConfig   = denial{rule: RuleFunction, why: "it changes settings.", instead: "To read one write SHOW name."}
	denyServer   = denial{rule: RuleFunction, why: "it changes the server or its replication.", instead: "Do it by hand in psql."}
	denyWAL      = denial{rule: RuleFunction, why: "it writes to the log that replicas and change streams read, READ ONLY or not.", instead: ""}
	denyXid      = denial{rule: RuleFunction, why: "it uses up a transaction id.", instead: "txid_current_if_assigned() does not."}
	denyReset    = denial{rule: RuleFunction, why: "it throws statistics away that others rely on.", instead: "Read them from pg_stat_database or pg_stat_statements."}
	denyNotify   = denial{rule: RuleFunction, why: "it sends a message to other sessions.", instead: ""}
	denyNetwork  = denial{rule: RuleFunction, why: "it opens a second connection, which is not read-only.", instead: ""}
	denyScan     = denial{rule: RuleFunction, why: "it reads whole tables or the whole buffer cache page by page.", instead: "An estimate: SELECT relname, n_live_tup, n_dead_tup FROM pg_stat_user_tables."}
	denyVolatile = denial{rule: RuleFunction, why: "the server marks it as volatile: it may do more than read.", instead: ""}
	denyInput    = denial{rule: RuleFunction, call: true, why: "it makes a value of a type that is given by a number, whatever the checks of that type do.", instead: "Write the value and a cast: 'x'::the_type."}
	denyForeign  = denial{rule: RuleFunction, why: "it belongs to this database, and mayday cannot see what it does.", instead: "If it only reads, whoever runs mayday can list it in MAYDAY_SQL_FUNCTIONS."}
	denySecret   = denial{rule: RuleSecret, why: "it shows passwords, secrets of settings or raw samples of data.", instead: ""}
)

// denied are the built-in and common functions that are refused by name, also
// without a snapshot. A name ending in * stands for all that begin with it.
// Postgres marks some of them STABLE (txid_current, table_to_xml, ts_rewrite).
var denied = []struct {
	d     denial
	names []string
}{
	{denySleep, []string{"pg_sleep*", "pg_wal_replay_wait", "pg_isolation_test_session_is_blocked"}},
	{denyLock, []string{"pg_advisory_*", "pg_try_advisory_*"}},
	{denyKill, []string{"pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts"}},
	{denySequence, []string{"nextval", "setval", "currval", "lastval"}},
	{denyLarge, []string{"lo_*", "loread", "lowrite"}},
	{denyFile, []string{"pg_read_file*", "pg_read_binary_file", "pg_stat_file", "pg_ls_*", "pg_current_logfile", "pg_file_*", "pg_logdir_ls", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_show_all_file_settings"}},
	{denyText, []string{"query_to_xml*", "cursor_to_xml*", "table_to_xml*", "schema_to_xml*", "database_to_xml*", "ts_stat", "ts_rewrite", "crosstab*", "connectby", "xpath_table", "pg_input_is_valid", "pg_input_error_info", "plpgsql_*", "fmgr_*", "satisfies_hash_partition"}},
	{denyConfig, []string{"set_config", "setseed", "pg_reload_conf"}},
	{denyServer, []string{"pg_promote", "pg_rotate_logfile*", "pg_wal_replay_pause", "pg_wal_replay_resume", "pg_switch_wal", "pg_create_*", "pg_drop_*", "pg_copy_*",
		"pg_replication_slot_advance", "pg_replication_origin_*", "pg_logical_slot_*", "pg_backup_*", "pg_start_backup", "pg_stop_backup", "pg_export_snapshot",
		"pg_import_system_collations", "pg_nextoid", "pg_stop_making_pinned_objects", "pg_extension_config_dump", "binary_upgrade_*", "brin_summarize_*",
		"brin_desummarize_range", "gin_clean_pending_list", "pg_sync_replication_slots", "pg_set_*", "pg_restore_*", "pg_clear_*", "pg_prewarm", "autoprewarm_*", "pg_truncate_visibility_map",
		"heap_force_*", "lo_manage", "pg_stat_clear_snapshot", "pg_stat_force_next_flush", "addgeometrycolumn", "dropgeometrycolumn", "dropgeometrytable", "updategeometrysrid",
		"lockrow", "unlockrows", "addauth", "enablelongtransactions", "disablelongtransactions", "drop_chunks", "schedule_in_database", "repack_swap"}},
	{denyWAL, []string{"pg_logical_emit_message"}},
	{denyXid, []string{"txid_current", "pg_current_xact_id"}},
	{denyReset, []string{"pg_stat_reset*", "pg_stat_statements_reset", "pg_qualstats_reset", "pg_stat_kcache_reset", "pg_wait_sampling_reset_profile"}},
	{denyNotify, []string{"pg_notify"}},
	{denyNetwork, []string{"dblink*", "postgres_fdw_*", "http_get", "http_post", "http_put", "http_delete", "query_export_to_s3", "table_import_from_s3", "st_fromgdalraster"}},
	{denyScan, []string{"pgstattuple*", "pgstatindex", "pgstatginindex", "pgstathashindex", "pg_buffercache*", "get_raw_page", "pgrowlocks", "bt_index_check", "bt_index_parent_check", "verify_heapam", "pg_relpages", "pg_visibility*", "pg_freespace", "pg_get_wal_record*", "pg_get_wal_stats*", "pg_get_wal_block*", "pg_get_wal_fpi*", "pg_dirtyread", "heap_page_*", "bt_page_*", "bt_metap", "brin_page_*", "gin_page_*", "gist_page_*", "hash_page_*", "pg_check_visible", "pg_check_frozen"}},
	{denySecret, []string{"pg_authid", "pg_shadow", "pg_db_role_setting", "rolconfig", "useconfig", "rolpassword", "pg_user_mapping*", "umoptions", "subconninfo", "pg_file_settings",
		"pg_statistic", "pg_statistic_ext_data", "pg_largeobject", "pg_config", "pg_get_backend_memory_contexts", "pg_get_shmem_allocations", "pg_backend_memory_contexts", "pg_shmem_allocations", "decrypted_secrets", "decrypted_secret"}},
}

// reporters are functions that Postgres or an extension marks VOLATILE although
// they only report: what they say changes, they change nothing.
var reporters = set(
	"bernoulli", "system", "system_rows", "system_time", "random", "random_normal", "clock_timestamp", "timeofday", "gen_random_uuid", "gen_random_bytes", "uuidv4", "uuidv7",
	"uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "current_query",
	"pg_blocking_pids", "pg_safe_snapshot_blocking_pids", "pg_lock_status", "pg_relation_size", "pg_table_size", "pg_indexes_size", "pg_total_relation_size",
	"pg_database_size", "pg_tablespace_size", "pg_is_in_recovery", "pg_current_wal_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_flush_lsn",
	"pg_last_wal_receive_lsn", "pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp", "pg_is_wal_replay_paused", "pg_get_wal_replay_pause_state",
	"pg_partition_tree", "pg_partition_ancestors", "pg_prepared_xact", "pg_show_replication_origin_status", "pg_sequence_last_value",
	"pg_stat_get_xact_numscans", "pg_stat_get_xact_tuples_returned", "pg_stat_get_xact_tuples_fetched", "pg_stat_get_xact_tuples_inserted",
	"pg_stat_get_xact_tuples_updated", "pg_stat_get_xact_tuples_deleted", "pg_stat_get_xact_tuples_hot_updated", "pg_stat_get_xact_tuples_newpage_updated",
	"pg_stat_get_xact_blocks_fetched", "pg_stat_get_xact_blocks_hit", "pg_stat_get_xact_function_calls", "pg_stat_get_xact_function_total_time",
	"pg_stat_get_xact_function_self_time", "pg_stat_get_recovery_prefetch", "pg_stat_have_stats", "pg_notification_queue_usage", "pg_jit_available",
	"pg_xact_status", "txid_status", "pg_collation_actual_version", "pg_database_collation_actual_version", "pg_last_committed_xact",
	"pg_xact_commit_timestamp", "pg_xact_commit_timestamp_origin", "pg_stat_statements", "pg_stat_statements_info",
	"pg_control_checkpoint", "pg_control_system", "pg_control_init", "pg_control_recovery", "pg_get_wal_summarizer_state", "pg_available_wal_summaries", "pg_stat_get_snapshot_timestamp",
)

// listedExtensions are those whose functions are C or SQL code that computes
// and nothing else. tablefunc, dblink, xml2, adminpack and the foreign data
// wrappers are left out on purpose: they run SQL from texts or reach elsewhere.
var listedExtensions = set(
	"bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn", "earthdistance", "fuzzystrmatch", "hstore", "intarray", "isn", "ltree",
	"pg_stat_statements", "pg_trgm", "pgcrypto", "postgis", "seg", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector", "pgjwt", "pg_hashids",
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
