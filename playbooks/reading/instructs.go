package reading

import (
	"strings"
	"unicode/utf8"

	"mayday/playbooks/outline"
)

// instructs reports whether a line tells somebody to do something: it begins
// with a verb or a condition, or a label stands before one that does.
func (d *Document) instructs(l outline.Line) bool {
	text := l.Text
	if l.Label != "" && text == "" {
		text = l.Label
	}
	if d.beginsAsInstruction(text) {
		return true
	}
	// "Disk full: delete old exports", "leaked key → revoke it".
	if i := strings.IndexAny(text, ":→：–—"); i > 0 && i < 80 && i < len(text)-4 {
		rest := text[i:]
		// "Purpose: restore the service soon" says why.
		if d.beginsAsInstruction(strings.TrimLeft(rest, ":→：–— ")) && !wholeClasses(text[:i], d.langs).has(ReaderWord) {
			return true
		}
	}
	if l.Label != "" && l.Text != "" && d.beginsAsInstruction(l.Label) {
		return true
	}
	return d.sentenceInstructs(text)
}

// sentences are enough to look at in one paragraph.
const sentences = 5

// sentenceInstructs looks at the sentences after the first: "The disk is full.
// Delete old exports."
func (d *Document) sentenceInstructs(text string) bool {
	for range sentences {
		i := strings.IndexAny(text, ".!;。；")
		if i < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		text = text[i+size:]
		if rest := strings.TrimLeft(text, " "); len(rest) > 8 && (len(rest) < len(text) || size > 1) && d.beginsAsInstruction(rest) {
			return true
		}
	}
	return false
}

// few words are enough to see how a sentence begins.
const few = 12

func (d *Document) beginsAsInstruction(text string) bool {
	const longest = 160
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	text = strings.TrimLeft(text, "\"“'`*_ ")
	if at := strings.IndexByte(text, '@'); at > 0 && !strings.Contains(text[:at], " ") {
		return false // "contact@acme.dev" is an address and no verb
	}
	if c, _ := utf8.DecodeRuneInString(text); c < 0x80 || !wide(c) {
		return d.verbFirst(text)
	}
	p := newPhrase(text, few*2)
	if len(p.tokens) == 0 {
		return false
	}
	for _, h := range hitsIn(p, d.langs) {
		if h.class == Verb || h.class == Condition && h.from < few {
			return true
		}
	}
	return false
}

// verbFirst reports whether a text begins with a verb or a condition, or with a
// verb behind soft words, "please restart …".
func (d *Document) verbFirst(text string) bool {
	var room [few * 2]token
	p := phrase{tokens: tokensOf(foldWords(text, few/2), room[:0])}
	if len(p.tokens) == 0 {
		return false
	}
	if p.tokens[0].letter {
		return d.beginsAsInstruction(strings.TrimLeftFunc(text, func(c rune) bool { return !wide(c) }))
	}
	var found [48]hit
	hits := found[:0]
	const soft = 2 // words before the verb
	for i := 0; i <= soft && i < len(p.tokens) && softStart(p.tokens[:i]); i++ {
		for _, l := range d.langs {
			hits = l.matchAt(p, i, hits[:0])
			for _, h := range hits {
				if h.class == Verb || h.class == Condition && i == 0 {
					return true
				}
			}
		}
	}
	return false
}

// softStart are words that may stand before the verb of an instruction.
func softStart(tokens []token) bool {
	for _, t := range tokens {
		switch t.text {
		case "please", "then", "now", "first", "next", "also", "immediately", "manually", "always", "carefully", "quickly", "finally", "and", "to", "optionally", "you", "should", "must", "can",
			"bitte", "dann", "puis", "luego", "zuerst", "ensuite", "zunachst", "sofort", "eventualmente", "depois", "затем", "сначала":
		default:
			return false
		}
	}
	return true
}

// settings reports whether a text is a file of settings, LOG_LEVEL=debug on each
// line: whatever its block is marked as, nobody types it.
func settings(text string) bool {
	found := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, _, ok := strings.Cut(line, "=")
		if !ok || len(name) < 3 || strings.ContainsAny(line, "`") || strings.Contains(line, "$(") || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || strings.ContainsAny(line, " ;|&") && !strings.ContainsAny(line, `"'`) {
			return false
		}
		found++
	}
	return found > 0
}

// commands reports whether a code block holds something to type, rather than
// what a program prints or a file holds.
func commands(c *outline.CodeBlock) bool {
	if c == nil || strings.TrimSpace(c.Text) == "" {
		return false
	}
	if settings(c.Text) {
		return false
	}
	switch c.Lang {
	case "", "bash", "sh", "shell", "zsh", "console", "terminal", "powershell", "ps1", "cmd":
		if printed(c.Text, c.Lang) {
			return false
		}
	}
	switch c.Lang {
	case "bash", "sh", "shell", "zsh", "console", "sql", "psql", "promql", "powershell", "ps1", "bat", "cmd", "kql", "logql", "terminal", "fish", "http", "javascript", "js", "typescript", "ts", "python", "py", "ruby", "go", "php", "mysql", "redis", "cypher", "graphql":
		return true
	case "json", "yaml", "yml", "mermaid", "text", "txt", "markdown", "md", "log", "output", "toml", "ini", "xml", "html", "csv", "diff", "env", "properties", "plantuml", "ascii", "plain", "plaintext", "hcl":
		return false
	}
	return true
}
