package diagnostics

import "strings"

// builtin is the part of the lexicon that needs no database.
var builtin = newLexicon()

// newLexicon makes a lexicon that holds the names of denied.
func newLexicon() *lexicon {
	l := &lexicon{words: make(map[string]denial, 512), pieces: map[string]denial{}}
	for _, group := range denied {
		for _, name := range group.names {
			if prefix, ok := strings.CutSuffix(name, "*"); ok {
				l.prefixes = append(l.prefixes, prefixDenial{prefix, group.d})
				continue
			}
			l.add(name, group.d)
		}
	}
	return l
}

// JudgeShape judges a statement without a database: its bytes, its kind, and
// the names of built-in functions that do more than read. It returns nil for a
// statement that may be offered to be run; Runner.Run judges it again, against
// the catalogue of the real database. It is safe for any bytes.
func JudgeShape(sql string) *Refusal {
	_, refusal := judge(sql, builtin)
	return refusal
}

// judge is the whole guard. The statement that it returns is only good when
// there is no refusal.
func judge(sql string, words *lexicon) (statement, *Refusal) {
	if refusal := judgeBytes(sql); refusal != nil {
		return statement{}, refusal
	}
	stmt, refusal := parseKind(sql)
	if refusal != nil {
		return statement{}, refusal
	}
	if stmt.kind == KindShow {
		return stmt, nil // only the setting's name is used, as a parameter
	}
	for _, check := range []func(string) *Refusal{words.judge, judgeSettingCalls} {
		if refusal := check(sql); refusal != nil {
			return statement{}, refusal
		}
	}
	r := read(sql)
	for _, check := range []func(*reading) *Refusal{judgeWrites, judgeSizes} {
		if refusal := check(r); refusal != nil {
			return statement{}, refusal
		}
	}
	return stmt, nil
}
