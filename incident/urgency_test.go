package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What waits for somebody stands above what is graver, and what is overdue above what is not.
func TestByUrgency(t *testing.T) {
	t.Parallel()
	p := Policy{Severities: []Severity{{Label: "P0"}, {Label: "P1"}, {Label: "P2"}}}
	one := func(id int64, severity string, with func(*Incident)) Incident {
		inc := Incident{ID: id, Severity: severity, Status: Open, Policy: p, DeclaredAt: t0.Add(time.Duration(id) * time.Minute)}
		if with != nil {
			with(&inc)
		}
		return inc
	}
	paged := func(inc *Incident) { inc.Pages = []Page{{Contact: -1, Person: ana}} }
	list := []Incident{
		one(1, "P0", func(inc *Incident) { inc.Status = Resolved }),
		one(2, "P1", nil),
		one(3, "P1", func(inc *Incident) { inc.Plan.Breached = map[Clock]time.Time{ClockRespond: t0} }),
		one(4, "P0", nil),
		one(5, "P2", func(inc *Incident) { inc.Roles = map[Role]Person{Scribe: ana} }),
		one(6, "P1", paged),
		one(7, "P0", func(inc *Incident) { paged(inc); inc.Declined = map[Person]time.Time{ana: t0} }),
		one(8, "P1", func(inc *Incident) { paged(inc); inc.AcknowledgedBy, inc.AcknowledgedAt = ben, t0 }),
		one(9, "what the runbook does not know", nil),
	}
	ByUrgency(list, ana)
	var order []int64
	for _, inc := range list {
		order = append(order, inc.ID)
	}
	assert.Equal(t, []int64{6, 5, 4, 7, 3, 2, 8, 9, 1}, order)
}
