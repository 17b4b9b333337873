package playbooks

import (
	"regexp"
	"strings"

	"mayday/incident"
)

// chunk is a piece of a code block that one step shows: comment lines that
// title it and the code below them.
type chunk struct {
	title string
	notes []string
	code  string
	line  int // counted from 0 within the block
}

// commentMark is what begins a comment line in a language.
func commentMark(lang string) []string {
	switch lang {
	case "", "bash", "sh", "shell", "zsh", "fish", "console", "terminal", "shellsession", "shell-session", "python", "py", "ruby", "rb", "yaml", "yml",
		"toml", "conf", "ini", "perl", "r", "make", "makefile", "dockerfile", "nginx", "text", "txt", "plaintext", "elixir", "hcl", "terraform", "promql", "powershell", "ps1", "properties", "env", "cron", "awk":
		return []string{"#"}
	case "typescript", "ts", "tsx", "javascript", "js", "jsx", "go", "golang", "java", "kotlin", "swift", "rust", "rs", "c", "cpp", "c++", "csharp", "cs", "php", "scala", "dart", "groovy", "json5", "jsonc", "proto":
		return []string{"//"}
	case "sql", "lua", "haskell", "hs", "ada":
		return []string{"--"}
	}
	return nil
}

func isSQL(c *codeBlock) bool {
	switch c.lang {
	case "sql", "postgresql", "postgres", "psql", "pgsql", "plpgsql", "mysql", "sqlite":
		return true
	}
	return c.lang == "" && bareSQL.MatchString(c.text)
}

// bareSQL recognises an unmarked block that is plainly SQL.
var bareSQL = regexp.MustCompile(`(?is)^\s*(?:--[^\n]*\n\s*)*(?:SELECT\s+.+\s+FROM\s|WITH\s+\w+\s+AS\s*\(|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|INSERT\s+INTO\s)`)

// splitCode separates a block at its comment lines. A comment line begins a new
// chunk when a blank line or code stands before it and it titles what follows;
// a comment directly below code, with nothing after it, is a note on that code.
// Indented comments belong to the code around them.
func splitCode(lang, text string) []chunk {
	marks := commentMark(lang)
	lines := strings.Split(text, "\n")
	var out []chunk
	var cur chunk
	var body []string
	begun, blank := false, false
	flush := func() {
		cur.code = strings.Trim(strings.Join(body, "\n"), "\n")
		if begun {
			out = append(out, cur)
		}
		cur, body, begun = chunk{}, nil, false
	}
	for i, l := range lines {
		words, comment := commentWords(marks, l)
		switch {
		case strings.TrimSpace(l) == "":
			blank = true
			if len(body) > 0 {
				body = append(body, "")
			}
			continue
		case comment && words == "":
		case comment && i == 0 && strings.HasPrefix(l, "#!"):
			begun, body = true, append(body, l)
		case comment && begun && (blank || numbered(words) || len(body) > 0 && titlesCode(marks, lines[i:])):
			flush()
			fallthrough
		case comment && !begun:
			begun = true
			cur = chunk{title: sentence(stripNumber(words)), line: i}
		case comment:
			cur.notes = append(cur.notes, strings.TrimSpace(strings.TrimLeft(words, "-*• ")))
		default:
			if !begun {
				begun, cur = true, chunk{line: i}
			}
			body = append(body, strings.TrimRight(l, " \t\r"))
		}
		blank = false
	}
	flush()
	return out
}

// parallel takes a chunk of nothing but comments apart when its lines are
// things to do side by side: all begin with the same verb, "Check … / Check …".
func parallel(chunks []chunk) []chunk {
	var out []chunk
	for _, ch := range chunks {
		verb, _, _ := strings.Cut(ch.title, " ")
		same := ch.code == "" && len(ch.notes) > 0
		for _, n := range ch.notes {
			first, _, more := strings.Cut(n, " ")
			same = same && more && strings.EqualFold(first, verb)
		}
		if !same {
			out = append(out, ch)
			continue
		}
		for i, n := range append([]string{ch.title}, ch.notes...) {
			out = append(out, chunk{title: n, line: ch.line + i})
		}
	}
	return out
}

