package postmortem

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mayday/incident"
)

// ExportMarkdown writes the timeline as a Markdown file.
func ExportMarkdown(inc incident.Incident, evs []incident.Event, o DraftOptions) string {
	d := newDraft(inc, evs, o)
	return fmt.Sprintf("# %s\n\n%s\n\n## Timeline\n\n%s\n", quiet(d.title("")), strings.TrimSpace(d.state()), d.timeline())
}

// Export is the timeline as a machine reads it. Times are UTC in RFC 3339, texts
// plain, people by id and by name.
type Export struct {
	// Format is 1; a later one may add fields, but not change these.
	Format     int         `json:"format"`
	Incident   int64       `json:"incident"`
	Title      string      `json:"title"`
	Severity   string      `json:"severity"`
	Status     string      `json:"status"`
	Drill      bool        `json:"drill"`
	Scenario   string      `json:"scenario,omitempty"`
	Declared   time.Time   `json:"declared"`
	Acked      time.Time   `json:"acknowledged,omitzero"`
	Resolved   time.Time   `json:"resolved,omitzero"`
	Summary    string      `json:"summary,omitempty"`
	Postmortem string      `json:"postmortem,omitempty"`
	People     []Person    `json:"people"`
	Events     []TimedLine `json:"events"`
}

// Person is somebody who took part.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TimedLine is one event of an Export. LateSeconds is how late a clock fired
// because mayday was not running.
type TimedLine struct {
	Seq         int       `json:"seq"`
	At          time.Time `json:"at"`
	Kind        string    `json:"kind"`
	By          string    `json:"by,omitempty"`
	Sentence    string    `json:"sentence"`
	Step        int       `json:"step,omitempty"`
	LateSeconds int       `json:"late_seconds,omitempty"`
	Link        string    `json:"link,omitempty"`
}

// ExportJSON writes the timeline as an Export. It fails only when a time is
// outside of the years that RFC 3339 can write.
func ExportJSON(inc incident.Incident, evs []incident.Event, o DraftOptions) ([]byte, error) {
	d := newDraft(inc, evs, o)
	x := Export{
		Format: 1, Incident: inc.ID, Title: inc.Title, Severity: inc.Severity, Status: string(inc.Status), Drill: inc.Drill,
		Declared: inc.DeclaredAt.UTC(), Acked: inc.AcknowledgedAt.UTC(), Resolved: inc.ResolvedAt.UTC(),
		Summary: d.plain(inc.Summary), Postmortem: inc.PostmortemURL, People: []Person{}, Events: []TimedLine{},
	}
	if w := inc.Walk(); w != nil {
		x.Scenario = w.Playbook.Slug
	}
	for _, p := range inc.Responders {
		x.People = append(x.People, Person{p, d.name(p)})
	}
	for _, ev := range d.evs {
		x.Events = append(x.Events, TimedLine{
			Seq: ev.Seq, At: ev.At.UTC(), Kind: string(ev.Kind), By: ev.By, Sentence: d.plainSentence(ev),
			Step: ev.Step, LateSeconds: int(ev.Late.Seconds()), Link: ev.Link,
		})
	}
	out, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("export incident %d: %w", inc.ID, err)
	}
	return append(out, '\n'), nil
}
