package incident_test

import (
	"fmt"

	"mayday/incident"
)

// /incident resolve bad build, rolled back
func ExampleResolve() {
	c, err := incident.Resolve(acknowledged("P0"), ben, "bad build, rolled back", at(11, 0))
	tell(c, err)
	clocks(c.Incident)
	tell(incident.Resolve(c.Incident, ana, "", at(11, 1)))
	// Output:
	// Ben resolved the incident: bad build, rolled back
	// → run_queries
	// → file_postmortem
	// refused to resolve: already
}

// /incident reopen errors are back
func ExampleReopen() {
	c, err := incident.Reopen(resolved("P0"), ana, "errors are back", at(11, 30))
	tell(c, err)
	clocks(c.Incident)
	// Output:
	// Ana reopened the incident: errors are back
	// 12:00 update
}

// /incident private
func ExampleMakePrivate() {
	c, err := incident.MakePrivate(declared("P1"), ana, at(10, 5))
	tell(c, err)
	tell(incident.MakePrivate(c.Incident, ana, at(10, 6)))
	// Output:
	// Ana made the incident private
	// → look_at_channel
	// refused to make private: already
}

// /incident cancel false alarm
func ExampleCancel() {
	tell(incident.Cancel(declared("P1"), ana, "false alarm", at(10, 5)))
	tell(incident.Cancel(declared("P1"), ana, "", at(10, 5)))
	tell(incident.Cancel(resolved("P1"), ana, "false alarm", at(11, 5)))
	// Output:
	// Ana cancelled the incident: false alarm
	// refused to cancel: needs_text
	// refused to cancel: over
}

// /incident close
func ExampleClose() {
	tell(incident.Close(resolved("P1"), ana, at(12, 0)))
	tell(incident.Close(declared("P1"), ana, at(12, 0)))
	// Output:
	// Ana closed the incident
	// → archive_channel
	// refused to close: not_over
}

// /incident postmortem
func ExampleRequestPostmortem() {
	tell(incident.RequestPostmortem(resolved("P1"), ana, at(12, 0))) // a P1 asks for none by itself
	tell(incident.RequestPostmortem(declared("P1"), ana, at(12, 0)))
	// Output:
	// Ana asked for the post-mortem
	// → file_postmortem
	// refused to write the post-mortem: not_over
}

// /incident learn the pooler has to be restarted before the app
func ExampleLearn() {
	tell(incident.Learn(resolved("P0"), ana, incident.StepRef{Playbook: "site-down", Number: 2}, "the pooler has to be restarted before the app", at(12, 0)))
	tell(incident.Learn(declared("P0"), ana, incident.StepRef{}, "the pooler", at(12, 0)))
	// Output:
	// Ana suggested a change to the runbook at step 2 (Count the connections): the pooler has to be restarted before the app
	// → teach_runbook
	// refused to learn: not_over
}

// /incident export
func ExampleRequestExport() {
	tell(incident.RequestExport(resolved("P0"), ana, at(12, 0)))
	// Output:
	// Ana asked for the timeline as files
	// → export_timeline
}

// /incident timeline
func ExampleTimeline() {
	inc := acknowledged("P0")
	var happened []incident.Event
	for _, c := range []func() (incident.Change, error){
		func() (incident.Change, error) { return incident.Note(inc, ben, "a bad build?", at(10, 10)) },
		func() (incident.Change, error) { // Ana marks an older message with a pin
			return incident.PinMessage(inc, ana, incident.Said{TS: "1.1", Author: ben, At: at(10, 2), Text: "checkout is red"}, false, at(10, 12))
		},
		func() (incident.Change, error) {
			return incident.PinMessage(inc, ana, incident.Said{TS: "1.1", Author: ben, At: at(10, 2), Text: "checkout is down"}, false, at(10, 13))
		},
	} {
		change, _ := c()
		inc, happened = change.Incident, append(happened, change.Events...)
	}
	for _, ev := range incident.Timeline(happened) {
		fmt.Println(ev.At.Format("15:04"), ev.Kind, ev.Text)
	}
	// Output:
	// 10:02 pinned checkout is down
	// 10:10 noted a bad build?
}
