package schedulers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mayday/oncall"
)

// Grafana is Grafana OnCall, which in Grafana Cloud is part of IRM.
type Grafana struct{ tool }

// NewGrafana asks the API at an address, which stands in OnCall's settings. token is an API key of OnCall, or that of a service account: for that
// one stack has to be the address of the Grafana that it belongs to (grafana.com/docs/oncall/latest/oncall-api-reference).
func NewGrafana(token, address, stack string) *Grafana {
	h := http.Header{"Authorization": {token}, "Accept": {"application/json"}, "User-Agent": {"mayday"}}
	if stack != "" {
		h.Set("X-Grafana-URL", stack)
	}
	return &Grafana{newTool("Grafana OnCall", "MAYDAY_GRAFANA_ONCALL_TOKEN", strings.TrimSuffix(strings.TrimRight(address, "/"), "/api/v1"), h)}
}

// grafanaShift is an entry of GET /api/v1/schedules/{id}/final_shifts.
type grafanaShift struct {
	Email    string    `json:"user_email"`
	Username string    `json:"user_username"`
	Start    time.Time `json:"shift_start"`
	End      time.Time `json:"shift_end"`
}

// Shifts gives who is on call by a schedule, its overrides and swaps applied. The API takes days; both are included
// (grafana.com/docs/oncall/latest/oncall-api-reference/schedules, "Export a schedule's final shifts").
func (g *Grafana) Shifts(ctx context.Context, id string, from, until time.Time) (shifts oncall.Roster, err error) {
	query := url.Values{"start_date": {from.UTC().Format(time.DateOnly)}, "end_date": {until.UTC().Format(time.DateOnly)}}
	for page := 1; page <= mostPages; page++ {
		var got struct {
			// Next is the address of the next page, of which only that there is one counts: the token stays with our host.
			Next    *string        `json:"next"`
			Results []grafanaShift `json:"results"`
		}
		if page > 1 {
			query.Set("page", strconv.Itoa(page))
		}
		if err := g.get(ctx, "/api/v1/schedules/"+url.PathEscape(id)+"/final_shifts", query, id, &got); err != nil {
			return nil, err
		}
		for _, r := range got.Results {
			s := oncall.Shift{Person: oncall.Person{Email: email(r.Email), Name: r.Username}, From: r.Start.UTC(), Until: r.End.UTC()}
			if s.Person != (oncall.Person{}) && s.From.Before(s.Until) {
				shifts = append(shifts, s)
			}
		}
		if got.Next == nil || *got.Next == "" || len(got.Results) == 0 {
			return oncall.Together(shifts), nil
		}
	}
	return nil, g.tooMany(id)
}
