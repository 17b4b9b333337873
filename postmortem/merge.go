package postmortem

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"mayday/lazyregexp"
)

var (
	openMark  = lazyregexp.New(`^<!-- mayday:(\d+):([a-z]+) -->$`)
	closeMark = lazyregexp.New(`^<!-- /mayday:(\d+):([a-z]+) ([0-9a-f]{16}) -->$`)
	task      = lazyregexp.New(`^(\s*- \[)([ xX])(\] .*)$`)
)

func documentMarker(key string) string { return "<!-- mayday-document " + key + " -->" }

func commentMarker(key string) string { return commentMarkerHead + key + " -->" }

// commentMarkerHead begins the first line of what mayday says on an issue.
const commentMarkerHead = "<!-- mayday-comment "

// enclose puts content between the markers of a section. The end marker holds
// the hash of what mayday wrote, by which a later Merge sees whether it still stands.
func enclose(id int64, name, content string) string {
	content = tidy(content)
	return fmt.Sprintf("<!-- mayday:%d:%s -->\n%s\n<!-- /mayday:%d:%s %s -->", id, name, content, id, name, fingerprint(content))
}

// tidy evens out what GitHub's editor changes by itself: line ends.
func tidy(s string) string { return lineEnds.Replace(s) }

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// fingerprint is the same for content whose boxes were ticked and for content
// whose line ends or trailing blanks were changed: the first 16 hexadecimal
// digits of a SHA-256.
func fingerprint(content string) string {
	lines := strings.Split(strings.TrimSpace(tidy(content)), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(task.ReplaceAllString(l, "$1 $3"), " \t")
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:8])
}

// piece is a stretch of a body: a section between its markers, or, with an empty
// key, text that belongs to people.
type piece struct {
	key     string
	lines   []string
	content string
	hash    string
}

// pieces cuts a body into sections and the text around them. Markers that do not
// pair up, as after somebody deleted half of a section, are text.
func pieces(body string) []piece {
	var out []piece
	var text, open []string
	key := ""
	for _, l := range strings.Split(tidy(body), "\n") {
		if m := openMark.FindStringSubmatch(l); m != nil {
			text, open, key = append(text, open...), []string{l}, m[1]+":"+m[2]
			continue
		}
		if key == "" {
			text = append(text, l)
			continue
		}
		open = append(open, l)
		m := closeMark.FindStringSubmatch(l)
		if m == nil || m[1]+":"+m[2] != key {
			continue
		}
		out = append(out, piece{lines: text},
			piece{key: key, lines: open, content: strings.Join(open[1:len(open)-1], "\n"), hash: m[3]})
		text, open, key = nil, nil, ""
	}
	return append(out, piece{lines: append(text, open...)})
}

// Merge brings the sections of existing up to date from fresh and leaves
// everything else as it stands. A section that a person edited or took out
// stays so; its name is in kept. Ticked boxes stay ticked. Line ends come out
// as "\n". An empty existing body gives fresh.
func Merge(existing, fresh string) (merged string, kept []string) {
	if strings.TrimSpace(existing) == "" {
		return fresh, nil
	}
	renewed := map[string]piece{}
	var order []string
	for _, p := range pieces(fresh) {
		if p.key != "" {
			renewed[p.key] = p
			order = append(order, p.key)
		}
	}
	var lines []string
	done := map[string]bool{}
	for _, p := range pieces(existing) {
		f, known := renewed[p.key]
		if known && !done[p.key] {
			if ls, ok := renew(p, f); ok {
				done[p.key] = true
				lines = append(lines, ls...)
				continue
			}
		}
		lines = append(lines, p.lines...)
	}
	for _, k := range order {
		if !done[k] {
			kept = append(kept, k[strings.IndexByte(k, ':')+1:])
		}
	}
	return strings.Join(lines, "\n"), kept
}

// renew gives the lines of a section after the update, false when a person has
// edited it.
func renew(old, fresh piece) ([]string, bool) {
	if fingerprint(old.content) != old.hash {
		return nil, false
	}
	ticked := map[string]int{}
	for l := range strings.Lines(old.content) {
		if m := task.FindStringSubmatch(strings.TrimSuffix(l, "\n")); m != nil && m[2] != " " {
			ticked[m[3]]++
		}
	}
	lines := append([]string(nil), fresh.lines...)
	for i, l := range lines {
		if m := task.FindStringSubmatch(l); m != nil && ticked[m[3]] > 0 {
			ticked[m[3]]--
			lines[i] = m[1] + "x" + m[3]
		}
	}
	for _, n := range ticked {
		// Somebody ticked what is no longer in the list: the list is theirs now.
		if n > 0 {
			return nil, false
		}
	}
	return lines, true
}
