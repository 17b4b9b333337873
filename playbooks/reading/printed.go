package reading

import (
	"strings"

	"mayday/lazyregexp"
)

var (
	// complaint is how programs begin what they say of an error.
	complaint = lazyregexp.New(`^(?i:(?:[a-z_.]+(?:error|exception)|error|fatal|panic|failed|failure|warn(?:ing)?|npm err!|err!|uncaught|unhandled|traceback \(most recent call last\)|caused by|exception in thread)\b[^=]*?(?::\s|!\s|\]\s|\):|:$)|-?(?:ba|z|da|k)?sh: |[a-z][a-z0-9_.-]*: (?:command not found|permission denied|no such file|cannot |could not |error\b))`)
	// stamped begins a line of a log.
	stamped = lazyregexp.New(`^\[?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d[ ,.]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d\d:\d\d:\d\d)|^HTTP/\d(?:\.\d)? \d{3}\b|^\[(?i:error|fatal|warn|warning|info|debug)\]`)
	// object begins an answer in JSON.
	object = lazyregexp.New(`^[\[{]\s*(?:"[^"]*"\s*[:,]|\{\s*(?:"|$)|$)`)
)

// printed reports whether a text is plainly what a program said and nothing to
// type: an error, lines of a log, a table of columns.
func printed(text, lang string) bool {
	first := ""
	for line := range strings.Lines(text) {
		if first = strings.TrimSpace(line); first != "" {
			break
		}
	}
	switch {
	case complaint.MatchString(first), stamped.MatchString(first):
		return true
	case lang == "" && object.MatchString(first):
		return true
	}
	return columnar(text)
}

// columnar reports whether each of two or more lines has the same number of bars,
// two at least: pipes of commands are not that regular.
func columnar(text string) bool {
	const fewest = 2 // bars, and lines
	lines, bars := 0, 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.Trim(line, "-+|= ") == "" {
			continue
		}
		n := strings.Count(line, " | ") + strings.Count(line, "│")
		if n < fewest || lines > 0 && n != bars {
			return false
		}
		lines, bars = lines+1, n
	}
	return lines >= fewest
}
