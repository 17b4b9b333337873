package schedulers

import (
	"net/http"
	"time"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

// pagerDutyID is how its ids look.
var pagerDutyID = lazyregexp.New(`^[PQ][A-Z0-9]{6,13}$`)

// PagerDuty starts a simulated PagerDuty: GET /oncalls of reference/REST/openapiv3.json in github.com/PagerDuty/api-schema.
func PagerDuty() *Sim {
	return start(100, func(s *Sim) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /oncalls", s.onCalls)
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			s.Violate("%s %s is not known to the simulator", r.Method, r.URL.Path)
			wire.Answer(w, http.StatusNotFound, pagerDutyError(2100, "Not Found"))
		})
		return mux
	})
}

func pagerDutyError(code int, message string) wire.Object {
	return wire.Object{"error": wire.Object{"code": code, "message": message, "errors": []string{message}}}
}

func (s *Sim) onCalls(w http.ResponseWriter, r *http.Request) {
	if !s.noted(w, r, "GET oncalls") {
		return
	}
	s.only(r, "time_zone", "limit", "offset", "total", "include[]", "user_ids[]", "escalation_policy_ids[]", "schedule_ids[]", "since", "until", "earliest")
	if got := r.Header.Get("Accept"); got != "application/vnd.pagerduty+json;version=2" {
		s.Violate("the header Accept is %q", got)
	}
	if got := r.Header.Get("Content-Type"); got != "application/json" { // required, although a GET has no body
		s.Violate("the header Content-Type is %q", got)
	}
	if r.Header.Get("Authorization") != "Token token="+Token {
		wire.Answer(w, http.StatusUnauthorized, pagerDutyError(2006, "Authentication failed"))
		return
	}
	q := r.URL.Query()
	for _, v := range q["include[]"] {
		if v != "users" && v != "schedules" && v != "escalation_policies" {
			s.Violate("include[] is %q", v)
		}
	}
	limit, ok := number(r, "limit", 25)
	offset, ok2 := number(r, "offset", 0)
	since, until := time.Now(), time.Now()
	for name, to := range map[string]*time.Time{"since": &since, "until": &until} {
		t, err := time.Parse(time.RFC3339, q.Get(name))
		ok = ok && (err == nil || q.Get(name) == "")
		if err == nil {
			*to = t
		}
	}
	if !ok || !ok2 || limit < 1 || limit > 100 || until.Before(since) || until.After(time.Now().AddDate(0, 0, 90)) {
		wire.Answer(w, http.StatusBadRequest, pagerDutyError(2001, "Invalid Input Provided"))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []wire.Object
	add := func(ids []string, from map[string][]OnCall, kind string) {
		for _, id := range ids {
			if !pagerDutyID.MatchString(id) {
				s.Violate("%q is no id of PagerDuty", id)
			}
			for _, c := range s.within(from[id], since, until) {
				all = append(all, onCallObject(c, kind, id, len(q["include[]"]) > 0))
			}
		}
	}
	add(q["schedule_ids[]"], s.schedules, "schedule")
	add(q["escalation_policy_ids[]"], s.policies, "escalation_policy")
	end := min(offset+min(limit, s.page), len(all))
	wire.Answer(w, http.StatusOK, wire.Object{"oncalls": all[min(offset, end):end], "limit": limit, "offset": offset, "more": end < len(all), "total": nil})
}

// onCallObject is an entry: without include[]=users the user is a reference, which has no address.
func onCallObject(c OnCall, kind, id string, whole bool) wire.Object {
	user := wire.Object{"id": "PUSER01", "type": "user_reference", "summary": c.Name, "self": "https://api.pagerduty.com/users/PUSER01", "html_url": nil}
	if whole {
		user["type"], user["name"], user["email"], user["time_zone"] = "user", c.Name, c.Email, "Europe/Berlin"
	}
	o := wire.Object{
		"user": user, "schedule": nil, "escalation_policy": wire.Object{"id": "PPOLICY", "type": "escalation_policy_reference", "summary": "Policy"},
		"escalation_level": max(c.Level, 1), "start": nil, "end": nil,
	}
	o[kind] = wire.Object{"id": id, "type": kind + "_reference", "summary": "Primary"}
	if !c.Start.IsZero() {
		o["start"] = c.Start.Format(time.RFC3339)
	}
	if !c.End.IsZero() {
		o["end"] = c.End.Format(time.RFC3339)
	}
	return o
}
