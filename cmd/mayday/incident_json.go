package main

import (
	"encoding/json"
	"time"

	"mayday/incident"
	"mayday/store"
)

// incidentJSON is an incident as other programs read it. Times are RFC 3339 in UTC; a zero one is left out.
type incidentJSON struct {
	Number         int64           `json:"number"`
	UID            string          `json:"uid"`
	Title          string          `json:"title"`
	Severity       string          `json:"severity"`
	Status         incident.Status `json:"status"`
	Drill          bool            `json:"drill,omitempty"`
	Private        bool            `json:"private,omitempty"`
	DeclaredBy     string          `json:"declared_by"`
	DeclaredAt     time.Time       `json:"declared_at"`
	AcknowledgedBy string          `json:"acknowledged_by,omitempty"`
	AcknowledgedAt time.Time       `json:"acknowledged_at,omitzero"`
	ResolvedAt     time.Time       `json:"resolved_at,omitzero"`
	Lead           string          `json:"lead,omitempty"`
	Channel        string          `json:"channel,omitempty"`
	Update         string          `json:"update,omitempty"`
	RespondBy      time.Time       `json:"respond_by,omitzero"`
	Called         []calledJSON    `json:"called,omitempty"`
}

type calledJSON struct {
	Name        string    `json:"name"`
	Phone       string    `json:"phone,omitempty"`
	CalledAt    time.Time `json:"called_at"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	Failed      string    `json:"failed,omitempty"`
}

type carriersJSON struct {
	Alive     int       `json:"alive"`
	Connected int       `json:"connected_to_slack"`
	SlackAway time.Time `json:"slack_away_since,omitzero"`
}

type eventJSON struct {
	Seq      int                `json:"seq"`
	At       time.Time          `json:"at"`
	Kind     incident.EventKind `json:"kind"`
	By       string             `json:"by"`
	Sentence string             `json:"sentence"`
}

func carriersOf(c store.Carriers) carriersJSON {
	return carriersJSON{c.Alive, c.Connected, c.SlackAway}
}

// brief is an incident for other programs.
func (t *terminal) brief(inc incident.Incident) incidentJSON {
	j := incidentJSON{
		Number: inc.ID, UID: inc.UID, Title: inc.Title, Severity: inc.Severity, Status: inc.Status, Drill: inc.Drill, Private: inc.Private,
		DeclaredBy: t.name(inc, inc.DeclaredBy), DeclaredAt: inc.DeclaredAt, AcknowledgedAt: inc.AcknowledgedAt, ResolvedAt: inc.ResolvedAt,
		Channel: inc.ChannelName, Update: inc.LastUpdate.Text,
	}
	if inc.Acknowledged() {
		j.AcknowledgedBy = t.name(inc, inc.AcknowledgedBy)
	}
	if p := inc.Roles[incident.Lead]; p != "" {
		j.Lead = t.name(inc, p)
	}
	j.RespondBy, _ = inc.Deadline(incident.ClockRespond)
	for _, p := range inc.Pages {
		name := inc.ContactTitle(p)
		if name == "" {
			name = t.name(inc, p.Person)
		}
		j.Called = append(j.Called, calledJSON{name, inc.Phone(p), p.At, p.DeliveredAt, p.Failed})
	}
	return j
}

func (t *terminal) encode(v any) error {
	enc := json.NewEncoder(t.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
