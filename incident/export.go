package incident

import "time"

// ExportTimeline posts the timeline as files in the incident's channel.
type ExportTimeline struct {
	Ref
	// Revision of the request, which tells its files from those of another.
	Revision int `json:"revision"`
}

// Kind names the effect.
func (ExportTimeline) Kind() string { return "export_timeline" }

// RequestExport asks for the timeline as files. It is refused without a channel
// to post them in, and once that is archived.
func RequestExport(inc Incident, by Person, now time.Time) (Change, error) {
	if inc.ChannelID == "" || inc.Status == Closed {
		return Change{}, &Refusal{Reason: NoChannel, Verb: "export", Status: inc.Status}
	}
	e := begin(inc, now)
	e.record(Event{Kind: EventExportRequested, By: by})
	e.do(ExportTimeline{inc.Ref(), e.Incident.Revision})
	return e.done()
}
