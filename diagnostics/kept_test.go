package diagnostics

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestKeptNamesItsWordOnce: what is kept of a refusal names what was refused, once.
func TestKeptNamesItsWordOnce(t *testing.T) {
	for r, want := range map[*Refusal]string{
		JudgeShape("drop table orders"):              "DROP removes things for good. mayday only reads.",
		JudgeShape("begin"):                          "begin: transactions are opened and rolled back by mayday.",
		JudgeShape("select pg_terminate_backend(1)"): "pg_terminate_backend: it stops other sessions. mayday only reads.",
	} {
		if assert.NotNil(t, r) {
			assert.Equal(t, want, r.Kept())
		}
	}
}

// TestKeptRepeatsNothingButAName: texts of the rules about sizes and bytes may hold what somebody typed.
func TestKeptRepeatsNothingButAName(t *testing.T) {
	for _, rule := range []Rule{RuleFunction, RuleView, RuleForeign, RuleType, RuleOperator, RuleSecret, RuleKind, RuleShape} {
		assert.Equal(t, "x: because.", (&Refusal{Rule: rule, Word: "x", Why: "because."}).Kept(), rule)
		assert.Equal(t, "because.", (&Refusal{Rule: rule, Why: "because."}).Kept(), rule)
		assert.Equal(t, "X because.", (&Refusal{Rule: rule, Word: "x", Why: "X because."}).Kept(), rule)
	}
	for _, rule := range []Rule{RuleBytes, RuleHeavy, RuleServer} {
		assert.Equal(t, "because.", (&Refusal{Rule: rule, Word: "hunter2", Why: "because."}).Kept(), rule)
	}
	assert.Equal(t, "not run: `x`: because. Do y.", (&Refusal{Word: "x", Why: "because.", Instead: "Do y."}).Error())
	assert.Equal(t, "not run: because.", (&Refusal{Why: "because."}).Error())
}
