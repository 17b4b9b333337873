package diagnostics

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"mayday/lazyregexp"
)

// settingsView matches statements that read the server's settings as rows.
var settingsView = lazyregexp.New(`(?i)\b(pg_settings|pg_show_all_settings)\b`)

// secretSettingsSQL gives the settings that the role sees, with their values.
const secretSettingsSQL = `SELECT name, setting, boot_val, reset_val, 'pg_catalog.pg_settings'::pg_catalog.regclass::oid FROM pg_catalog.pg_settings`

// secretValues are what settings hold that SHOW would refuse.
type secretValues struct {
	view   uint32 // the object id of pg_settings
	views  settingViews
	names  []string
	values []string
}

// secretsOf reads them, when a statement reads settings at all.
func secretsOf(ctx context.Context, conn *pgconn.PgConn, sql string, views settingViews) (*secretValues, error) {
	if !views.named(sql) {
		return nil, nil
	}
	result := conn.ExecParams(ctx, secretSettingsSQL, nil, nil, nil, nil).Read()
	if result.Err != nil {
		return nil, result.Err
	}
	s := &secretValues{views: views}
	for _, row := range result.Rows {
		s.view = number32(row[4])
		if judgeSetting(string(row[0]), "") == nil {
			continue
		}
		s.names = append(s.names, string(row[0]))
		for _, value := range row[1:4] {
			if len(value) >= 4 && string(value) != "(disabled)" {
				s.values = append(s.values, string(value))
			}
		}
	}
	return s, nil
}

// openColumns of pg_settings hold no value of a setting.
var openColumns = map[int16]bool{1: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true}

// hide masks, row by row, what SHOW would refuse: all of a row but the setting's
// name when that is a secret one, values of secret settings wherever they stand,
// and what was computed without a word of which settings it was computed from.
func (s *secretValues) hide(sql string, a *answer, columns []Column) {
	name := -1
	for i, f := range a.fields {
		if s.column(f) == (column{s.view, 1}) {
			name = i
		}
	}
	r := read(sql)
	computed := (name < 0 || !r.settingsRowByRow()) && !s.pinned(r)
	for _, row := range a.rows {
		secret := name >= 0 && judgeSetting(row[name].text, "") != nil
		for i := range row {
			at := s.column(a.fields[i])
			open := at.relation == s.view && openColumns[at.number]
			switch {
			case secret && !open, computed && (at.relation == 0 || s.views.made[at]) && !columns[i].Numeric && !harmlessKinds[columns[i].Kind], s.within(row[i].text):
				row[i].hide()
			}
		}
	}
}

// column is where a field of an answer comes from: of a view above pg_settings, the column there.
func (s *secretValues) column(f pgconn.FieldDescription) column {
	at := column{f.TableOID, int16(f.TableAttributeNumber)}
	if below, ok := s.views.plain[at]; ok {
		return below
	}
	return at
}

func (s *secretValues) within(text string) bool {
	for _, value := range s.values {
		if strings.Contains(text, value) {
			return true
		}
	}
	return false
}

// hide replaces a value whole; NULL stays.
func (v *rawValue) hide() {
	if !v.null {
		v.text, v.missing = hidden, 0
	}
}

// settingsRowByRow says whether each row of an answer is computed from one row of the settings: they are read once,
// in a statement without a query inside, and nothing looks at other rows. A row of ROLLUP and the like stands for many
// settings, and has no name.
func (r *reading) settingsRowByRow() bool {
	selects := 0
	for i := range r.tokens {
		switch {
		case r.keyword(i, queryStarts):
			selects++
		case r.keyword(i, manyRows):
			return false
		}
	}
	from, _ := r.settingsSource()
	return selects == 1 && from >= 0
}

// manyRows are the words by which a value is computed from rows of several groups.
var manyRows = set("over", "rollup", "cube", "grouping")

// settingsSource gives where the FROM stands that reads the settings and nothing else, and the first token behind it;
// -1 when they are read together with something, or more than once.
func (r *reading) settingsSource() (from, end int) {
	from = -1
	for i := range r.tokens {
		if word := r.word(i); word != "pg_settings" && word != "pg_show_all_settings" {
			continue
		}
		if from >= 0 {
			return -1, -1
		}
		if from = i - 1; r.sign(from, ".") {
			from -= 2
		}
		if end = i + 1; r.call(i) {
			end = min(r.other[i+1], len(r.tokens)-1) + 1
		}
		if r.word(end) == "as" {
			end++
		}
		if r.name(end) && !r.keyword(end, settingsEnds) {
			end++
		}
		if r.word(from) != "from" || end < len(r.tokens) && !r.sign(end, ")") && !r.sign(end, ";") && !r.keyword(end, settingsEnds) {
			return -1, -1
		}
	}
	return from, end
}

