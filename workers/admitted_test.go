package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
)

// Whoever is called as a contact may answer as soon as the message stands in Slack, also while nobody heard that it does.
func TestWhoIsCalledMayAnswerBeforeThePageIsRecorded(t *testing.T) {
	t.Parallel()
	for name, private := range map[string]bool{"private": true, "not private": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			ben, _ := h.sim.UserByName("ben")
			h.set(func(inc *incident.Incident) {
				inc.Private, inc.Policy.Contacts = private, []incident.Contact{{Role: "On-call", Slack: ben.ID}}
			})
			h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.PageContact(inc, h.inc.DeclaredBy, 0, "", now)
			})
			h.sim.Mischief().FailNext("chat.postMessage", 1, unheard)
			require.Error(t, h.w.sendPage(t.Context(), incident.SendPage{Ref: h.inc.Ref(), Page: 0}, try{}))
			inc := h.row()
			require.True(t, inc.Pages[0].DeliveredAt.IsZero())
			assert.True(t, inc.VisibleTo(ben.ID, h.sim.Direct("ben")))
			assert.Equal(t, private, len(inc.Responders) > 1, "nobody writes down more than is needed before a page leaves")
			c, err := incident.Acknowledge(inc, ben.ID, h.st.Now())
			require.NoError(t, err)
			assert.Equal(t, ben.ID, c.Incident.AcknowledgedBy)
		})
	}
}

// A guest answers where they take part.
func TestAGuestWhoIsCalledMayAnswerBeforeThePageIsRecorded(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ben, _ := h.sim.UserByName("ben")
	fx := h.page(h.inc.DeclaredBy, incident.OnCall)
	direct := incident.Caller{ID: ben.ID, Channel: h.sim.Direct("ben"), Standing: incident.Guest}
	for _, u := range []bot.User{{ID: ben.ID}, {ID: ben.ID, Guest: true}} {
		_, err := h.w.one(u, nil, "")
		require.NoError(t, err)
		require.NoError(t, h.w.admitted(t.Context(), h.row(), fx.Page, ben.ID))
		assert.Equal(t, u.Guest, incident.Access{}.Admit(h.row(), direct, incident.Acting) == nil)
	}
}
