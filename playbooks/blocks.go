package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// code turns one block into steps. It belongs to the item that it stands in, to
// the line that titles it, or to the step right before it.
func (w *walk) code(p *part) {
	c, own := p.Code, w.own()
	if strings.TrimSpace(c.Text) == "" {
		return
	}
	if own < 0 && w.lead == nil {
		own = w.before
	}
	lead := w.takeLead()
	if drawn(c) {
		w.drawing(p, lead)
		return
	}
	if isSQL(c) {
		w.sql(p, lead, own)
		return
	}
	chunks := parallel(splitCode(c.Lang, c.Text))
	for i, ch := range chunks {
		st := incident.Step{Text: ch.title, Source: w.d.source(c.Line + ch.line)}
		st.Notes = append(st.Notes, ch.notes...)
		for _, s := range append([]string{ch.title}, ch.notes...) {
			st.Links = append(st.Links, found(s, st.Links)...)
		}
		if ch.code != "" {
			st.Code = &incident.Code{Lang: c.Lang, Text: ch.code}
			st.Probe = w.curl(c.Line+ch.line, ch.code)
		}
		w.place(p, st, lead, own, i == 0 && (ch.title == "" || len(chunks) == 1))
		if i == 0 {
			lead = ""
		}
	}
}

// takeLead returns the words of the pending lead and forgets it.
func (w *walk) takeLead() string {
	lead := w.lead
	w.lead, w.led = nil, false
	if lead == nil {
		return ""
	}
	return leadText(lead)
}

// place adds a step made of a piece of code, or gives it to the step that it
// belongs to.
func (w *walk) place(p *part, st incident.Step, lead string, at int, first bool) {
	if at >= 0 && first && w.pb.Steps[at].Code == nil {
		own := &w.pb.Steps[at]
		own.Code, own.Query, own.ByHand = st.Code, st.Query, st.ByHand
		if st.Probe != nil {
			own.Probe = st.Probe
		}
		if st.Text != "" {
			own.Notes = append(own.Notes, st.Text)
		}
		own.Notes = append(own.Notes, st.Notes...)
		own.Links = append(own.Links, st.Links...)
		return
	}
	if lead != "" {
		if first {
			if st.Text != "" && st.Text != lead {
				st.Notes = append([]string{st.Text}, st.Notes...)
			}
			st.Text = lead
		} else {
			w.waiting = append(w.waiting, waiting{text: lead, section: p.Section})
		}
	}
	if st.Text == "" && at >= 0 {
		st.Text = w.pb.Steps[at].Text
	}
	if st.Text == "" && st.Code != nil {
		if s := p.Section; s.Instructs() && s != w.top && !w.made[s] {
			st.Text = s.Title
		} else {
			st.Text = codeTitle(*st.Code, w.label(s))
		}
	}
	w.step(p, st)
}

// label is the heading of a section inside the playbook, "" when it names a phase.
func (w *walk) label(s *reading.Section) string {
	if s == nil || s == w.top || s.Phase != reading.NoPhase {
		return ""
	}
	return bare(s.Heading)
}

// codeTitle names a block that no comment and no sentence titles.
func codeTitle(c incident.Code, label string) string {
	first, rest, more := strings.Cut(c.Text, "\n")
	first = strings.TrimPrefix(strings.TrimSpace(first), "$ ")
	if !more || strings.TrimSpace(rest) == "" {
		return "Run " + clip(first, 70)
	}
	if label != "" {
		return label
	}
	return "Run " + clip(first, 50) + " …"
}

// drawn reports whether a block is a tree of decisions drawn with lines: there
// is something to read in it and nothing to copy.
func drawn(c *outline.CodeBlock) bool {
	switch c.Lang {
	case "", "text", "txt", "plaintext", "plain", "ascii":
		return strings.ContainsAny(c.Text, "├└│┌") || strings.Contains(c.Text, "?") && strings.ContainsAny(c.Text, "→↓")
	}
	return false
}

// drawing makes one step of a tree of decisions; its branches are notes.
func (w *walk) drawing(p *part, lead string) {
	st := incident.Step{Text: lead, Source: w.d.source(p.Code.Line)}
	for _, l := range strings.Split(p.Code.Text, "\n") {
		l = strings.TrimRight(l, " \t\r")
		switch {
		case strings.TrimSpace(l) == "":
		case st.Text == "":
			st.Text = strings.TrimSpace(l)
		default:
			st.Notes = append(st.Notes, l)
		}
	}
	w.step(p, st)
}

// sql turns a block of SQL into one step a statement.
func (w *walk) sql(p *part, lead string, own int) {
	for i, q := range w.r.statements(w.d, p.Code) {
		st := incident.Step{Text: q.title, Notes: q.notes, Source: w.d.source(q.line)}
		for _, s := range append([]string{q.title}, q.notes...) {
			st.Links = append(st.Links, found(s, st.Links)...)
		}
		if q.sql == "" {
			w.place(p, st, "", -1, false)
			continue
		}
		st.Code = &incident.Code{Lang: "sql", Text: q.sql}
		title := firstOf(q.title, lead, w.text(own), sqlTitle(q.sql))
		if q.why == "" {
			query := w.r.query(w.pb.Slug, title, q.sql, w.d.source(q.line))
			st.Query = &query
		} else {
			st.ByHand = q.why
		}
		if st.Text == "" && (i > 0 || lead == "") && own < 0 {
			st.Text = sqlTitle(q.sql)
		}
		w.place(p, st, lead, own, i == 0)
		lead = ""
	}
}

func (w *walk) text(step int) string {
	if step < 0 {
		return ""
	}
	return w.pb.Steps[step].Text
}
