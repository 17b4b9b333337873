package playbooks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const agedBook = `# Book of the kiln

## Contacts

**Potter:**
- Name: Ana Ruiz
- Email: ana@kiln.dev

**Glazer:**
- Name: Ben Okafor
- Email: ben@kiln.dev

## Dashboards

- Snag: https://snag.kiln.dev/issues
- Placeholder: https://snag.kiln.dev/[project]

## Scenarios

### 1. The Kiln Is Cold (P0)

1. Look at [the burner](https://burner.kiln.dev/now)
   ~~~sql
   -- Burners alight
   SELECT count(*) FROM burners WHERE alight;
   ~~~

### 2. Cracks (P1)

1. Look at the glaze

## Service Status Pages

- **Harbour:** status.harbour.dev

---

Last Updated: 2025-01-16
`

// TestWhatOfARunbookHasAged: each kind says what to do, and where it stands.
func TestWhatOfARunbookHasAged(t *testing.T) {
	rb := read(t, agedBook)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	assert.Equal(t, []string{"https://snag.kiln.dev/issues", "https://status.harbour.dev", "https://burner.kiln.dev/now"}, urlsOf(rb))
	seen := Seen{
		Contacts: []string{"", "this account is deactivated"},
		Dead:     map[string]string{"https://burner.kiln.dev/now": "404 Not Found in 20 ms", "https://elsewhere.dev": "gone"},
		Failing:  map[string]string{rb.Queries[0].Name: `There is no table "burners".`},
		Used:     map[string]bool{"cracks": true}, Known: now.AddDate(-2, 0, 0),
	}
	var said []string
	for _, a := range rb.Age(seen, now) {
		said = append(said, a.What+". "+a.Do+".")
	}
	assert.Equal(t, []string{
		"It says that it was last updated 2025-01-16, 410 days ago. Read it through, mend what is not true, and write the day into that line.",
		"Glazer (Ben Okafor) cannot be reached: this account is deactivated. Write down who has that part now.",
		"The address of the burner is dead: 404 Not Found in 20 ms. Correct it, or take it out.",
		"The query " + rb.Queries[0].Name + ` fails: There is no table "burners". Correct it.`,
		"No incident and no alert in a year was “The Kiln Is Cold”. Practise it (/incident drill the-kiln-is-cold), or take it out.",
	}, said)
	for days, want := range map[int]string{90: "No incident in a year and no alert in 90 days was “The Kiln Is Cold”", 364: "No incident in a year and no alert in 364 days was “The Kiln Is Cold”",
		365: "No incident and no alert in a year was “The Kiln Is Cold”", 800: "No incident and no alert in a year was “The Kiln Is Cold”"} {
		seen.Alerts = time.Duration(days) * 24 * time.Hour
		list := rb.Age(seen, now)
		assert.Equal(t, want, list[len(list)-1].What)
	}
	seen.Known = now.AddDate(0, -11, 0)
	assert.Len(t, rb.Age(seen, now), 4, "mayday has not known for a year")
	assert.Empty(t, rb.Age(Seen{}, time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)), "nothing when there is nothing")
}

func urlsOf(rb *Runbook) (urls []string) {
	for _, a := range rb.Addresses() {
		urls = append(urls, a.URL)
	}
	return urls
}

// TestDatesOfARunbook: as people write them; what may mean two days is none.
func TestDatesOfARunbook(t *testing.T) {
	for words, want := range map[string]string{
		"2025-01-16": "2025-01-16", "2025/1/6 by Ana": "2025-01-06", "16.1.2025": "2025-01-16", "January 16, 2025": "2025-01-16", "16 Jan 2025": "2025-01-16",
		"Sept. 3rd, 2025": "2025-09-03", "the 3rd of March 2025": "2025-03-03", "March 2025": "2025-03-01",
		"3/4/2025": "", "yesterday": "", "2025-02-30": "", "v1.2.2025b": "", "": "",
	} {
		at, ok := dateOf(words)
		assert.Equal(t, want != "", ok, words)
		if ok {
			assert.Equal(t, want, at.Format(time.DateOnly), words)
		}
	}
}
