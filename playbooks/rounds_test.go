package playbooks

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
)

// routineBook has the shape that many runbooks have: three lists to tick, queries in scenarios and in sections of
// figures, status pages of suppliers.
const routineBook = `# Book of the kiln

## Daily Operations

### Morning Checklist

- [ ] Look at Watchful for errors of the night
- [ ] Read Harbour's deployment logs
- [ ] Check that database connections are healthy
- [ ] Make sure that the backup ran
- [ ] Look at the figures of user activity
- [ ] Check what Streamer costs

### Weekly Checklist

- [ ] Trend of errors in Watchful
- [ ] Look for slow statements
- [ ] Look at storage in use
- [ ] See which limits of the API were reached
- [ ] Bring libraries up to date
- [ ] Read letters of customers

### Monthly Checklist

- [ ] Go through the bills
- [ ] Audit the accesses
- [ ] Restore a backup for practice
- [ ] Measure the pages
- [ ] Mend the documentation
- [ ] Look back with the team

## Scenarios

### 1. Database Connections Run Out (P0)

**Diagnosis:**
~~~sql
-- Connections by state
SELECT state, count(*) FROM pg_stat_activity GROUP BY state;
~~~

### 2. Pages Are Slow (P1)

**Diagnosis:**
~~~sql
-- Slow statements
SELECT query, calls FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 10;
~~~

## Useful Queries

### User Statistics

~~~sql
-- All users
SELECT count(*) FROM users;

-- New users of today
SELECT count(*) FROM users WHERE created_at >= current_date;
~~~

### Recording Statistics

~~~sql
-- Storage in all
SELECT sum(size) FROM recordings;
~~~

## Service Status Pages

- **Harbour:** status.harbour.dev
- **Streamer:** status.streamer.dev
- **Watchful:** status.watchful.dev
`

func read(t *testing.T, text string) *Runbook {
	t.Helper()
	rb, err := Read(fstest.MapFS{"book.md": {Data: []byte(strings.ReplaceAll(text, "~~~", "```"))}}, "book.md", ReadOptions{Judge: func(string) (bool, string) { return true, "" }})
	require.NoError(t, err)
	return rb
}

// TestWhichItemsAnswerThemselves goes through such a runbook item by item: what is asked for each. Nothing but a
// heartbeat decides, because the document expects nothing.
func TestWhichItemsAnswerThemselves(t *testing.T) {
	lists := read(t, routineBook).Routines()
	require.Len(t, lists, 3)
	assert.Equal(t, []string{"every working day", "every Monday", "first working day of the month"}, []string{lists[0].Cadence.String(), lists[1].Cadence.String(), lists[2].Cadence.String()})
	const page = "status page of "
	want := map[string][]string{
		"Look at Watchful for errors of the night":    {"Alerts of Watchful", page + "Watchful"},
		"Read Harbour's deployment logs":              {"Deployments", page + "Harbour"},
		"Check that database connections are healthy": {"Connections by state"},
		"Make sure that the backup ran":               {"Heartbeat of backup"},
		"Look at the figures of user activity":        {"All users", "New users of today"},
		"Check what Streamer costs":                   {page + "Streamer"},
		"Trend of errors in Watchful":                 {"Alerts of Watchful"},
		"Look for slow statements":                    {"Slow statements"},
		"Look at storage in use":                      {"Storage in all"},
		"See which limits of the API were reached":    {"Alerts about limit"},
		"Bring libraries up to date":                  nil,
		"Read letters of customers":                   nil,
		"Go through the bills":                        nil,
		"Audit the accesses":                          nil,
		"Restore a backup for practice":               nil,
		"Measure the pages":                           nil,
		"Mend the documentation":                      nil,
		"Look back with the team":                     nil,
	}
	items := 0
	for _, list := range lists {
		for _, it := range list.Items {
			items++
			var got []string
			for _, a := range it.Asks {
				assert.Equal(t, a.Kind == routine.AskHeartbeat, a.Decides, it.Text)
				if a.Kind == routine.AskStatus {
					got = append(got, page+strings.TrimSuffix(a.Title, " status"))
				} else {
					got = append(got, a.Title)
				}
			}
			expected, known := want[it.Text]
			assert.True(t, known, it.Text)
			assert.Equal(t, expected, got, it.Text)
		}
	}
	assert.Equal(t, 18, items)
}

