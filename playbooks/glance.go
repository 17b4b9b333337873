package playbooks

import (
	"strings"

	"mayday/lazyregexp"
)

// glance is an expression with a first look that costs little: whatever it
// matches holds one of the stems, which are written in small letters. A test
// keeps both in step.
type glance struct {
	stems []string
	shape *lazyregexp.Regexp
}

// glanceAt makes a glance of stems and an expression.
func glanceAt(stems []string, expression string) glance {
	return glance{stems: stems, shape: lazyregexp.New(expression)}
}

// in reports whether the expression matches somewhere in s.
func (g glance) in(s string) bool { return holdsFold(s, g.stems) && g.shape.MatchString(s) }

// at is where the expression first matches, nil when it does not.
func (g glance) at(s string) []int {
	if !holdsFold(s, g.stems) {
		return nil
	}
	return g.shape.FindStringIndex(s)
}

// holdsFold reports whether one of some words in small letters stands anywhere in
// s, whatever the case of its letters.
func holdsFold(s string, words []string) bool {
	var begins [4]uint64 // the first bytes of the words
	for _, w := range words {
		begins[w[0]>>6] |= 1 << (w[0] & 63)
	}
	for i := range len(s) {
		c := s[i]
		if c < 0x80 {
			c |= 0x20
		}
		if begins[c>>6]&(1<<(c&63)) == 0 {
			continue
		}
		for _, w := range words {
			if c == w[0] && len(s)-i >= len(w) && strings.EqualFold(s[i:i+len(w)], w) {
				return true
			}
		}
	}
	return false
}
