package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNoticeDraftSaysNothingInternal(t *testing.T) {
	const generic = "We have found the cause of the problem and are working on it."
	for update, want := range map[string]string{
		"Payments fail for some customers. Rollback is running.":                      "Payments fail for some customers. Rollback is running.",
		"Payments fail. See https://grafana.corp/d/1 for graphs. We roll back.":       "Payments fail. We roll back.",
		"Payments fail. @ben looks at it, ask in #inc-42-p0. We roll back.":           "Payments fail. We roll back.",
		"<@U0BEN> takes over in <#C042>.":                                             generic,
		"Ben restarts the pooler. Payments fail.":                                     "Payments fail.",
		"Payments fail.\n```\nselect * from orders;\n```\nWe roll back.":              "Payments fail.\n\nWe roll back.",
		"select count(*) from orders shows nothing.":                                  generic,
		"DELETE FROM jobs is running. Orders are late.":                               "Orders are late.",
		"`pg_stat_activity` is full.":                                                 generic,
		"The pool on 10.0.3.7 is full. Orders are late.":                              "Orders are late.",
		"db-1.prod.internal does not answer. Orders are late.":                        "Orders are late.",
		"Tell ops@example.com. Orders are late.":                                      "Orders are late.",
		"Reverted 4f3c2a1d9e. Orders are late.":                                       "Orders are late.",
		"Restarted with kubectl rollout restart. Orders are late.":                    "Orders are late.",
		"See /var/log/app.log. Orders are late.":                                      "Orders are late.",
		"Same as inc-41-p1. Orders are late.":                                         "Orders are late.",
		"The column payment_state is null.":                                           generic,
		"":                                                                            generic,
		"We work on it! Are orders late? Yes… Some are.\n\n\n\nMore within the hour.": "We work on it! Are orders late? Yes… Some are.\n\nMore within the hour.",
		"Payments to Al fail.":                                                        "Payments to Al fail.",     // a name of two letters may be any word
		"Benefits pages are slow.":                                                    "Benefits pages are slow.", // "Ben" is a name, "Benefits" is not
		"Versions 2.4 and 3.1 are affected; 50% of orders fail (since 10:20).":        "Versions 2.4 and 3.1 are affected; 50% of orders fail (since 10:20).",
	} {
		inc := declared(t, "P0")
		inc.Status, inc.Names = Identified, map[Person]string{ben: "Ben Okafor", "U1": "Al"}
		inc.LastUpdate.Text = update
		got := inc.NoticeDraft()
		assert.Equal(t, want, got.Text, update)
		assert.Equal(t, PublicIdentified, got.Status)
		assert.Equal(t, "Checkout answers 500", got.Title)
		inc.Private = true
		got = inc.NoticeDraft()
		assert.Equal(t, generic, got.Text, "of a private one nothing is said")
		assert.Equal(t, "Disruption of our service", got.Title)
	}
}

func TestNoticeDraftFollowsTheIncident(t *testing.T) {
	for status, want := range map[Status]PublicStatus{
		Open: PublicInvestigating, Investigating: PublicInvestigating, Identified: PublicIdentified, Monitoring: PublicMonitoring,
		Resolved: PublicResolved, Closed: PublicResolved, Cancelled: PublicResolved,
	} {
		inc := declared(t, "P0")
		inc.Status = status
		n := inc.NoticeDraft()
		assert.Equal(t, want, n.Status, status)
		assert.Equal(t, standardText[want], n.Text, status)
	}
	inc := declared(t, "P0")
	inc.Status, inc.Summary, inc.LastUpdate.Text = Resolved, "Orders arrive again.", "Orders are late."
	assert.Equal(t, "Orders arrive again.", inc.NoticeDraft().Text, "what fixed it, and no older update")
	inc.Title = "ask @ben about payment_state"
	assert.Equal(t, standardTitle, inc.NoticeDraft().Title)
	shop := []Component{{ID: "c1", Name: "Shop", State: PartialOutage}}
	inc.Publication = Publication{ID: "p1", Posts: []Post{{Notice: Notice{Components: shop}, PublishedAt: t0}}}
	n := inc.NoticeDraft()
	assert.Empty(t, n.Title, "it has one there")
	assert.Equal(t, shop, n.Components)
}

// TestWhatCouldNotBePublishedIsTheNextDraft, until something newer was said to the team.
func TestWhatCouldNotBePublishedIsTheNextDraft(t *testing.T) {
	inc := declared(t, "P0")
	inc.LastUpdate = Update{At: t0, Text: "Orders are late."}
	failed := notice("What somebody wrote with care.")
	inc.Publication.Posts = []Post{{Notice: failed, At: t0.Add(time.Minute), Failed: "the key is refused"}}
	assert.Equal(t, failed, inc.NoticeDraft())
	inc.Publication.Posts = append(inc.Publication.Posts, Post{Notice: Notice{Text: "More.", Status: PublicMonitoring}, At: t0.Add(2 * time.Minute), Failed: "deleted"})
	assert.Equal(t, Notice{Title: failed.Title, Text: "More.", Status: PublicMonitoring}, inc.NoticeDraft(), "the first one's title, because the page has none")
	inc.LastUpdate = Update{At: t0.Add(time.Hour), Text: "Orders arrive again."}
	assert.Equal(t, "Orders arrive again.", inc.NoticeDraft().Text)
}

// TestNoDraftHoldsWhatIsInternal: whatever is put together, in whatever order.
func TestNoDraftHoldsWhatIsInternal(t *testing.T) {
	secrets := []string{"https://grafana.corp/d/1", "@ben", "#inc-42-p0", "<@U0BEN>", "`rm -rf`", "10.0.3.7", "ops@example.com", "payment_state", "Ben", "db-1.prod.internal",
		"select 1 from orders", "/etc/passwd", "inc-41-p1", "4f3c2a1d9e", "kubectl get pods", "www.intra.example", "restart()"}
	words := []string{"Orders", "are late", "we roll back", "since 10:20", "50%", "(again)", "for some customers"}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		var used []string
		for range rapid.IntRange(1, 12).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "internal") {
				used = append(used, rapid.SampledFrom(secrets).Draw(t, "secret"))
				text += used[len(used)-1]
			} else {
				text += rapid.SampledFrom(words).Draw(t, "word")
			}
			text += rapid.SampledFrom([]string{" ", ". ", "! ", "\n", ", "}).Draw(t, "gap")
		}
		inc := Incident{Status: Identified, Title: text, Names: map[Person]string{"U0BEN": "Ben Okafor"}, LastUpdate: Update{Text: text}}
		n := inc.NoticeDraft()
		require.NotEmpty(t, n.Text)
		require.NotEmpty(t, n.Title)
		for _, secret := range used {
			require.NotContains(t, n.Text, secret)
			require.NotContains(t, n.Title, secret)
		}
	})
}
