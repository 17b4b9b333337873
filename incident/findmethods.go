package incident

import "time"

// FindMethods finds out how the people of Pages[Page] are reached besides Slack, and whether they may be asleep.
type FindMethods struct {
	Ref
	Page int `json:"page"`
}

// Kind names the effect.
func (FindMethods) Kind() string { return "find_methods" }

// Reach is what is known of how the people of a page are reached besides Slack.
type Reach struct {
	// FoundAt is when it was found out.
	FoundAt time.Time `json:"found_at"`
	Methods []Method  `json:"methods,omitempty"`
	Rest    Rest      `json:"rest,omitzero"`
	// Attempts by their index in Methods.
	Attempts map[int]Attempt `json:"attempts,omitempty"`
}

// Rest is when somebody is not to be expected to look at Slack. Of the zero value nothing is known.
type Rest struct {
	// Zone is that of their account, "Europe/Berlin"; empty when it is not known.
	Zone string `json:"zone,omitempty"`
	// From and Until bound their do-not-disturb, the one that is or the next; zero without one.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// MethodsFound records how the people of Pages[page] are reached besides Slack, once, and begins what is due by now.
func MethodsFound(inc Incident, page int, methods []Method, rest Rest, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) {
		return Change{Incident: inc}, nil
	}
	if _, known := inc.Reaches[page]; known || !inc.Status.Live() || len(methods) == 0 {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Silent = true
	e.Incident.Reaches[page] = Reach{FoundAt: e.now, Methods: methods, Rest: rest}
	e.reachDue()
	return e.done()
}
