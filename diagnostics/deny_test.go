package diagnostics

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFunctionsThatDoMoreThanRead: at least the first and the last of each group, and both ends of what a * stands for.
func TestFunctionsThatDoMoreThanRead(t *testing.T) {
	for why, names := range map[string][]string{
		"keeps a connection busy":           {"pg_sleep", "pg_sleep_for", "pg_sleep_until", "pg_wal_replay_wait", "pg_isolation_test_session_is_blocked"},
		"advisory locks":                    {"pg_advisory_lock", "pg_advisory_unlock_all", "pg_try_advisory_lock"},
		"stops other sessions":              {"pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts"},
		"a session's sequence":              {"nextval", "setval", "currval", "lastval"},
		"large objects":                     {"lo_creat", "lo_unlink", "loread", "lowrite"},
		"reads the server's files":          {"pg_read_file", "pg_read_binary_file", "pg_stat_file", "pg_ls_dir", "pg_ls_waldir", "pg_current_logfile", "pg_file_write", "pg_show_all_file_settings"},
		"runs SQL that is held in a text":   {"query_to_xml", "query_to_xmlschema", "database_to_xml", "ts_stat", "ts_rewrite", "crosstab", "connectby", "xpath_table", "pg_input_is_valid", "satisfies_hash_partition"},
		"changes settings":                  {"set_config", "setseed", "pg_reload_conf"},
		"changes the server":                {"pg_promote", "pg_switch_wal", "pg_create_restore_point", "pg_drop_replication_slot", "pg_logical_slot_get_changes", "pg_export_snapshot", "brin_summarize_new_values", "pg_prewarm", "repack_swap"},
		"writes to the log":                 {"pg_logical_emit_message"},
		"uses up a transaction id":          {"txid_current", "pg_current_xact_id"},
		"throws statistics away":            {"pg_stat_reset", "pg_stat_reset_shared", "pg_stat_statements_reset", "pg_wait_sampling_reset_profile"},
		"sends a message to other sessions": {"pg_notify"},
		"opens a second connection":         {"dblink", "dblink_exec", "postgres_fdw_get_connections", "http_get", "st_fromgdalraster"},
		"reads whole tables":                {"pgstattuple", "pgstatindex", "pg_buffercache_pages", "get_raw_page", "heap_page_items", "pg_check_frozen"},
		"shows passwords":                   {"pg_authid", "pg_shadow", "pg_user_mappings", "subconninfo", "pg_statistic", "pg_config", "decrypted_secret"},
	} {
		for _, name := range names {
			for _, sql := range []string{"SELECT " + name + "(1)", "SELECT * FROM " + name, `SELECT pg_catalog."` + name + `" ()`} {
				refusal := JudgeShape(sql)
				if assert.NotNil(t, refusal, sql) {
					assert.Contains(t, refusal.Why, why, sql)
					assert.Equal(t, name, refusal.Word, sql)
				}
			}
		}
	}
	for _, sql := range []string{"SELECT txid_current_if_assigned()", "SELECT pg_stat_get_activity(1)", "SELECT locale, low, sleep FROM t", "SELECT pg_stat_statements.calls FROM pg_stat_statements", "SELECT nextvalue FROM t"} {
		assert.Nil(t, JudgeShape(sql), sql)
	}
}
