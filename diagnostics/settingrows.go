package diagnostics

import (
	"context"
	"regexp"
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
	names  []string
	values []string
}

// secretsOf reads them, when a statement reads settings at all.
func secretsOf(ctx context.Context, conn *pgconn.PgConn, sql string) (*secretValues, error) {
	if !settingsView.MatchString(sql) {
		return nil, nil
	}
	result := conn.ExecParams(ctx, secretSettingsSQL, nil, nil, nil, nil).Read()
	if result.Err != nil {
		return nil, result.Err
	}
	s := &secretValues{}
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
var openColumns = map[uint16]bool{1: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true}

// hide masks, row by row, what SHOW would refuse: all of a row but the setting's
// name when that is a secret one, values of secret settings wherever they stand,
// and what was computed without a word of which settings it was computed from.
func (s *secretValues) hide(sql string, a *answer, columns []Column) {
	name := -1
	for i, f := range a.fields {
		if f.TableOID == s.view && f.TableAttributeNumber == 1 {
			name = i
		}
	}
	computed := name < 0 && !s.pinned(sql)
	for _, row := range a.rows {
		secret := name >= 0 && judgeSetting(row[name].text, "") != nil
		for i := range row {
			f := a.fields[i]
			open := f.TableOID == s.view && openColumns[f.TableAttributeNumber]
			switch {
			case secret && !open, computed && f.TableOID == 0 && !columns[i].Numeric && !harmlessKinds[columns[i].Kind], s.within(row[i].text):
				row[i].hide()
			}
		}
	}
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

// pinned says whether a statement names the settings that it reads, and none of
// them is secret: name = '…', name IN ('…'), name LIKE '…', name ~ '…'.
func (s *secretValues) pinned(sql string) bool {
	r := read(sql)
	found := false
	for i := range r.tokens {
		if r.keyword(i, set("or", "not", "union", "except")) {
			return false
		}
		if r.word(i) != "name" {
			continue
		}
		patterns := r.compared(i + 1)
		for _, pattern := range patterns {
			found = true
			if s.any(pattern) {
				return false
			}
		}
	}
	return found
}

// compared gives, as regular expressions, the texts with which what stands in
// front of i is compared.
func (r *reading) compared(i int) []string {
	switch {
	case r.sign(i, "=") && r.is(i+1, tokenText):
		return []string{"^" + regexp.QuoteMeta(r.content(i+1)) + "$"}
	case r.sign(i, "~") && r.is(i+1, tokenText):
		return []string{r.content(i + 1)}
	case (r.word(i) == "like" || r.word(i) == "ilike") && r.is(i+1, tokenText):
		return []string{"^" + strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(r.content(i+1))) + "$"}
	case r.word(i) == "in" && r.sign(i+1, "("):
		var list []string
		for _, arg := range r.arguments(i + 1) {
			if text, plain := r.text(arg); plain {
				list = append(list, "^"+regexp.QuoteMeta(text)+"$")
			} else {
				list = append(list, "")
			}
		}
		return list
	}
	return nil
}

// any says whether a pattern fits the name of a secret setting, or cannot be read.
func (s *secretValues) any(pattern string) bool {
	expression, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		return true
	}
	for _, name := range s.names {
		if expression.MatchString(name) {
			return true
		}
	}
	return false
}
