package schedulers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"mayday/oncall"
)

// PagerDuty is an account of PagerDuty.
type PagerDuty struct{ tool }

// pagerDutyMost is how far ahead PagerDuty tells shifts, and pagerDutyPage the most that it tells at once
// (GET /oncalls in github.com/PagerDuty/api-schema; developer.pagerduty.com, pagination).
const (
	pagerDutyMost = 90 * 24 * time.Hour
	pagerDutyPage = 100
)

// PagerDutyAddress is the API of accounts in the US. That of accounts in the EU is https://api.eu.pagerduty.com
// (support.pagerduty.com/main/docs/service-regions).
const PagerDutyAddress = "https://api.pagerduty.com"

// NewPagerDuty asks with a token that may read; address is that of the API, empty for PagerDutyAddress.
func NewPagerDuty(token, address string) *PagerDuty {
	return &PagerDuty{newTool("PagerDuty", "MAYDAY_PAGERDUTY_TOKEN", cmp.Or(address, PagerDutyAddress), http.Header{
		"Authorization": {"Token token=" + token}, "Accept": {"application/vnd.pagerduty+json;version=2"}, "Content-Type": {"application/json"}, "User-Agent": {"mayday"},
	})}
}

// pagerDutyOnCall is an entry of GET /oncalls: a null start or end is that of who is always on call.
type pagerDutyOnCall struct {
	User struct {
		Name    string `json:"name"`
		Summary string `json:"summary"`
		Email   string `json:"email"`
	} `json:"user"`
	Level int        `json:"escalation_level"`
	Start *time.Time `json:"start"`
	End   *time.Time `json:"end"`
}

// Shifts gives who is on call by a schedule or, when id is that of an escalation policy, by its first level. The ids of both look alike, so that
// the policy is asked where no schedule has a shift.
func (p *PagerDuty) Shifts(ctx context.Context, id string, from, until time.Time) (oncall.Roster, error) {
	if most := from.Add(pagerDutyMost - 48*time.Hour); until.After(most) {
		until = most
	}
	shifts, err := p.list(ctx, id, "schedule_ids[]", from, until)
	if err == nil && len(shifts) == 0 {
		shifts, err = p.list(ctx, id, "escalation_policy_ids[]", from, until)
	}
	return oncall.Together(shifts), err
}

// list asks page by page. The users are asked for too, because only they have an address.
func (p *PagerDuty) list(ctx context.Context, id, by string, from, until time.Time) (shifts oncall.Roster, err error) {
	offset := 0
	for range mostPages {
		var got struct {
			OnCalls []pagerDutyOnCall `json:"oncalls"`
			More    bool              `json:"more"`
		}
		query := url.Values{by: {id}, "include[]": {"users"}, "time_zone": {"UTC"}, "limit": {strconv.Itoa(pagerDutyPage)}, "offset": {strconv.Itoa(offset)},
			"since": {from.UTC().Format(time.RFC3339)}, "until": {until.UTC().Format(time.RFC3339)}}
		if err := p.get(ctx, "/oncalls", query, id, &got); err != nil {
			return nil, err
		}
		for _, c := range got.OnCalls {
			if s, ok := c.shift(from); ok && (by == "schedule_ids[]" || c.Level == 1) {
				shifts = append(shifts, s)
			}
		}
		if !got.More || len(got.OnCalls) == 0 {
			return shifts, nil
		}
		offset += len(got.OnCalls)
	}
	return nil, p.tooMany(id)
}

// shift is what an entry says; false when it names nobody, or no time.
func (c pagerDutyOnCall) shift(from time.Time) (oncall.Shift, bool) {
	s := oncall.Shift{Person: oncall.Person{Email: email(c.User.Email), Name: cmp.Or(c.User.Name, c.User.Summary)}, From: from.UTC().Truncate(24 * time.Hour), Until: oncall.Forever}
	if c.Start != nil {
		s.From = c.Start.UTC()
	}
	if c.End != nil {
		s.Until = c.End.UTC()
	}
	return s, s.Person != oncall.Person{} && s.From.Before(s.Until)
}
