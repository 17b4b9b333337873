package diagnostics

import (
	"strings"

	"mayday/lazyregexp"
)

// secretSettings are server settings that hold connection strings, commands or
// paths. Postgres guards most of them by pg_read_all_settings; a role may have it.
var secretSettings = lazyregexp.New(`conninfo|password|passwd|secret|token|passphrase|private|credential|_key$|_key_|_command$|_library$|_libraries$|krb_|hba_file|ident_file|config_file|data_directory|ssl_(cert|key|ca|crl)`)

// settingPrefixes are the customised settings that extensions are known to define
// for tuning. Any other name with a dot was made up by an application, and
// every role can read it, secret or not.
var settingPrefixes = []string{"pg_stat_statements.", "auto_explain.", "pg_trgm.", "plpgsql.", "timescaledb.", "pg_hint_plan.", "hnsw.", "ivfflat."}

// judgeSetting refuses a setting that is secret by nature.
func judgeSetting(name, sql string) *Refusal {
	known := !strings.Contains(name, ".")
	for _, prefix := range settingPrefixes {
		known = known || strings.HasPrefix(name, prefix)
	}
	if known && !secretSettings.MatchString(name) {
		return nil
	}
	at := max(0, strings.Index(strings.ToLower(sql), name))
	return &Refusal{Word: name, Part: around(sql, at, min(len(sql), at+len(name))), Rule: RuleSecret,
		Why: "this setting can hold a secret.", Instead: "Ask for a tuning setting by its name, or read it by hand in psql."}
}

var settingCall = lazyregexp.New(`^\s*"?\s*\(\s*'([A-Za-z_][A-Za-z0-9_.]*)'\s*(?:\)|,\s*(?:true|false)\s*\))`)

// judgeSettingCalls lets current_setting pass only with a plain literal: a
// computed name could spell a secret one.
func judgeSettingCalls(sql string) *Refusal {
	const call = "current_setting"
	lower := strings.ToLower(sql)
	if len(lower) != len(sql) {
		sql = lower // lowering changed a length, so positions would not match the original
	}
	for from := 0; ; {
		at := strings.Index(lower[from:], call)
		if at < 0 {
			return nil
		}
		at += from
		from = at + len(call)
		m := settingCall.FindStringSubmatch(lower[from:])
		if m == nil {
			return &Refusal{Word: call, Part: around(sql, at, from), Rule: RuleSecret,
				Why:     "the name of the setting must stand there as a plain literal, because some settings are secret.",
				Instead: "Write current_setting('work_mem'), for example."}
		}
		if refusal := judgeSetting(m[1], lower); refusal != nil {
			return refusal
		}
	}
}
