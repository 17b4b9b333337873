package statuspage

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Statuspage's words. Source of this file: the description of the interface in OpenAPI at https://developer.statuspage.io.
var (
	statuses = []string{"investigating", "identified", "monitoring", "resolved"}
	states   = []string{"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
)

func atlassian() dialect {
	const page = " /statuspage/pages/{page}"
	return dialect{scheme: "OAuth ", refuse: func(said string) any { return object{"error": said} }, routes: []route{
		{"GET" + page, "GET page", false, (*Sim).atlassianPage},
		{"GET" + page + "/components", "GET components", false, (*Sim).atlassianComponents},
		{"GET" + page + "/incidents", "GET incidents", false, func(s *Sim, q *request) (int, any, error) {
			return s.atlassianList(q, "limit", func(*Incident) bool { return true })
		}},
		{"GET" + page + "/incidents/unresolved", "GET unresolved", false, func(s *Sim, q *request) (int, any, error) {
			return s.atlassianList(q, "per_page", func(i *Incident) bool { return i.Status != "resolved" })
		}},
		{"GET" + page + "/incidents/{id}", "GET incident", false, (*Sim).atlassianGet},
		{"POST" + page + "/incidents", "POST incidents", false, (*Sim).atlassianCreate},
		{"PATCH" + page + "/incidents/{id}", "PATCH incidents", false, (*Sim).atlassianUpdate},
	}}
}

func (s *Sim) atlassianPage(q *request) (int, any, error) {
	return http.StatusOK, object{"id": s.Page(), "name": s.o.Name, "subdomain": "larkfield", "domain": nil, "time_zone": "UTC"}, s.page(q)
}

func (s *Sim) atlassianComponents(q *request) (int, any, error) {
	if err := s.page(q); err != nil {
		return 0, nil, err
	}
	list := []object{{"id": "g1", "name": "Everything", "group": true, "status": "operational"}} // a group cannot be affected
	for _, c := range s.Parts {
		list = append(list, object{"id": c.ID, "page_id": s.Page(), "name": c.Name, "group": false, "status": c.State})
	}
	return http.StatusOK, part(q, list, "per_page", "page", 100), nil
}

func (s *Sim) atlassianList(q *request, size string, want func(*Incident) bool) (int, any, error) {
	if err := s.page(q); err != nil {
		return 0, nil, err
	}
	list := []object{}
	for _, i := range part(q, s.newest(want), size, "page", 100) {
		list = append(list, s.atlassianObject(i))
	}
	return http.StatusOK, list, nil
}

func (s *Sim) atlassianObject(i *Incident) object {
	updates := []object{}
	for _, u := range slices.Backward(i.Updates) {
		updates = append(updates, object{"id": u.ID, "incident_id": i.ID, "status": u.Status, "body": u.Body, "deliver_notifications": u.Notified})
	}
	mark := json.RawMessage(i.Mark)
	if i.Mark == "" {
		mark = json.RawMessage("{}")
	}
	return object{"id": i.ID, "page_id": s.Page(), "name": i.Name, "status": i.Status, "metadata": mark, "incident_updates": updates,
		"shortlink": s.base + "/incidents/" + i.ID, "created_at": i.Created.UTC().Format(time.RFC3339)}
}

func (s *Sim) atlassianIncident(q *request) (*Incident, error) {
	if err := s.page(q); err != nil {
		return nil, err
	}
	if i := s.find(q.PathValue("id")); i != nil {
		return i, nil
	}
	return nil, no(http.StatusNotFound, "Record not found")
}

func (s *Sim) atlassianGet(q *request) (int, any, error) {
	i, err := s.atlassianIncident(q)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, s.atlassianObject(i), nil
}

// atlassianFields are those of an incident that happens now; what is for planned work is left out: nobody here sends it.
func atlassianFields() map[string]field {
	return map[string]field{
		"name": {check: text(255)}, "body": {check: text(25_000)}, "status": {check: oneOf(statuses...)},
		"impact_override":       {check: oneOf("none", "maintenance", "minor", "major", "critical")},
		"deliver_notifications": {check: decodes(anything[bool])},
		"component_ids":         {check: decodes(anything[[]string])},
		"components": {check: decodes(func(m map[string]string) string {
			for _, state := range m {
				if !slices.Contains(states, state) {
					return "has a state that there is not"
				}
			}
			return ""
		})},
		"metadata": {check: decodes(anything[map[string]map[string]any])}, // "All top-level values in the object must also be objects"
	}
}

// atlassianNotice judges what is written of an incident.
func (s *Sim) atlassianNotice(q *request) (map[string]json.RawMessage, Update, error) {
	if err := judge(q.body, map[string]field{"incident": {true, decodes(anything[map[string]json.RawMessage])}}); err != nil {
		return nil, Update{}, err
	}
	body := is[map[string]json.RawMessage](q.body, "incident")
	if err := judge(body, atlassianFields()); err != nil {
		return nil, Update{}, err
	}
	u := Update{Status: is[string](body, "status"), Body: is[string](body, "body"), Notified: true, States: is[map[string]string](body, "components")}
	if _, said := body["deliver_notifications"]; said { // "default": true
		u.Notified = is[bool](body, "deliver_notifications")
	}
	ids := is[[]string](body, "component_ids")
	if err := s.unknown(ids...); err != nil {
		return nil, u, err
	}
	for id := range u.States {
		if !slices.Contains(ids, id) {
			return nil, u, no(http.StatusUnprocessableEntity, "the state of component %s is set, which is not among component_ids", id)
		}
	}
	return body, u, nil
}

func (s *Sim) atlassianCreate(q *request) (int, any, error) {
	if err := s.page(q); err != nil {
		return 0, nil, err
	}
	body, u, err := s.atlassianNotice(q)
	switch {
	case err != nil:
		return 0, nil, err
	case is[string](body, "name") == "":
		return 0, nil, no(http.StatusUnprocessableEntity, "name can't be blank")
	case u.Status == "":
		u.Status = "investigating"
	}
	return http.StatusCreated, s.atlassianObject(s.make(is[string](body, "name"), string(body["metadata"]), "", u)), nil
}

func (s *Sim) atlassianUpdate(q *request) (int, any, error) {
	i, err := s.atlassianIncident(q)
	if err != nil {
		return 0, nil, err
	}
	body, u, err := s.atlassianNotice(q)
	if err != nil {
		return 0, nil, err
	}
	if name := is[string](body, "name"); name != "" {
		i.Name = name
	}
	if m, sent := body["metadata"]; sent {
		i.Mark = string(m)
	}
	if u.Status == "" {
		u.Status = i.Status
	}
	s.add(i, u)
	return http.StatusOK, s.atlassianObject(i), nil
}
