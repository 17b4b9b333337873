package statuspage

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"mayday/incident"
)

// atlassian is a page of Atlassian Statuspage. Source: https://developer.statuspage.io, whose description in OpenAPI names
// every field below.
type atlassian struct {
	*wire
	page string
}

// listed is how many there are on one page of a list: the most that Statuspage gives.
const listed = 100

// atlassianIncident is an incident as Statuspage tells it.
type atlassianIncident struct {
	ID        string                `json:"id"`
	Name      string                `json:"name"`
	Status    incident.PublicStatus `json:"status"`
	Shortlink string                `json:"shortlink"`
	Metadata  struct {
		Mayday struct {
			Incident string `json:"incident"`
		} `json:"mayday"`
	} `json:"metadata"`
	Updates []struct {
		ID     string                `json:"id"`
		Status incident.PublicStatus `json:"status"`
		Body   string                `json:"body"`
	} `json:"incident_updates"`
}

func (i atlassianIncident) told() Incident {
	told := Incident{ID: i.ID, Name: i.Name, URL: i.Shortlink, Status: i.Status}
	for _, u := range i.Updates {
		told.Texts = append(told.Texts, Text{ID: u.ID, Status: u.Status, Text: u.Body})
	}
	return told
}

// atlassianNotice is what is sent of an incident.
type atlassianNotice struct {
	Name         string                             `json:"name,omitempty"`
	Status       incident.PublicStatus              `json:"status"`
	Body         string                             `json:"body"`
	ComponentIDs []string                           `json:"component_ids,omitempty"`
	Components   map[string]incident.ComponentState `json:"components,omitempty"`
	Deliver      bool                               `json:"deliver_notifications"`
	Metadata     map[string]map[string]string       `json:"metadata,omitempty"` // "All top-level values in the object must also be objects"
}

func (a *atlassian) noticeOf(n incident.Notice) atlassianNotice {
	out := atlassianNotice{Name: n.Title, Status: n.Status, Body: n.Text, Deliver: n.Notify}
	for _, c := range n.Components {
		if out.Components == nil {
			out.Components = map[string]incident.ComponentState{}
		}
		out.ComponentIDs = append(out.ComponentIDs, c.ID)
		out.Components[c.ID] = c.State
	}
	return out
}

// About is part of Page.
func (a *atlassian) About(ctx context.Context) (About, error) {
	var p struct{ Name, Subdomain, Domain string }
	if err := a.call(ctx, "read the status page", http.MethodGet, at("pages", a.page), nil, nil, &p); err != nil {
		return About{}, err
	}
	host := p.Domain
	if host == "" && p.Subdomain != "" {
		host = strings.TrimSuffix(p.Subdomain, ".statuspage.io") + ".statuspage.io"
	}
	about := About{Name: cmp.Or(p.Name, host)}
	if host != "" {
		about.URL = "https://" + host
	}
	return about, nil
}

// Components is part of Page. The list is asked for in pages: without them Statuspage answers once a minute
// (https://community.atlassian.com/t5/Statuspage-articles/ba-p/1455362).
func (a *atlassian) Components(ctx context.Context) ([]incident.Component, error) {
	type component struct {
		ID     string                  `json:"id"`
		Name   string                  `json:"name"`
		Group  bool                    `json:"group"`
		Status incident.ComponentState `json:"status"`
	}
	list, err := pages(listed, 5, func(page int) (list []component, err error) {
		q := url.Values{"page": {number(page)}, "per_page": {number(listed)}}
		return list, a.call(ctx, "list the components", http.MethodGet, at("pages", a.page, "components"), q, nil, &list)
	})
	var out []incident.Component
	for _, c := range list {
		if !c.Group {
			out = append(out, incident.Component{ID: c.ID, Name: c.Name, State: c.Status})
		}
	}
	return out, err
}

// Unresolved is part of Page.
func (a *atlassian) Unresolved(ctx context.Context) ([]Incident, error) {
	list, err := a.unresolved(ctx)
	var out []Incident
	for _, i := range list {
		out = append(out, i.told())
	}
	return out, err
}

func (a *atlassian) unresolved(ctx context.Context) ([]atlassianIncident, error) {
	return pages(listed, 3, func(page int) (list []atlassianIncident, err error) {
		q := url.Values{"page": {number(page)}, "per_page": {number(listed)}}
		return list, a.call(ctx, "list the incidents of the status page", http.MethodGet, at("pages", a.page, "incidents", "unresolved"), q, nil, &list)
	})
}

// Find is part of Page: first among those that go on, then among the newest, in case that it was made as resolved.
func (a *atlassian) Find(ctx context.Context, m Mark) (Incident, bool, error) {
	list, err := a.unresolved(ctx)
	if err != nil {
		return Incident{}, false, err
	}
	if i, ok := marked(list, m); ok {
		return i, true, nil
	}
	var recent []atlassianIncident
	q := url.Values{"limit": {number(listed)}}
	if err := a.call(ctx, "look for the incident on the status page", http.MethodGet, at("pages", a.page, "incidents"), q, nil, &recent); err != nil {
		return Incident{}, false, err
	}
	i, ok := marked(recent, m)
	return i, ok, nil
}

func marked(list []atlassianIncident, m Mark) (Incident, bool) {
	for _, i := range list {
		if m.UID != "" && i.Metadata.Mayday.Incident == m.UID {
			return i.told(), true
		}
	}
	return Incident{}, false
}

// Get is part of Page.
func (a *atlassian) Get(ctx context.Context, id string) (Incident, error) {
	var i atlassianIncident
	err := a.call(ctx, "read the incident on the status page", http.MethodGet, at("pages", a.page, "incidents", id), nil, nil, &i)
	return i.told(), err
}

// Create is part of Page.
func (a *atlassian) Create(ctx context.Context, m Mark, n incident.Notice) (Incident, error) {
	body := a.noticeOf(n)
	body.Metadata = map[string]map[string]string{"mayday": {"incident": m.UID}}
	return a.write(ctx, http.MethodPost, at("pages", a.page, "incidents"), body)
}

// Update is part of Page.
func (a *atlassian) Update(ctx context.Context, id string, n incident.Notice) (Incident, error) {
	return a.write(ctx, http.MethodPatch, at("pages", a.page, "incidents", id), a.noticeOf(n))
}

func (a *atlassian) write(ctx context.Context, method, path string, n atlassianNotice) (Incident, error) {
	var i atlassianIncident
	if err := a.call(ctx, "publish", method, path, nil, map[string]any{"incident": n}, &i); err != nil {
		return Incident{}, err
	}
	if i.ID == "" {
		return Incident{}, a.unanswered("publish", errNoID)
	}
	return i.told(), nil
}
