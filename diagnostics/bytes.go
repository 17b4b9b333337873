package diagnostics

import (
	"strings"
	"unicode/utf8"
)

// The bounds of a statement's text. They keep the server's parser far from its
// stack limit (Postgres: max_stack_depth 2 MB is reached by some ten thousand
// nested operators) and the guard's cost small.
const (
	maxBytes  = 16 << 10
	maxTokens = 2000
	maxDepth  = 100
)

// judgeBytes refuses what is not plain text of a reasonable size.
func judgeBytes(sql string) *Refusal {
	switch {
	case strings.TrimSpace(sql) == "":
		return &Refusal{Rule: RuleBytes, Why: "there is no statement.", Instead: "Write one SELECT."}
	case len(sql) > maxBytes:
		return &Refusal{Rule: RuleBytes, Why: "the statement is longer than 16 KiB.", Instead: "Shorten it, or put it into a view."}
	case !utf8.ValidString(sql):
		return &Refusal{Rule: RuleBytes, Why: "the statement is not valid UTF-8.", Instead: "Type it again instead of pasting it."}
	}
	if at := strings.IndexFunc(sql, invisible); at >= 0 {
		return &Refusal{Part: around(sql, at, at), Rule: RuleBytes, Why: "the statement holds an invisible character, so it is not what it looks like.", Instead: "Type it again instead of pasting it."}
	}
	visible, depth, deepest, word := 0, 0, 0, false
	for i := 0; i < len(sql); i++ {
		c := sql[i]
		switch {
		case c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f', c == 0x7f:
			return &Refusal{Rule: RuleBytes, Part: around(sql, i, i), Why: "the statement holds a control character.", Instead: "Type it again instead of pasting it."}
		case wordByte[c]:
			if !word {
				visible++
			}
			word = true
			continue
		case c == '(' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == ')' || c == ']':
			depth--
		}
		word = false
		if c > ' ' {
			visible++
		}
	}
	if visible > maxTokens {
		return &Refusal{Rule: RuleBytes, Why: "the statement has more than 2,000 words and signs.", Instead: "Shorten it: a list of values is better written as ANY('{…}')."}
	}
	if deepest > maxDepth {
		return &Refusal{Rule: RuleBytes, Why: "the statement nests more than 100 brackets deep.", Instead: "Flatten it, with WITH for the inner parts."}
	}
	return judgeEscapes(sql)
}

// invisible says whether a character has no width or turns the order of others
// around (Unicode: general category Cf). Joiners of letters are none of them.
func invisible(c rune) bool {
	switch {
	case c == 0x200b, c == 0x200e, c == 0x200f, c == 0x2060, c == 0xfeff, c == 0x00ad, c == 0x061c, c == 0x180e:
		return true
	}
	return c >= 0x202a && c <= 0x202e || c >= 0x2061 && c <= 0x206f || c >= 0xe0000 && c <= 0xe007f
}

// judgeEscapes refuses U&"…" and U&'…': a name written in escapes cannot be
// read by the word guard.
func judgeEscapes(sql string) *Refusal {
	for i := 0; i+2 < len(sql); i++ {
		if sql[i+1] == '&' && (sql[i] == 'u' || sql[i] == 'U') && (sql[i+2] == '"' || sql[i+2] == '\'') {
			return &Refusal{Word: sql[i : i+3], Part: around(sql, i, i+3), Rule: RuleBytes,
				Why:     "names and texts written in Unicode escapes are not read.",
				Instead: "Write the characters themselves."}
		}
	}
	return nil
}
