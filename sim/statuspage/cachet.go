package statuspage

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Source of this file: the controllers and requests of https://github.com/cachethq/core (routes/api.php, IncidentController,
// IncidentUpdateController, CreateIncidentRequestData), and https://docs.cachethq.io/api-reference.

var (
	cachetStatuses = map[string]int{"investigating": 1, "identified": 2, "monitoring": 3, "resolved": 4}
	cachetStates   = map[string]int{"operational": 1, "degraded_performance": 2, "partial_outage": 3, "major_outage": 4, "under_maintenance": 6}
)

func cachet() dialect {
	return dialect{scheme: "Bearer ", refuse: func(said string) any { return object{"message": said} }, routes: []route{
		{"GET /api/version", "GET version", true, func(*Sim, *request) (int, any, error) {
			return http.StatusOK, object{"data": object{"version": "3.x"}}, nil
		}},
		{"GET /api/subscribers", "GET subscribers", false, func(*Sim, *request) (int, any, error) {
			return 0, nil, no(http.StatusForbidden, "Invalid ability provided.") // a key that only writes incidents
		}},
		{"GET /api/components", "GET components", true, (*Sim).cachetComponents},
		{"GET /api/incidents", "GET incidents", true, (*Sim).cachetList},
		{"GET /api/incidents/{id}", "GET incident", true, (*Sim).cachetGet},
		{"GET /api/incidents/{id}/updates", "GET updates", true, (*Sim).cachetUpdates},
		{"POST /api/incidents", "POST incidents", false, (*Sim).cachetCreate},
		{"POST /api/incidents/{id}/updates", "POST updates", false, (*Sim).cachetUpdate},
	}}
}

// item is a thing in the form of JSON:API.
func item(kind, id string, attributes object) object {
	return object{"id": id, "type": kind, "attributes": attributes}
}

func numbered(n int) object { return object{"human": "…", "value": n} }

func cachetObject(i *Incident) object {
	return item("incidents", i.ID, object{"id": i.ID, "guid": i.ID, "name": i.Name, "message": i.Updates[0].Body, "status": numbered(cachetStatuses[i.Status])})
}

func cachetUpdateObject(u Update) object {
	return item("updates", u.ID, object{"id": u.ID, "message": u.Body, "status": numbered(cachetStatuses[u.Status])})
}

func (s *Sim) cachetComponents(q *request) (int, any, error) {
	list := []object{}
	for _, c := range s.Parts {
		list = append(list, item("components", c.ID, object{"name": c.Name, "status": numbered(cachetStates[c.State])}))
	}
	return http.StatusOK, object{"data": part(q, list, "per_page", "page", 100)}, nil
}

func (s *Sim) cachetList(q *request) (int, any, error) {
	for key := range q.URL.Query() {
		meta := strings.HasPrefix(key, "filter[meta]")
		if meta && s.o.NoMetadata {
			return http.StatusBadRequest, object{"message": "Requested filter(s) `meta` are not allowed."}, nil
		}
		if !meta && key != "per_page" && key != "page" {
			return 0, nil, no(http.StatusBadRequest, "Requested filter(s) `%s` are not allowed.", key)
		}
	}
	want := q.URL.Query().Get("filter[meta][mayday]")
	list := []object{}
	for _, i := range part(q, s.newest(func(i *Incident) bool {
		return want == "" || is[string](is[map[string]json.RawMessage](map[string]json.RawMessage{"m": json.RawMessage(i.Mark)}, "m"), "mayday") == want
	}), "per_page", "page", 100) {
		list = append(list, cachetObject(i))
	}
	return http.StatusOK, object{"data": list}, nil
}

func (s *Sim) cachetGet(q *request) (int, any, error) {
	if i := s.find(q.PathValue("id")); i != nil {
		return http.StatusOK, object{"data": cachetObject(i)}, nil
	}
	return 0, nil, no(http.StatusNotFound, "No query results for model")
}

func (s *Sim) cachetUpdates(q *request) (int, any, error) {
	i := s.find(q.PathValue("id"))
	if i == nil {
		return 0, nil, no(http.StatusNotFound, "No query results for model")
	}
	list := []object{}
	for _, u := range slices.Backward(i.Updates[1:]) { // the first is the incident's own message
		list = append(list, cachetUpdateObject(u))
	}
	if q.URL.Query().Get("sort") != "-created_at" {
		slices.Reverse(list)
	}
	return http.StatusOK, object{"data": part(q, list, "per_page", "page", 100)}, nil
}

func ofNumbers(all map[string]int) func(int) string {
	return func(n int) string {
		for _, known := range all {
			if n == known {
				return ""
			}
		}
		return "is no number that there is"
	}
}

func wordOf(all map[string]int, n int) string {
	for word, known := range all {
		if n == known {
			return word
		}
	}
	return ""
}

func (s *Sim) cachetCreate(q *request) (int, any, error) {
	type component struct{ ID, Status int }
	fields := map[string]field{
		"name": {true, text(255)}, "message": {true, text(65_000)}, "status": {true, decodes(ofNumbers(cachetStatuses))},
		"visible": {true, decodes(anything[bool])}, "notifications": {true, decodes(anything[bool])}, "occurred_at": {false, text(40)},
		"meta": {false, decodes(anything[map[string]string])},
		"components": {false, decodes(func(list []component) string {
			for _, c := range list {
				if ofNumbers(cachetStates)(c.Status) != "" {
					return "has a status that there is not"
				}
			}
			return ""
		})},
	}
	if err := judge(q.body, fields); err != nil {
		return 0, nil, err
	}
	u := Update{Status: wordOf(cachetStatuses, is[int](q.body, "status")), Body: is[string](q.body, "message"), Notified: is[bool](q.body, "notifications"), States: map[string]string{}}
	for _, c := range is[[]component](q.body, "components") {
		id := strconv.Itoa(c.ID)
		if err := s.unknown(id); err != nil {
			return 0, nil, err
		}
		u.States[id] = wordOf(cachetStates, c.Status)
	}
	return http.StatusCreated, object{"data": cachetObject(s.make(is[string](q.body, "name"), string(q.body["meta"]), "", u))}, nil
}

func (s *Sim) cachetUpdate(q *request) (int, any, error) {
	i := s.find(q.PathValue("id"))
	if i == nil {
		return 0, nil, no(http.StatusNotFound, "No query results for model")
	}
	if err := judge(q.body, map[string]field{"status": {true, decodes(ofNumbers(cachetStatuses))}, "message": {true, text(65_000)}}); err != nil {
		return 0, nil, err
	}
	u := Update{Status: wordOf(cachetStatuses, is[int](q.body, "status")), Body: is[string](q.body, "message"), Notified: i.Updates[0].Notified}
	return http.StatusCreated, object{"data": cachetUpdateObject(s.add(i, u))}, nil
}