// commentWords is the text of a comment line that is not indented.
func commentWords(marks []string, l string) (string, bool) {
	for _, m := range marks {
		rest, ok := strings.CutPrefix(l, m)
		if !ok {
			continue
		}
		return oneLine(strings.TrimLeft(rest, "#/-! ")), true
	}
	return "", false
}

func numbered(s string) bool { return numberLead.MatchString(s) }

func stripNumber(s string) string { return numberLead.ReplaceAllString(s, "") }

var numberLead = regexp.MustCompile(`(?i)^(?:step\s+)?\d{1,2}\s*[.):]\s+`)

// titlesCode reports whether the run of comments at the beginning of lines is
// followed directly by code.
func titlesCode(marks []string, lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			return false
		}
		if _, comment := commentWords(marks, l); !comment {
			return true
		}
	}
	return false
}

// code turns one block into steps. Lead titles the first of them when it has no
// comment; own, when given, is the step that the block belongs to: the first
// chunk without a title becomes its code.
func (w *walker) code(p *Part, c *codeBlock, lead string, own *incident.Step) {
	if strings.TrimSpace(c.text) == "" {
		return
	}
	use(p, "step")
	if isSQL(c) {
		w.sql(c, lead, own)
		return
	}
	chunks := splitCode(c.lang, c.text)
	chunks = parallel(chunks)
	for i, ch := range chunks {
		st := incident.Step{Text: ch.title, Source: source(w.d, c.line+ch.line)}
		w.notes(&st, ch)
		if ch.code != "" {
			st.Code = &incident.Code{Lang: c.lang, Text: ch.code}
			st.Probe = curlProbe(ch.code)
		}
		w.place(st, lead, own, i == 0 && (ch.title == "" || len(chunks) == 1))
	}
}

// notes adds the comment lines below a title, with the addresses that they name.
func (w *walker) notes(st *incident.Step, ch chunk) {
	st.Notes = append(st.Notes, ch.notes...)
	for _, s := range append([]string{ch.title}, ch.notes...) {
		st.Links = append(st.Links, bareLinks(s, st.Links)...)
	}
}

// place adds a step made of a piece of code, or gives it to the step that it
// belongs to.
func (w *walker) place(st incident.Step, lead string, own *incident.Step, first bool) {
	if own != nil && first && own.Code == nil {
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
	if first && lead != "" {
		if st.Text != "" {
			st.Notes = append([]string{st.Text}, st.Notes...)
		}
		st.Text, lead = lead, ""
	}
	if st.Text == "" && own != nil {
		st.Text = own.Text
	}
	if st.Text == "" && st.Code != nil {
		st.Text = codeTitle(*st.Code, w.pathEnd())
	}
	w.add(st)
}

// codeTitle names a block that no comment and no sentence titles.
func codeTitle(c incident.Code, label string) string {
	first, rest, more := strings.Cut(c.Text, "\n")
	first = strings.TrimPrefix(strings.TrimSpace(first), "$ ")
	if !more || strings.TrimSpace(rest) == "" {
		return "Run " + clip(first, 70)
	}
	if label != "" && stageOf(label) == stageNone {
		return label
	}
	return "Run " + clip(first, 50) + " …"
}

// sql turns a block of SQL into one step a statement.
func (w *walker) sql(c *codeBlock, lead string, own *incident.Step) {
	for i, q := range w.r.statements(w.d, c) {
		st := incident.Step{Text: q.title, Notes: q.notes, Source: source(w.d, q.line)}
		for _, s := range append([]string{q.title}, q.notes...) {
			st.Links = append(st.Links, bareLinks(s, st.Links)...)
		}
		if q.sql == "" {
			w.place(st, "", nil, false)
			continue
		}
		st.Code = &incident.Code{Lang: "sql", Text: q.sql}
		title := firstOf(q.title, lead, ownText(own), sqlTitle(q.sql))
		if q.why == "" {
			query := w.r.query(w.pb.Slug, title, q.sql, source(w.d, q.line))
			st.Query = &query
		} else {
			st.ByHand = q.why
		}
		if st.Text == "" && (i > 0 || lead == "") && own == nil {
			st.Text = sqlTitle(q.sql)
		}
		w.place(st, lead, own, i == 0)
	}
}

func ownText(st *incident.Step) string {
	if st == nil {
		return ""
	}
	return st.Text
}
