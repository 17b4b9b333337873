package stories

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBrowserSurfacesForCustomers shows the form to tell customers, and what came of it.
func TestBrowserSurfacesForCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{statusPage: "statuspage"})
	if pictures != "" {
		w.clock.Set(time.Now())
	}
	g := gallery{t, w}
	g.plays("in #general", "mia /incident p0 payment-failures cards are declined at checkout", "in #inc-1", "shows #inc-1 'Step 1/' 'Skip…'", "ben presses 'Acknowledge' in #inc-1",
		"ben /incident update One in three cards is declined. @ana looks at Tollgate. We switch to the second provider.", "shows #inc-1 'Update by'")
	g.look(surface{"customers-form", "ben", "#inc-1", "What customers read", "Tell customers"})
	g.plays("ben submits components='Payments' state='partial_outage'", "shows #inc-1 'told customers on the status page'")
	g.look(surface{"customers-told", "ben", "#inc-1", "told customers on the status page", ""})
	g.plays("fault board:PATCH_incidents 1 http=403", "ben /incident publish", "form ben 'What customers read'", "ben submits text='All cards work again.' status='monitoring'", "shows #inc-1 'status page failed'")
	g.look(surface{"customers-failed", "ben", "#inc-1", "status page failed", ""})
	g.look(surface{"customers-update", "ben", "#inc-1", "Also for customers", "Update"})
	require.Empty(t, w.sim.Violations())
	require.Empty(t, w.board.Violations())
}
