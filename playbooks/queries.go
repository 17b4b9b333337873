package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// titled is a statement of a block with the words for it.
type titled struct {
	title string
	notes []string
	sql   string // empty: comments that belong to no statement
	why   string // why it can never be run; empty when it can
	line  int    // in the file
}

// statements splits a block of SQL, titles each statement by the comment above
// it and judges it.
func (r *reader) statements(d *doc, c *outline.CodeBlock) []titled {
	var out []titled
	end := -2
	for _, s := range splitSQL(c.Text) {
		groups := s.above
		// A comment directly below a statement, with a blank line after it, speaks of that statement.
		if len(groups) > 1 && len(out) > 0 && len(groups[0]) > 0 && groups[0][0].line == end+1 {
			for _, g := range groups[0] {
				out[len(out)-1].notes = append(out[len(out)-1].notes, g.text)
			}
			groups = groups[1:]
		}
		t := titled{sql: s.sql, line: c.Line + s.line, notes: s.beside}
		if s.sql == "" {
			t.line = c.Line
		}
		for i, g := range groups {
			one := t
			if i < len(groups)-1 || s.sql == "" {
				one = titled{line: c.Line}
			}
			if len(g) > 0 {
				one.line = c.Line + g[0].line
				one.title = sentence(stripNumber(g[0].text))
				for _, note := range g[1:] {
					one.notes = append(one.notes, strings.TrimLeft(note.text, "-*• "))
				}
			}
			if i == len(groups)-1 && s.sql != "" {
				one.line = t.line
				t = one
				continue
			}
			if one.title != "" {
				out = append(out, one)
			}
		}
		if s.sql != "" {
			t.why = r.judged(d, t.line, s)
			out = append(out, t)
		}
		end = s.end
	}
	return out
}

// judged says why a statement can never be run by mayday, "" when it can, and
// reports it.
func (r *reader) judged(d *doc, line int, s statement) string {
	switch {
	case s.meta:
		r.notice(d, line, "psql commands such as "+clip(s.sql, 30)+" are shown to copy, not run", "write the SELECT that they stand for")
		return "it is a psql command"
	case s.open != "":
		r.problem(d, line, "the SQL here has a "+s.open+" that is never closed", "close the "+s.open)
		return "a " + s.open + " in it is not closed"
	}
	if blank := blankIn(s.sql); blank != "" {
		if ok, _ := r.judge(s.sql); ok || strings.HasPrefix(blank, "<") || strings.HasPrefix(blank, "{") {
			r.notice(d, line, "the SQL here has a blank to fill in: "+clip(blank, 40)+"; it is shown to copy, not run", "write a query that needs no value")
			return "a person has to fill in " + clip(blank, 40)
		}
	}
	ok, why := r.judge(s.sql)
	if ok {
		return ""
	}
	if why == "" {
		why = "it does more than read"
	}
	r.notice(d, line, "this SQL is by hand and will never be run: "+strings.TrimSuffix(why, "."), "fine when a person is meant to do it")
	return why
}

// query names a read-only statement and keeps it with the runbook's queries.
func (r *reader) query(group, title, sql, source string) incident.Query {
	name := firstOf(slugOf(title), "query")
	if group != "" {
		name = group + "/" + name
	}
	base := name
	for r.names[name] {
		r.counts["query "+base] = max(r.counts["query "+base]+1, 2)
		name = base + "-" + itoa(r.counts["query "+base])
	}
	r.names[name] = true
	q := incident.Query{Name: name, Title: title, SQL: sql, Source: source}
	r.book.Queries = append(r.book.Queries, q)
	return q
}

// namedQueries reads a block of SQL outside scenarios: every statement that
// only reads gets a name from the heading and its comment.
func (r *reader) namedQueries(d *doc, heading string, p *part) {
	p.take(reading.UseQuery)
	for _, q := range r.statements(d, p.Code) {
		switch {
		case q.sql == "":
			r.notice(d, q.line, "this comment titles no statement: "+clip(q.title, 60), "put a query below it or remove it")
		case q.why == "":
			r.query(slugOf(heading), firstOf(q.title, sqlTitle(q.sql)), q.sql, d.source(q.line))
		}
	}
}

var fromTable = lazyregexp.New(`(?i)\b(?:from|update|into|table|index|view)\s+(?:only\s+)?"?([a-z_][a-z0-9_.]*)`)

// sqlTitle names a statement that no comment titles: "Query pg_stat_activity".
func sqlTitle(sql string) string {
	verb := "Query"
	if words := sqlWords(sql); len(words) > 0 && words[0] != "select" && words[0] != "with" && words[0] != "table" {
		verb = sentence(words[0])
	}
	if m := fromTable.FindStringSubmatch(sql); m != nil {
		return verb + " " + m[1]
	}
	return verb + " " + clip(oneLine(sql), 50)
}
