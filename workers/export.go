package workers

import (
	"context"
	"fmt"

	"mayday/incident"
	"mayday/postmortem"
)

// exportTimeline posts the timeline as a Markdown and as a JSON file in the
// incident's channel, each once.
func (w *Workers) exportTimeline(ctx context.Context, fx incident.ExportTimeline, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || inc.ChannelID == "" {
		return err
	}
	evs, err := w.Store.Timeline(ctx, inc.ID, 0, 0)
	if err != nil {
		return err
	}
	evs = incident.Timeline(evs)
	o := postmortem.DraftOptions{Name: func(p incident.Person) string { return w.name(ctx, p) }, Zone: w.Zone}
	machine, err := postmortem.ExportJSON(inc, evs, o)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		kind, ending string
		body         []byte
	}{{"Markdown", "md", []byte(postmortem.ExportMarkdown(inc, evs, o))}, {"JSON", "json", machine}} {
		title := fmt.Sprintf("Timeline of incident %d, revision %d, %s", inc.ID, fx.Revision, f.kind)
		if _, err := w.uploadOnce(ctx, inc.ID, inc.ChannelID, "", fmt.Sprintf("timeline-%d.%s", inc.ID, f.ending), title, f.body); err != nil {
			return err
		}
	}
	return nil
}
