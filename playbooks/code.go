package playbooks

import (
	"strings"

	"mayday/lazyregexp"
	"mayday/playbooks/outline"
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

func isSQL(c *outline.CodeBlock) bool {
	switch c.Lang {
	case "sql", "postgresql", "postgres", "psql", "pgsql", "plpgsql", "mysql", "sqlite":
		return true
	}
	return c.Lang == "" && bareSQL.MatchString(c.Text)
}

// bareSQL recognises an unmarked block that is plainly SQL.
var bareSQL = lazyregexp.New(`(?is)^\s*(?:--[^\n]*\n\s*)*(?:SELECT\s+.+\s+FROM\s|WITH\s+\w+\s+AS\s*\(|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|INSERT\s+INTO\s)`)

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

var numberLead = lazyregexp.New(`(?i)^(?:step\s+)?\d{1,2}\s*[.):]\s+`)

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
