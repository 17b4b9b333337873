package statuspage

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Source of this file: https://instatus.com/help/api, and its pages incidents, incident-updates and components.

var instatusStates = map[string]string{"operational": "OPERATIONAL", "under_maintenance": "UNDERMAINTENANCE", "degraded_performance": "DEGRADEDPERFORMANCE",
	"partial_outage": "PARTIALOUTAGE", "major_outage": "MAJOROUTAGE"}

func instatus() dialect {
	const page = " /instatus/v1/{page}"
	refuse := func(said string) any { return object{"error": object{"code": "bad_request", "message": said}} }
	return dialect{scheme: "Bearer ", refuse: refuse, routes: []route{
		{"GET /instatus/v2/pages", "GET page", false, (*Sim).instatusPages},
		{"GET" + page + "/components", "GET components", false, (*Sim).instatusComponents},
		{"GET" + page + "/incidents", "GET incidents", false, (*Sim).instatusList},
		{"GET" + page + "/incidents/{id}", "GET incident", false, (*Sim).instatusGet},
		{"POST" + page + "/incidents", "POST incidents", false, (*Sim).instatusCreate},
		{"POST" + page + "/incidents/{id}/incident-updates", "POST updates", false, (*Sim).instatusUpdate},
	}}
}

func (s *Sim) instatusPages(q *request) (int, any, error) {
	list := []object{{"id": "cl0other", "name": "Another", "subdomain": "another", "customDomain": nil, "status": "UP"},
		{"id": s.Page(), "name": s.o.Name, "subdomain": "larkfield", "customDomain": nil, "status": "UP"}}
	return http.StatusOK, part(q, list, "per_page", "page", 100), nil
}

func (s *Sim) instatusComponents(q *request) (int, any, error) {
	list := []object{}
	for _, c := range s.Parts {
		list = append(list, object{"id": c.ID, "name": c.Name, "status": instatusStates[c.State], "showUptime": true, "group": nil})
	}
	return http.StatusOK, part(q, list, "per_page", "page", 100), s.page(q)
}

func instatusObject(i *Incident) object {
	updates := []object{}
	for _, u := range i.Updates {
		updates = append(updates, instatusUpdateObject(u))
	}
	return object{"id": i.ID, "name": i.Name, "status": strings.ToUpper(i.Status), "started": i.Started, "resolved": nil, "updates": updates, "components": []object{}}
}

func instatusUpdateObject(u Update) object {
	return object{"id": u.ID, "message": u.Body, "messageHtml": "<p>" + u.Body + "</p>", "status": strings.ToUpper(u.Status), "notify": u.Notified, "started": u.Started}
}

func (s *Sim) instatusList(q *request) (int, any, error) {
	list := []object{}
	for _, i := range part(q, s.newest(func(*Incident) bool { return true }), "per_page", "page", 100) {
		list = append(list, instatusObject(i))
	}
	return http.StatusOK, list, s.page(q)
}

func (s *Sim) instatusGet(q *request) (int, any, error) {
	if i := s.find(q.PathValue("id")); i != nil && s.page(q) == nil {
		return http.StatusOK, instatusObject(i), nil
	}
	return 0, nil, no(http.StatusNotFound, "Incident not found")
}

// instatusNotice judges an incident or an update; only the first has a name.
func (s *Sim) instatusNotice(q *request, named bool) (Update, error) {
	var words []string
	for _, status := range statuses {
		words = append(words, strings.ToUpper(status))
	}
	type status struct{ ID, Status string }
	fields := map[string]field{
		"message": {true, text(25_000)}, "status": {true, oneOf(words...)}, "notify": {true, decodes(anything[bool])}, "components": {true, decodes(anything[[]string])},
		"started": {true, decodes(func(at string) string {
			if t, err := time.Parse(time.RFC3339, at); err != nil || t.IsZero() {
				return "is no time"
			}
			return ""
		})},
		"statuses": {false, decodes(func(list []status) string {
			for _, c := range list {
				if !slices.Contains([]string{"OPERATIONAL", "UNDERMAINTENANCE", "DEGRADEDPERFORMANCE", "PARTIALOUTAGE", "MAJOROUTAGE"}, c.Status) {
					return "has a status that there is not"
				}
			}
			return ""
		})},
	}
	if named {
		fields["name"] = field{true, text(255)}
	}
	if err := judge(q.body, fields); err != nil {
		return Update{}, err
	}
	u := Update{Status: strings.ToLower(is[string](q.body, "status")), Body: is[string](q.body, "message"), Notified: is[bool](q.body, "notify"),
		Started: is[string](q.body, "started"), States: map[string]string{}}
	ids := is[[]string](q.body, "components")
	for _, c := range is[[]status](q.body, "statuses") {
		if !slices.Contains(ids, c.ID) {
			return u, no(http.StatusUnprocessableEntity, "the status of a component that is not among components")
		}
		for state, word := range instatusStates {
			if word == c.Status {
				u.States[c.ID] = state
			}
		}
	}
	return u, s.unknown(ids...)
}

func (s *Sim) instatusCreate(q *request) (int, any, error) {
	if err := s.page(q); err != nil {
		return 0, nil, err
	}
	u, err := s.instatusNotice(q, true)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, instatusObject(s.make(is[string](q.body, "name"), "", u.Started, u)), nil
}

func (s *Sim) instatusUpdate(q *request) (int, any, error) {
	i := s.find(q.PathValue("id"))
	if i == nil || s.page(q) != nil {
		return 0, nil, no(http.StatusNotFound, "Incident not found")
	}
	u, err := s.instatusNotice(q, false)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, instatusUpdateObject(s.add(i, u)), nil
}
