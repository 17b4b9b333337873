package statuspage

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mayday/incident"
)

// instatus is a page of Instatus. Sources: https://instatus.com/help/api, .../incidents, .../incident-updates, .../components.
// It has no metadata: an incident is found again by its title and its beginning to the millisecond, both of which mayday chose.
type instatus struct {
	*wire
	page string
}

// instatusStates are Instatus's words for the states.
var instatusStates = map[incident.ComponentState]string{
	incident.Operational: "OPERATIONAL", incident.UnderMaintenance: "UNDERMAINTENANCE", incident.DegradedPerformance: "DEGRADEDPERFORMANCE",
	incident.PartialOutage: "PARTIALOUTAGE", incident.MajorOutage: "MAJOROUTAGE",
}

// stamp is a moment as Instatus writes it.
const stamp = "2006-01-02T15:04:05.000Z"

type instatusIncident struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Status  string `json:"status"`
	Started string `json:"started"`
	Updates []struct {
		ID        string `json:"id"`
		Message   string `json:"message"`
		Status    string `json:"status"`
		CreatedAt string `json:"createdAt"`
	} `json:"updates"`
}

func (i instatusIncident) told() Incident {
	told := Incident{ID: i.ID, Name: i.Name, Status: incident.PublicStatus(strings.ToLower(i.Status))}
	for _, u := range i.Updates { // the oldest first
		told.Texts = append([]Text{{ID: u.ID, Status: incident.PublicStatus(strings.ToLower(u.Status)), Text: u.Message}}, told.Texts...)
	}
	return told
}

type instatusStatus struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// instatusNotice is what is sent of an incident or of an update.
type instatusNotice struct {
	Name       string           `json:"name,omitempty"`
	Message    string           `json:"message"`
	Components []string         `json:"components"`
	Started    string           `json:"started"`
	Status     string           `json:"status"`
	Notify     bool             `json:"notify"`
	Statuses   []instatusStatus `json:"statuses"`
}

func (s *instatus) noticeOf(n incident.Notice, began time.Time) instatusNotice {
	out := instatusNotice{Message: n.Text, Started: began.UTC().Format(stamp), Status: strings.ToUpper(string(n.Status)), Notify: n.Notify,
		Components: []string{}, Statuses: []instatusStatus{}}
	for _, c := range n.Components {
		out.Components = append(out.Components, c.ID)
		out.Statuses = append(out.Statuses, instatusStatus{c.ID, instatusStates[c.State]})
	}
	return out
}

// About is part of Page.
func (s *instatus) About(ctx context.Context) (About, error) {
	type page struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		Subdomain    string `json:"subdomain"`
		CustomDomain string `json:"customDomain"`
	}
	list, err := pages(listed, 3, func(n int) (list []page, err error) {
		q := url.Values{"page": {number(n)}, "per_page": {number(listed)}}
		return list, s.call(ctx, "read the status page", http.MethodGet, "/v2/pages", q, nil, &list)
	})
	if err != nil {
		return About{}, err
	}
	for _, p := range list {
		switch {
		case p.ID != s.page:
		case p.CustomDomain != "":
			return About{p.Name, "https://" + p.CustomDomain}, nil
		case p.Subdomain != "":
			return About{p.Name, "https://" + p.Subdomain + ".instatus.com"}, nil
		default:
			return About{Name: p.Name}, nil
		}
	}
	return About{}, &Error{Class: Permanent, What: "The key of Instatus sees no page with the id of MAYDAY_STATUSPAGE_PAGE", Next: "Copy the id from the page's settings in Instatus"}
}

// Components is part of Page.
func (s *instatus) Components(ctx context.Context) ([]incident.Component, error) {
	type component struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Status string `json:"status"`
	}
	list, err := pages(listed, 3, func(page int) (list []component, err error) {
		q := url.Values{"page": {number(page)}, "per_page": {number(listed)}}
		return list, s.call(ctx, "list the components", http.MethodGet, at("v1", s.page, "components"), q, nil, &list)
	})
	var out []incident.Component
	for _, c := range list {
		one := incident.Component{ID: c.ID, Name: c.Name}
		for state, word := range instatusStates {
			if word == c.Status {
				one.State = state
			}
		}
		out = append(out, one)
	}
	return out, err
}

// recent are the newest incidents of the page.
func (s *instatus) recent(ctx context.Context, doing string) (list []instatusIncident, err error) {
	q := url.Values{"page": {"1"}, "per_page": {number(listed)}}
	return list, s.call(ctx, doing, http.MethodGet, at("v1", s.page, "incidents"), q, nil, &list)
}

// Unresolved is part of Page.
func (s *instatus) Unresolved(ctx context.Context) ([]Incident, error) {
	list, err := s.recent(ctx, "list the incidents of the status page")
	var out []Incident
	for _, i := range list {
		if told := i.told(); told.Status != incident.PublicResolved {
			out = append(out, told)
		}
	}
	return out, err
}

// Find is part of Page.
func (s *instatus) Find(ctx context.Context, m Mark) (Incident, bool, error) {
	list, err := s.recent(ctx, "look for the incident on the status page")
	for _, i := range list {
		began, bad := time.Parse(time.RFC3339, i.Started)
		if bad == nil && i.Name == m.Title && began.Equal(m.Began.Truncate(time.Millisecond)) {
			return s.linked(ctx, i.told()), true, nil
		}
	}
	return Incident{}, false, err
}

// Get is part of Page.
func (s *instatus) Get(ctx context.Context, id string) (Incident, error) {
	var i instatusIncident
	err := s.call(ctx, "read the incident on the status page", http.MethodGet, at("v1", s.page, "incidents", id), nil, nil, &i)
	return i.told(), err
}

// Create is part of Page.
func (s *instatus) Create(ctx context.Context, m Mark, n incident.Notice) (Incident, error) {
	body := s.noticeOf(n, m.Began)
	body.Name = n.Title
	var i instatusIncident
	if err := s.call(ctx, "publish", http.MethodPost, at("v1", s.page, "incidents"), nil, body, &i); err != nil {
		return Incident{}, err
	}
	if i.ID == "" {
		return Incident{}, s.unanswered("publish", errNoID)
	}
	return s.linked(ctx, i.told()), nil
}

// linked gives an incident the address of its page: Instatus names none of the incident's own. It stays without where that
// cannot be read, because the incident was published all the same.
func (s *instatus) linked(ctx context.Context, i Incident) Incident {
	if about, err := s.About(ctx); err == nil {
		i.URL = about.URL
	}
	return i
}

// Update is part of Page. A new title is not passed on: an update has none.
func (s *instatus) Update(ctx context.Context, id string, n incident.Notice) (Incident, error) {
	var u struct {
		ID string `json:"id"`
	}
	if err := s.call(ctx, "publish", http.MethodPost, at("v1", s.page, "incidents", id, "incident-updates"), nil, s.noticeOf(n, time.Now()), &u); err != nil {
		return Incident{}, err
	}
	return Incident{ID: id, Status: n.Status, Texts: []Text{{ID: u.ID, Status: n.Status, Text: n.Text}}}, nil
}
