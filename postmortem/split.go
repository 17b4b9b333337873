package postmortem

import (
	"strings"
	"unicode/utf8"
)

// MaxBody is the longest body of an issue or a comment (GitHub: 65,536
// characters). It is counted in bytes here, which is never more than GitHub
// takes, whatever it counts a character outside of the basic plane as.
const MaxBody = 65536

// partSize leaves room for the hidden marker at the head of a comment.
const partSize = MaxBody - 536

// Split cuts a body that is too long for GitHub into the body and
// comments that continue it. The cuts are at line ends, outside of code blocks
// where possible. Join is its inverse, except that a single line longer than a
// part comes back as two.
func Split(body string) (first string, more []string) {
	if len(body) <= MaxBody {
		return body, nil
	}
	var parts []string
	for len(body) > partSize {
		end, next := cutAt(body)
		parts = append(parts, body[:end])
		body = body[next:]
	}
	parts = append(parts, body)
	return parts[0], parts[1:]
}

// Join puts together what Split cut.
func Join(first string, more []string) string {
	return strings.Join(append([]string{first}, more...), "\n")
}

// cutAt finds where a part ends and where the next begins.
func cutAt(body string) (end, next int) {
	any, outside := -1, -1
	bar := ""
	for at := 0; at < partSize; {
		n := strings.IndexByte(body[at:], '\n')
		if n < 0 || at+n > partSize {
			break
		}
		bar = fenceAfter(bar, body[at:at+n])
		at += n
		if at > 0 {
			any = at
		}
		if bar == "" && at > 0 {
			outside = at
		}
		at++
	}
	switch {
	case outside > partSize/2:
		return outside, outside + 1
	case any > 0:
		return any, any + 1
	}
	end = partSize
	for !utf8.RuneStart(body[end]) {
		end--
	}
	return end, end
}

// fenceAfter follows code blocks: bar is the fence that is open, empty for none.
func fenceAfter(bar, line string) string {
	run := line[:len(line)-len(strings.TrimLeft(line, "`"))]
	if len(run) < 3 {
		return bar
	}
	if bar == "" {
		return run
	}
	if len(run) >= len(bar) && strings.TrimSpace(line) == run {
		return ""
	}
	return bar
}
