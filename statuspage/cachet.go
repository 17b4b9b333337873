package statuspage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"mayday/incident"
)

// cachet is a page of Cachet 3. Sources: https://docs.cachethq.io/api-reference and the controllers of
// https://github.com/cachethq/core. The mark is metadata of the incident, which Cachet has had since July 2026. A text after
// the first one says nothing of components and of subscribers: Cachet's updates have neither.
type cachet struct{ *wire }

// cachetStatuses and cachetStates are Cachet's numbers (https://docs.cachethq.io/incident-statuses, /component-statuses).
var (
	cachetStatuses = map[incident.PublicStatus]int{incident.PublicInvestigating: 1, incident.PublicIdentified: 2, incident.PublicMonitoring: 3, incident.PublicResolved: 4}
	cachetStates   = map[incident.ComponentState]int{incident.Operational: 1, incident.DegradedPerformance: 2, incident.PartialOutage: 3, incident.MajorOutage: 4, incident.UnderMaintenance: 6}
)

// markName is the key of the mark among the metadata.
const markName = "mayday"

// cachetItem is one thing as Cachet tells it, in the form of JSON:API.
type cachetItem struct {
	ID         string `json:"id"`
	Attributes struct {
		GUID    string `json:"guid"`
		Name    string `json:"name"`
		Message string `json:"message"`
		Status  struct {
			Value int `json:"value"`
		} `json:"status"`
	} `json:"attributes"`
}

func publicStatus(n int) incident.PublicStatus {
	for s, known := range cachetStatuses {
		if known == n {
			return s
		}
	}
	return ""
}

// told gives an incident without what was said after its first text.
func (c *cachet) told(i cachetItem) Incident {
	told := Incident{ID: i.ID, Name: i.Attributes.Name, Status: publicStatus(i.Attributes.Status.Value)}
	if i.Attributes.GUID != "" {
		told.URL = c.base + at("incidents", i.Attributes.GUID)
	}
	return told
}

// list reads a list of things.
func (c *cachet) list(ctx context.Context, doing, path string, q url.Values) ([]cachetItem, error) {
	q.Set("per_page", number(listed))
	var answer struct {
		Data []cachetItem `json:"data"`
	}
	if err := c.call(ctx, doing, http.MethodGet, path, q, nil, &answer); err != nil {
		return nil, err
	}
	return answer.Data, nil
}

// About is part of Page. Reading needs no key in Cachet except for the subscribers: whoever may not see those is known all
// the same, and only a wrong key is turned away.
func (c *cachet) About(ctx context.Context) (About, error) {
	var version struct {
		Data struct {
			Version string `json:"version"`
		} `json:"data"`
	}
	if err := c.call(ctx, "read the status page", http.MethodGet, "/api/version", nil, nil, &version); err != nil {
		return About{}, err
	}
	err := c.call(ctx, "use the key", http.MethodGet, "/api/subscribers", url.Values{"per_page": {"1"}}, nil, nil)
	var e *Error
	if errors.As(err, &e) && e.Status != http.StatusForbidden {
		return About{}, err
	}
	if _, _, err := c.Find(ctx, Mark{UID: "none"}); err != nil {
		if errors.As(err, &e) && e.Status == http.StatusBadRequest {
			e.Next = "Update Cachet: this one keeps no metadata of incidents, by which mayday finds again what it published"
		}
		return About{}, err
	}
	host := c.base
	if u, err := url.Parse(c.base); err == nil {
		host = u.Host
	}
	return About{Name: host, URL: c.base}, nil
}

// Components is part of Page.
func (c *cachet) Components(ctx context.Context) ([]incident.Component, error) {
	list, err := c.list(ctx, "list the components", "/api/components", url.Values{})
	var out []incident.Component
	for _, i := range list {
		one := incident.Component{ID: i.ID, Name: i.Attributes.Name}
		for state, n := range cachetStates {
			if n == i.Attributes.Status.Value {
				one.State = state
			}
		}
		out = append(out, one)
	}
	return out, err
}

