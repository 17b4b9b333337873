package playbooks

import (
	"regexp"
	"regexp/syntax"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shortest lists the texts that an expression matches with everything left out
// that may be.
func shortest(t *testing.T, re *syntax.Regexp) []string {
	t.Helper()
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return []string{string(re.Rune[0])}
	case syntax.OpCapture:
		return shortest(t, re.Sub[0])
	case syntax.OpQuest, syntax.OpStar, syntax.OpWordBoundary, syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			out = append(out, shortest(t, sub)...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			var longer []string
			for _, head := range out {
				for _, tail := range shortest(t, sub) {
					longer = append(longer, head+tail)
				}
			}
			out = longer
		}
		return out
	}
	require.Failf(t, "the test does not know this part of an expression", "%v in %v", re.Op, re)
	return nil
}

// The first look must find whatever the expressions find, and hold nothing else.
func TestTheFirstLookAtAClockMissesNoWord(t *testing.T) {
	used := map[string]bool{}
	for _, says := range []*regexp.Regexp{saysRespond, saysFix, saysEscalate, saysUpdate} {
		tree, err := syntax.Parse(says.String(), syntax.Perl)
		require.NoError(t, err)
		words := shortest(t, tree)
		require.NotEmpty(t, words)
		for _, w := range words {
			require.True(t, says.MatchString(w), "%q is no word of %v", w, says)
			assert.True(t, holdsFold("We "+w+" at noon", clockStems), "no stem finds %q", w)
			for _, stem := range clockStems {
				used[stem] = used[stem] || holdsFold(w, []string{stem})
			}
		}
	}
	for _, stem := range clockStems {
		assert.True(t, used[stem], "%q is in no expression any more", stem)
	}
}
