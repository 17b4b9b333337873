package postmortem

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestTheDraftSaysWhatCustomersRead, word for word and neutral, and nothing of what never reached them.
func TestTheDraftSaysWhatCustomersRead(t *testing.T) {
	at := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	inc := incident.Incident{ID: 7, Severity: "P0", Status: incident.Resolved, DeclaredAt: at, Names: map[incident.Person]string{"U1": "Ana Ruiz"},
		Policy: incident.Policy{Severities: []incident.Severity{{Label: "P0", Communicate: true, Postmortem: incident.FullPostmortem}}}}
	assert.Contains(t, Draft(inc, nil, DraftOptions{}).Body, "**Not sent.**")
	inc.CommunicatedBy, inc.CommunicatedAt = "U1", at.Add(9*time.Minute)
	inc.Publication = incident.Publication{ID: "p1", URL: "https://stspg.io/p1", Posts: []incident.Post{
		{Notice: incident.Notice{Text: "Orders are late, see #12 @ana.", Status: incident.PublicIdentified}, By: "U1", PublishedAt: at.Add(9 * time.Minute)},
		{Notice: incident.Notice{Text: "Never arrived.", Status: incident.PublicMonitoring}, By: "U1", Failed: "the key is refused"},
	}}
	doc := Draft(inc, nil, DraftOptions{})
	body := doc.Body
	assertFit(t, doc)
	assert.Contains(t, body, "Marked as sent by")
	assert.Contains(t, body, "On the status page (<https://stspg.io/p1>):")
	assert.Contains(t, body, "**identified**")
	assert.Contains(t, body, "Orders are late, see ")
	assert.NotContains(t, body, "#12", "nothing is a reference")
	assert.NotContains(t, body, "Never arrived.")
}
