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
