package playbooks

import (
	"regexp/syntax"
	"strings"
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
		var out []string
		for _, c := range re.Rune {
			if len(re.Rune) <= 4 && c != re.Rune[0] || c == re.Rune[0] {
				out = append(out, string(c))
			}
		}
		return out
	case syntax.OpPlus:
		return shortest(t, re.Sub[0])
	case syntax.OpCapture:
		return shortest(t, re.Sub[0])
	case syntax.OpStar:
		if re.Sub[0].Op == syntax.OpAnyCharNotNL {
			return []string{" "}
		}
		return []string{""}
	case syntax.OpQuest, syntax.OpWordBoundary, syntax.OpEmptyMatch:
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
func TestTheFirstLookMissesNoWord(t *testing.T) {
	for _, g := range []glance{saysRespond, saysFix, saysEscalate, saysUpdate, saysCommunicate, dutyDenied, immediately, officeTime} {
		used := map[string]bool{}
		tree, err := syntax.Parse(g.shape.String(), syntax.Perl)
		require.NoError(t, err)
		words := shortest(t, tree)
		require.NotEmpty(t, words)
		for _, w := range words {
			require.True(t, g.shape.MatchString("We "+w+" at noon"), "%q is no word of %v", w, g.shape)
			assert.True(t, g.in("We "+strings.ToUpper(w)+" at noon"), "no stem of %v finds %q", g.stems, w)
			for _, stem := range g.stems {
				used[stem] = used[stem] || holdsFold(w, []string{stem})
			}
		}
		for _, stem := range g.stems {
			assert.True(t, used[stem], "%q is not in %v any more", stem, g.shape)
		}
	}
}
