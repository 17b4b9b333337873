package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSecretSettingsAreNotShown: neither by SHOW nor by current_setting, however it is written.
func TestSecretSettingsAreNotShown(t *testing.T) {
	for _, name := range []string{"primary_conninfo", "archive_command", "restore_command", "ssl_key_file", "ssl_passphrase_command", "krb_server_keyfile", "hba_file", "data_directory", "config_file", "shared_preload_libraries", "archive_library", "app.anything", "pg_stat_statements.token", "pgcrypto.key", "plpgsqlx.a", "a.pg_trgm.b"} {
		refusal := judgeSetting(name, "SHOW "+name)
		if assert.NotNil(t, refusal, name) {
			assert.Equal(t, RuleSecret, refusal.Rule, name)
			assert.Equal(t, name, refusal.Word, name)
			assert.Equal(t, "SHOW "+name, refusal.Part, name)
		}
		assert.NotNil(t, judgeSettingCalls("SELECT current_setting('"+name+"')"), name)
	}
	for _, name := range []string{"work_mem", "server_version", "pg_stat_statements.max", "auto_explain.log_min_duration", "pg_trgm.similarity_threshold", "plpgsql.check_asserts", "timescaledb.telemetry_level", "pg_hint_plan.enable_hint", "hnsw.ef_search", "ivfflat.probes"} {
		assert.Nil(t, judgeSetting(name, "SHOW "+name), name)
		assert.Nil(t, judgeSettingCalls("SELECT current_setting('"+name+"')"), name)
	}
	assert.Equal(t, "SHOW something else, far away from", judgeSetting("app.x", "SHOW something else, far away from it").Part, "a name that is not found is taken to stand at the start")
}

func TestOnlyAPlainNameOfASettingIsRead(t *testing.T) {
	for sql, word := range map[string]string{
		"SELECT current_setting(x)": "current_setting", "SELECT current_setting('work'||'_mem')": "current_setting", "SELECT current_setting(E'work_mem')": "current_setting", "SELECT current_setting": "current_setting",
		"SELECT current_setting('work_mem', x)": "current_setting", "SELECT current_setting('work_mem') , CURRENT_SETTING(y)": "current_setting", "SELECT İ, Current_Setting(y)": "current_setting",
		"SELECT current_setting('app.secret')": "app.secret", "SELECT current_setting('work_mem'), current_setting('App.Secret', true)": "app.secret", `SELECT "current_setting" ( 'app.secret' )`: "app.secret",
		"SELECT xcurrent_setting(y)": "current_setting", "current_setting": "current_setting",
	} {
		refusal := judgeSettingCalls(sql)
		if assert.NotNil(t, refusal, sql) {
			assert.Equal(t, RuleSecret, refusal.Rule, sql)
			assert.Equal(t, word, refusal.Word, sql)
			assert.NotEmpty(t, refusal.Part, sql)
		}
	}
	for _, sql := range []string{"SELECT 1", "SELECT current_setting('work_mem')", `SELECT "current_setting" ( 'Work_Mem' , TRUE )`, "SELECT current_setting('work_mem', false), current_setting('jit')"} {
		assert.Nil(t, judgeSettingCalls(sql), sql)
	}
	part := judgeSettingCalls("SELECT İİİİ, current_setting(y)" + strings.Repeat("z", 60)).Part
	assert.True(t, strings.HasSuffix(part, "current_setting(y)"+strings.Repeat("z", 27)), part)
	assert.Equal(t, strings.Repeat("a ", 15)+"app.x", judgeSetting("app.x", strings.Repeat("a ", 30)+"app.x").Part)
	assert.Equal(t, "SELECT 1 + current_setting(y)", judgeSettingCalls("SELECT 1 + current_setting(y)").Part)
}