// TestWhatAnItemExpects: in its own line, in one below it, or in the query; where it goes, and when.
func TestWhatAnItemExpects(t *testing.T) {
	lists := read(t, `# Book

## Routine

### Every Friday

Channel: #platform
When: every Friday at 16:00

- [ ] No parcel is lost (expect: 0 rows)
  ~~~sql
  SELECT id FROM parcels WHERE lost;
  ~~~
- [ ] Room on the disk
  - expect: under 80
  ~~~sql
  SELECT used FROM disk;
  ~~~
- [ ] Letters went out
  ~~~sql
  -- Letters of the day
  -- expect: > 0
  SELECT count(*) FROM letters;
  ~~~
- [ ] The counter answers
  ~~~bash
  curl -I https://counter.kiln.dev/health
  ~~~
- [ ] The carrier is well: https://status.carrier.dev
- [ ] We expect visitors

### Handover of the shift

- [ ] Tell what is open
`).Routines()
	require.Len(t, lists, 1, "no calendar says when shifts change")
	list := lists[0]
	assert.Equal(t, "platform", list.Channel)
	assert.Equal(t, "every Friday at 16:00", list.Cadence.String())
	type ask struct {
		kind    routine.AskKind
		expects string
		decides bool
	}
	want := []ask{{routine.AskQuery, "0 rows", true}, {routine.AskQuery, "under 80", true}, {routine.AskQuery, "> 0", true}, {routine.AskHTTP, "", true}, {routine.AskStatus, "", true}, {}}
	require.Len(t, list.Items, len(want))
	for i, it := range list.Items {
		var got ask
		if len(it.Asks) > 0 {
			got = ask{it.Asks[0].Kind, it.Asks[0].Expect.Words, it.Asks[0].Decides}
		}
		assert.Equal(t, want[i], got, it.Text)
		assert.NotContains(t, it.Text, "expect:")
	}
	assert.Equal(t, "No parcel is lost", list.Items[0].Text)
}

// TestWhatAnItemNamesOfMayday: alerts, heartbeats and deployments that an item names outright or speaks of, whose name
// the source has, and what of them decides.
func TestWhatAnItemNamesOfMayday(t *testing.T) {
	list := read(t, `# Book

## Dashboards

- Snag: https://snag.kiln.dev/issues
- Berth: https://berth.kiln.dev

## Daily checklist

- [ ] No new issue in Snag overnight (expect: 0)
- [ ] The parcels were counted
  - heartbeat: parcel-count
- [ ] Nothing is wrong with the kiln (alerts: kiln-sensors, expect: under 3)
- [ ] Read what went out
  - Changes: berth
- [ ] Every deployment of the day is green at Berth
- [ ] Last night's backup is there: Berth, Database
- [ ] Read all alerts of the night
- [ ] Restore a backup for practice
- [ ] Issue the invoices
- [ ] The report on errors is written
`).Routines()[0]
	type ask struct {
		kind    routine.AskKind
		sender  string
		about   string
		name    string
		decides bool
	}
	want := map[string]ask{
		"No new issue in Snag overnight":                {routine.AskAlerts, "snag", "", "alerts/snag", true},
		"The parcels were counted":                      {routine.AskHeartbeat, "parcel-count", "", "", true},
		"Nothing is wrong with the kiln":                {routine.AskAlerts, "kiln-sensors", "", "alerts/kiln-sensors", true},
		"Read what went out":                            {routine.AskChanges, "berth", "", "changes/berth", false},
		"Every deployment of the day is green at Berth": {routine.AskChanges, "berth", "", "changes/berth", false},
		"Last night's backup is there: Berth, Database": {routine.AskHeartbeat, "", "backup", "", true},
		"Read all alerts of the night":                  {routine.AskAlerts, "", "", "alerts/all", false},
		"Restore a backup for practice":                 {},
		"Issue the invoices":                            {},
		"The report on errors is written":               {},
	}
	require.Len(t, list.Items, len(want))
	for _, it := range list.Items {
		var got ask
		if len(it.Asks) > 0 {
			a := it.Asks[0]
			got = ask{a.Kind, a.Sender, strings.Join(a.About, " "), a.Name, a.Decides}
		}
		assert.Equal(t, want[it.Text], got, it.Text)
		assert.LessOrEqual(t, len(it.Asks), 1, it.Text)
		assert.Empty(t, it.Notes, it.Text)
	}
}
