package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A form may outlive what it was opened for: a database that was set back knows of no text.
func TestAFormThatSawMoreThanThereIsIsRefused(t *testing.T) {
	for _, seen := range []int{1, -1} {
		_, err := Publish(declared(t, "P0"), ana, Notice{Title: "x", Text: "y", Status: PublicInvestigating}, seen, false, t0)
		var r *Refusal
		require.ErrorAs(t, err, &r)
		assert.Equal(t, Already, r.Reason)
	}
}

func TestADraftLeavesOutWhatIsInside(t *testing.T) {
	inc := declared(t, "P0")
	inc.Names = map[Person]string{ben: "Ben Okafor"}
	for _, sentence := range []string{
		"See OPS-1234 for details.", "db-03 ran out of disk.", "The host web12.eu is down.", "grafana.acme.dev/d/abc shows it.", "It listens at 10.0.0.3:5432.",
		"fe80::1 does not answer.", "Okafor rolled it back.", "Ana rolled it back.", "ana@acme.dev is on it.", "The token xoxb-12-abc leaked.", "Postgres at orders-db.prod fails.",
		"In #inc-42-p0 we found it.", "The query `select 1` hangs.", "AKIAIOSFODNN7EXAMPLE was used.", "checkout-api-7d9f8b6c5-x2x4z restarts.", "We saw java.lang.NullPointerException.", "POST /v1/pay fails.",
		"PR 4211 broke it.", "Ask U012ABCDEF about it.", "Stripe told us ticket 99123.",
	} {
		inc.LastUpdate = Update{Text: "Payments fail for some of you. " + sentence + " We are on it."}
		assert.Equal(t, "Payments fail for some of you. We are on it.", inc.NoticeDraft().Text, sentence)
	}
	for _, fine := range []string{"Payments with 3-D Secure fail since 10:30 UTC.", "About 5% of logins fail.", "We expect it to end by 12.30.", "Our partner's service is slow, e.g. for SEPA.", "Version 2 of the app works."} {
		inc.LastUpdate = Update{Text: fine}
		assert.Equal(t, fine, inc.NoticeDraft().Text)
	}
}