// Unresolved is part of Page.
func (c *cachet) Unresolved(ctx context.Context) ([]Incident, error) {
	list, err := c.list(ctx, "list the incidents of the status page", "/api/incidents", url.Values{})
	var out []Incident
	for _, i := range list {
		if told := c.told(i); told.Status != incident.PublicResolved {
			out = append(out, told)
		}
	}
	return out, err
}

// Find is part of Page.
func (c *cachet) Find(ctx context.Context, m Mark) (Incident, bool, error) {
	list, err := c.list(ctx, "look for the incident on the status page", "/api/incidents", url.Values{"filter[meta][" + markName + "]": {m.UID}})
	if err != nil || len(list) == 0 {
		return Incident{}, false, err
	}
	i, err := c.withTexts(ctx, list[0])
	return i, err == nil, err
}

// withTexts completes an incident with what was said.
func (c *cachet) withTexts(ctx context.Context, i cachetItem) (Incident, error) {
	told := c.told(i)
	updates, err := c.list(ctx, "read the incident on the status page", "/api"+at("incidents", i.ID, "updates"), url.Values{"sort": {"-created_at"}})
	for _, u := range updates {
		told.Texts = append(told.Texts, Text{ID: u.ID, Status: publicStatus(u.Attributes.Status.Value), Text: u.Attributes.Message})
	}
	// The first text is the incident's own message; which status it had is not told any more once an update changed it.
	first := Text{ID: firstText, Text: i.Attributes.Message, Status: told.Status}
	if len(updates) > 0 {
		first.Status = ""
	}
	told.Texts = append(told.Texts, first)
	return told, err
}

// firstText stands for the id of an incident's own message, which has none.
const firstText = "message"

// Get is part of Page.
func (c *cachet) Get(ctx context.Context, id string) (Incident, error) {
	var answer struct {
		Data cachetItem `json:"data"`
	}
	if err := c.call(ctx, "read the incident on the status page", http.MethodGet, "/api"+at("incidents", id), nil, nil, &answer); err != nil {
		return Incident{}, err
	}
	return c.withTexts(ctx, answer.Data)
}

// Create is part of Page.
func (c *cachet) Create(ctx context.Context, m Mark, n incident.Notice) (Incident, error) {
	type component struct {
		ID     int `json:"id"`
		Status int `json:"status"`
	}
	affected := []component{}
	for _, a := range n.Components {
		if id, err := strconv.Atoi(a.ID); err == nil {
			affected = append(affected, component{id, cachetStates[a.State]})
		}
	}
	body := map[string]any{"name": n.Title, "message": n.Text, "status": cachetStatuses[n.Status], "visible": true, "notifications": n.Notify,
		"occurred_at": m.Began.UTC().Format("2006-01-02T15:04:05Z"), "components": affected, "meta": map[string]string{markName: m.UID}}
	var answer struct {
		Data cachetItem `json:"data"`
	}
	if err := c.call(ctx, "publish", http.MethodPost, "/api/incidents", nil, body, &answer); err != nil {
		return Incident{}, err
	}
	if answer.Data.ID == "" {
		return Incident{}, c.unanswered("publish", errNoID)
	}
	told := c.told(answer.Data)
	told.Texts = []Text{{ID: firstText, Status: n.Status, Text: n.Text}}
	return told, nil
}

// Update is part of Page.
func (c *cachet) Update(ctx context.Context, id string, n incident.Notice) (Incident, error) {
	body := map[string]any{"status": cachetStatuses[n.Status], "message": n.Text}
	var answer struct {
		Data cachetItem `json:"data"`
	}
	if err := c.call(ctx, "publish", http.MethodPost, "/api"+at("incidents", id, "updates"), nil, body, &answer); err != nil {
		return Incident{}, err
	}
	return Incident{ID: id, Status: n.Status, Texts: []Text{{ID: answer.Data.ID, Status: n.Status, Text: n.Text}}}, nil
}
