package diagnostics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

func TestRunGivesRows(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT status, count(*) FROM recordings GROUP BY 1 ORDER BY 2 DESC", Incident: 42, By: "U1"})
	require.NoError(t, err)
	t.Log("\n" + result.Text(0))
}
