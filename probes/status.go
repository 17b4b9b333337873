package probes

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"mayday/incident"
)

// mostNames is how many open incidents of a supplier are named.
const mostNames = 5

// statusPage asks a page of Statuspage for its JSON: the summary, which names
// open incidents, or the status alone where the summary is too long to read. It
// is false when the page speaks neither; then it is asked like any address.
// Source: the status API that every Statuspage documents under /api.
func (p *Prober) statusPage(ctx context.Context, client *http.Client, u *url.URL, r *incident.ProbeResult) bool {
	for _, file := range []string{"summary.json", "status.json"} {
		at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/api/v2/" + file}
		a, whole, err := p.read(ctx, client, at)
		if err != nil {
			return false // the plain request finds the same and says what it is
		}
		s, ok := decodeStatus(a.body)
		if a.status != http.StatusOK || !whole || !ok {
			continue
		}
		r.OK, r.Latency = s.fine(), a.latency
		r.Summary = s.words()
		for i, name := range s.open {
			if i == mostNames {
				r.Detail = append(r.Detail, fmt.Sprintf("and %d more", len(s.open)-i))
				break
			}
			r.Detail = append(r.Detail, name)
		}
		return true
	}
	return false
}

// supplierStatus is what a status page says.
type supplierStatus struct {
	indicator   string // "none", "minor", "major", "critical", "maintenance"
	description string
	open        []string // names of open incidents with their state
}

// fine: nothing is broken. Planned maintenance is no fault.
func (s supplierStatus) fine() bool {
	return (s.indicator == "none" || s.indicator == "maintenance") && len(s.open) == 0
}

func (s supplierStatus) words() string {
	said := s.description
	if said == "" {
		said = "status " + s.indicator
	}
	if s.indicator != "none" && s.description != "" {
		said += " (" + s.indicator + ")"
	}
	if n := len(s.open); n > 0 {
		said += ", " + count(n, "open incident")
	}
	return said
}

// decodeStatus reads the JSON of a status page. It is false when the bytes are
// something else: without an indicator it is no status.
func decodeStatus(raw []byte) (supplierStatus, bool) {
	var doc struct {
		Status struct {
			Indicator   string `json:"indicator"`
			Description string `json:"description"`
		} `json:"status"`
		Incidents []struct {
			Name   string `json:"name"`
			Status string `json:"status"`
		} `json:"incidents"`
	}
	if json.Unmarshal(raw, &doc) != nil {
		return supplierStatus{}, false
	}
	s := supplierStatus{indicator: strings.ToLower(incident.Line(doc.Status.Indicator, 20)), description: incident.Line(doc.Status.Description, 120)}
	for _, i := range doc.Incidents {
		switch i.Status {
		case "resolved", "postmortem", "completed":
			continue
		}
		name := incident.Line(i.Name, 120)
		if name == "" {
			name = "an incident without a name"
		}
		if state := incident.Line(i.Status, 30); state != "" {
			name += " (" + state + ")"
		}
		s.open = append(s.open, name)
	}
	return s, s.indicator != ""
}
