package schedulers

import (
	"net/http"
	"time"

	"mayday/sim/wire"
)

// Grafana starts a simulated Grafana OnCall: GET /api/v1/schedules/{id}/final_shifts
// (grafana.com/docs/oncall/latest/oncall-api-reference/schedules).
func Grafana() *Sim {
	return start(50, func(s *Sim) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /api/v1/schedules/{id}/final_shifts", s.finalShifts)
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			s.Violate("%s %s is not known to the simulator", r.Method, r.URL.Path)
			wire.Answer(w, http.StatusNotFound, wire.Object{"detail": "Not found."})
		})
		return mux
	})
}

// ServiceAccount is a token of a service account, which Grafana takes only beside the address of its stack.
const ServiceAccount = "glsa_simulated"

func (s *Sim) finalShifts(w http.ResponseWriter, r *http.Request) {
	if !s.noted(w, r, "GET final_shifts") {
		return
	}
	s.only(r, "start_date", "end_date", "page")
	switch r.Header.Get("Authorization") {
	case Token:
	case ServiceAccount:
		if r.Header.Get("X-Grafana-URL") == "" {
			wire.Answer(w, http.StatusForbidden, wire.Object{"detail": "Invalid token."})
			return
		}
	default:
		wire.Answer(w, http.StatusForbidden, wire.Object{"detail": "Invalid token."})
		return
	}
	start, err := time.Parse(time.DateOnly, r.URL.Query().Get("start_date"))
	end, err2 := time.Parse(time.DateOnly, r.URL.Query().Get("end_date"))
	page, ok := number(r, "page", 1)
	if err != nil || err2 != nil || !ok || end.Before(start) || end.Sub(start) > 365*24*time.Hour {
		wire.Answer(w, http.StatusBadRequest, wire.Object{"end_date": []string{"must be greater than or equal to start_date, and at most 365 days from it"}})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list, known := s.schedules[r.PathValue("id")]
	if !known {
		wire.Answer(w, http.StatusNotFound, wire.Object{"detail": "Not found."})
		return
	}
	in := s.within(list, start, end.AddDate(0, 0, 1))
	first := min((page-1)*s.page, len(in))
	last := min(first+s.page, len(in))
	results := []wire.Object{}
	for _, c := range in[first:last] {
		results = append(results, wire.Object{"user_pk": "UC2CHRT5SD34X", "user_email": c.Email, "user_username": c.Name,
			"shift_start": c.Start.UTC().Format(time.RFC3339), "shift_end": c.End.UTC().Format(time.RFC3339)})
	}
	var next any
	if last < len(in) {
		next = "https://elsewhere.example.com/api/v1/schedules/" + r.PathValue("id") + "/final_shifts?page=2" // a token that follows it is lost
	}
	wire.Answer(w, http.StatusOK, wire.Object{"count": len(in), "next": next, "previous": nil, "results": results, "current_page_number": page, "page_size": s.page, "total_pages": (len(in) + s.page - 1) / s.page})
}