// settingsEnds may follow the source of a SELECT, and a condition of its WHERE.
var settingsEnds = set("where", "and", "group", "having", "order", "limit", "offset", "fetch")

// conditionEnds end a condition of WHERE, and unbinding are words beside which a part of it that stands between two AND
// need not hold: the AND may belong to them.
var (
	conditionEnds = set("group", "having", "order", "limit", "offset", "fetch", "window")
	unbinding     = set("or", "between", "case", "union", "except", "intersect")
)

// pinned says whether a statement names the settings that it reads, and none of
// them is secret: WHERE name = '…', name IN ('…'), name LIKE '…', name ~ '…',
// with nothing but AND beside it.
func (s *secretValues) pinned(r *reading) bool {
	_, where := r.settingsSource()
	if r.word(where) != "where" {
		return false
	}
	pinned := false
	for i := where; i < len(r.tokens) && !r.sign(i, ")") && !r.keyword(i, conditionEnds); i++ {
		switch {
		case r.keyword(i, unbinding):
			return false
		case r.sign(i, "("), r.sign(i, "["):
			i = min(r.other[i], len(r.tokens)) // what is in a bracket pins nothing
			continue
		case r.word(i) != "where" && r.word(i) != "and":
			continue
		}
		name := i + 1
		if r.sign(name+1, ".") {
			if r.identifier(name) != r.identifier(where-1) {
				continue // it may be a column of the query around this one
			}
			name += 2
		}
		if r.identifier(name) != "name" {
			continue
		}
		patterns, end := r.compared(name + 1)
		if len(patterns) == 0 || end < len(r.tokens) && !r.sign(end, ")") && !r.sign(end, ";") && !r.keyword(end, settingsEnds) {
			continue
		}
		pinned = pinned || !slices.ContainsFunc(patterns, s.any)
	}
	return pinned
}

// identifier is the name at i as the server reads it; a quoted one keeps its case.
func (r *reading) identifier(i int) string {
	if !r.is(i, tokenQuoted) {
		return r.word(i)
	}
	t := r.tokens[i]
	return strings.Trim(r.sql[t.from:t.to], `"`)
}

// compared gives, as regular expressions, the texts with which what stands in
// front of i is compared, and the first token behind them. What is no plain text is read as one that fits all.
func (r *reading) compared(i int) (patterns []string, end int) {
	literal := func(i int, pattern func(string) string) ([]string, int) {
		t := r.tokens[i]
		if piece := r.sql[t.from:t.to]; piece[0] != '\'' || strings.Contains(piece, `\`) || strings.Contains(piece[1:len(piece)-1], "'") {
			return []string{""}, i + 1
		}
		return []string{pattern(r.content(i))}, i + 1
	}
	whole := func(text string) string { return "^" + regexp.QuoteMeta(text) + "$" }
	switch {
	case r.sign(i, "=") && r.is(i+1, tokenText):
		return literal(i+1, whole)
	case r.sign(i, "~") && r.is(i+1, tokenText):
		return literal(i+1, func(text string) string { return text })
	case (r.word(i) == "like" || r.word(i) == "ilike") && r.is(i+1, tokenText):
		return literal(i+1, func(text string) string {
			return "^" + strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(text)) + "$"
		})
	case r.word(i) == "in" && r.sign(i+1, "("):
		for _, arg := range r.arguments(i + 1) {
			if arg.to-arg.from != 1 || !r.is(arg.from, tokenText) {
				patterns = append(patterns, "")
				continue
			}
			one, _ := literal(arg.from, whole)
			patterns = append(patterns, one...)
		}
		return patterns, min(r.other[i+1], len(r.tokens)-1) + 1
	}
	return nil, i
}

// bracketed are parts of a bracket that the server reads in its own way: [.r.] and [=r=] are the letter r.
// Source: PostgreSQL, "POSIX Regular Expressions", "Bracket Expressions".
var bracketed = lazyregexp.New(`\[[.=:]`)

// any says whether a pattern fits the name of a secret setting, or cannot be read.
func (s *secretValues) any(pattern string) bool {
	expression, err := regexp.Compile("(?i)" + pattern)
	if err != nil || bracketed.MatchString(pattern) {
		return true
	}
	for _, name := range s.names {
		if expression.MatchString(name) {
			return true
		}
	}
	return false
}
