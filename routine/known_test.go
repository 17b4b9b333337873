package routine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// nine is a Tuesday morning, and monday when the round before began.
var (
	nine   = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// TestWhatMaydayKnowsAnswers: what a sender's alerts, its heartbeat and the deployments say of an item. What nobody set
// up settles nothing and says what to set up.
func TestWhatMaydayKnowsAnswers(t *testing.T) {
	none, _ := ReadExpectation("0")
	under, _ := ReadExpectation("under 3")
	known := Known{
		Senders: []string{"snag-web", "backups", "uptime"}, Since: monday, Now: nine,
		Alerts: []Alert{
			{Source: "snag-web", Title: "TypeError in cart", Severity: "P2", Rank: 2, Count: 40, Link: "https://snag.test/1"},
			{Source: "snag-web", Title: "Pool exhausted", Severity: "P0", Count: 3, Open: true, Link: "https://snag.test/2"},
			{Source: "uptime", Title: "API rate limit reached on /orders", Rank: 4, Count: 1},
			{Source: "uptime", Title: "Rate of orders is low", Rank: 4, Count: 1},
		},
		Heartbeats: []Heartbeat{
			{Source: "backups", Every: 25 * time.Hour, At: nine.Add(-7 * time.Hour), Made: monday.Add(-time.Hour)},
			{Source: "billing-sync", Every: time.Hour, At: nine.Add(-2 * time.Hour), Made: monday},
			{Source: "export", Every: 25 * time.Hour, Made: nine.Add(-time.Hour)},
			{Source: "dump", Every: time.Hour, Made: monday},
		},
		Changes: []Deployment{
			{Source: "berth", Title: "web 4f3c2a1", By: "ben", At: nine.Add(-time.Hour), Link: "https://berth.test/2"},
			{Source: "berth", Title: "api 9c1e001", At: nine.Add(-20 * time.Hour)},
		},
	}
	empty := Known{Since: monday, Now: nine}
	besides := known
	besides.Besides = " (yesterday 1)"
	for name, tt := range map[string]struct {
		k       Known
		a       Ask
		text    string
		verdict Verdict
		link    string
	}{
		"the worst first":          {known, Ask{Kind: AskAlerts, Sender: "snag"}, "2 since Mon 2 Mar 09:00, 1 still firing: Pool exhausted ×3 (P0); TypeError in cart ×40 (P2)", Shown, "https://snag.test/2"},
		"more than expected":       {known, Ask{Kind: AskAlerts, Sender: "snag", Expect: none}, "2 since Mon 2 Mar 09:00, 1 still firing: Pool exhausted ×3 (P0); TypeError in cart ×40 (P2)", Wrong, "https://snag.test/2"},
		"fewer than expected":      {known, Ask{Kind: AskAlerts, Sender: "snag", Expect: under}, "2 since Mon 2 Mar 09:00, 1 still firing: Pool exhausted ×3 (P0); TypeError in cart ×40 (P2)", Fine, "https://snag.test/2"},
		"a quiet sender":           {known, Ask{Kind: AskAlerts, Sender: "backups", Expect: none}, "none since Mon 2 Mar 09:00", Fine, ""},
		"days before":              {besides, Ask{Kind: AskAlerts, Sender: "backup"}, "none since Mon 2 Mar 09:00 (yesterday 1)", Shown, ""},
		"no such sender":           {known, Ask{Kind: AskAlerts, Sender: "rollbar", Expect: none}, "no alerts of rollbar reach mayday: `mayday source add rollbar`", Silent, ""},
		"what alerts speak of":     {known, Ask{Kind: AskAlerts, About: []string{"rate", "limit"}}, "1 since Mon 2 Mar 09:00: API rate limit reached on /orders", Shown, ""},
		"all alerts":               {known, Ask{Kind: AskAlerts}, "4 since Mon 2 Mar 09:00, 1 still firing: Pool exhausted ×3 (P0); TypeError in cart ×40 (P2); API rate limit reached on /orders; 1 more", Shown, "https://snag.test/2"},
		"no sender at all":         {empty, Ask{Kind: AskAlerts, About: []string{"rate"}, Expect: none}, "no alerts reach mayday: `mayday source add NAME`", Silent, ""},
		"on time":                  {known, Ask{Kind: AskHeartbeat, About: []string{"backup"}, Decides: true}, "backups was heard of Tue 3 Mar 02:00", Fine, ""},
		"late":                     {known, Ask{Kind: AskHeartbeat, Sender: "billing-sync", Decides: true}, "billing-sync was heard of last Tue 3 Mar 07:00, due Tue 3 Mar 08:00", Wrong, ""},
		"one of two is late":       {known, Ask{Kind: AskHeartbeat, About: []string{"backup", "sync"}}, "billing-sync was heard of last Tue 3 Mar 07:00, due Tue 3 Mar 08:00; backups was heard of Tue 3 Mar 02:00", Wrong, ""},
		"not yet":                  {known, Ask{Kind: AskHeartbeat, Sender: "export"}, "export was not heard of yet, it has until Wed 4 Mar 09:00", Silent, ""},
		"never":                    {known, Ask{Kind: AskHeartbeat, Sender: "dump"}, "dump was never heard of, due Mon 2 Mar 10:00", Wrong, ""},
		"no heartbeat of it":       {known, Ask{Kind: AskHeartbeat, About: []string{"replication"}}, "nothing tells mayday: `mayday source add replication --heartbeat 25h`, and have the job open its address when it is done", Silent, ""},
		"deployments":              {known, Ask{Kind: AskChanges}, "2 since Mon 2 Mar 09:00: web 4f3c2a1 by ben Tue 3 Mar 08:00; api 9c1e001 Mon 2 Mar 13:00", Shown, "https://berth.test/2"},
		"deployments of one":       {known, Ask{Kind: AskChanges, Sender: "api"}, "1 since Mon 2 Mar 09:00: api 9c1e001 Mon 2 Mar 13:00", Shown, ""},
		"of whom nobody heard":     {known, Ask{Kind: AskChanges, Sender: "vessel"}, "2 since Mon 2 Mar 09:00: web 4f3c2a1 by ben Tue 3 Mar 08:00; api 9c1e001 Mon 2 Mar 13:00", Shown, "https://berth.test/2"},
		"no deployment":            {Known{Since: monday, Now: nine, Told: true}, Ask{Kind: AskChanges}, "none since Mon 2 Mar 09:00", Shown, ""},
		"nobody tells of them":     {empty, Ask{Kind: AskChanges, Expect: under}, "no deployments reach mayday: have them posted to /v2/change/enqueue (docs/alerts.md)", Silent, ""},
		"a kind of another mayday": {known, Ask{Kind: "oracle", Decides: true}, "this version of mayday cannot ask that", Silent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.k.Answer(tt.a)
			assert.Equal(t, tt.text, a.Text)
			assert.Equal(t, tt.verdict, a.Verdict)
			assert.Equal(t, tt.link, a.Link)
			assert.Equal(t, nine, a.At)
		})
	}
}

// TestARoundLooksBackToTheOneBefore: also over days off; the first one of a list looks back a day.
func TestARoundLooksBackToTheOneBefore(t *testing.T) {
	list := &Checklist{Slug: "morning", Name: "Morning", Cadence: Cadence{Every: Daily}, Items: []Item{{Text: "look"}}}
	friday := time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC)
	c, err := Plan(Routine{}, Round{}, Planning{Checklist: list, Calendar: Calendar{Hour: 9 * time.Hour, Worked: []time.Weekday{1, 2, 3, 4, 5}}}, friday)
	assert.NoError(t, err)
	c, err = Begin(c.Routine, Round{}, c.Routine.Next)
	assert.NoError(t, err)
	assert.Equal(t, friday.Add(-23*time.Hour), c.Round.Since)
	began := c.Round.BegunAt
	c, err = Begin(c.Routine, c.Round, c.Routine.Next.Add(time.Minute))
	assert.NoError(t, err)
	assert.Equal(t, time.Monday, c.Round.BegunAt.Weekday())
	assert.Equal(t, began, c.Round.Since)
}
