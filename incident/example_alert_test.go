package incident_test

import (
	"fmt"

	"mayday/incident"
)

// offer is what mayday makes of an alert that began at 10:02.
func offer() incident.Offer {
	return incident.Offer{ID: 1, State: incident.Offered, Source: "sentry", Title: "TypeError in checkout", Since: at(10, 2), Signals: 3, Open: 3,
		Found: incident.Found{Scenario: "site-down", Title: "Site Down", Severity: "P0"}}
}

// A report opens an offer; the same alert again is counted in it.
func ExampleBoard_Hear() {
	b := incident.NewBoard(func() int64 { return 1 })
	r := incident.Report{Source: "sentry", Key: "e1", State: incident.Firing, Title: "TypeError in checkout"}
	b.Hear(r, offer().Found, incident.ToOffer, at(10, 2))
	b.Hear(r, offer().Found, incident.ToOffer, at(10, 3))
	fmt.Println(b.Offers[1].State, b.Offers[1].Count)
	r.State = incident.Quiet
	b.Hear(r, offer().Found, incident.ToOffer, at(10, 9))
	fmt.Println(b.Offers[1].State, b.Offers[1].QuietSince.Format("15:04"))
	// Output:
	// offered 2
	// ended 10:09
}

// The button Declare of an offer.
func ExampleDeclareFrom() {
	o, c, err := incident.DeclareFrom(offer(), incident.Ref{Incident: 42}, incident.Declaration{Policy: runbook(), Severity: "P0", By: ben}, at(10, 4))
	fmt.Println(c.Events[0].Kind, c.Incident.DetectedAt.Format("15:04"), o.State)
	tell(incident.Change{Incident: c.Incident, Events: c.Events[:2]}, err)
	_, again, err := incident.DeclareFrom(o, incident.Ref{Incident: 43}, incident.Declaration{Policy: runbook(), By: ana}, at(10, 5))
	tell(again, err)
	// Output:
	// alert_attached 10:02 declared
	// Alert from sentry: TypeError in checkout and 2 more, since 10:02
	// Ben declared P0: TypeError in checkout
	// refused to declare: already
}

// The button "Attach to #42".
func ExampleAttach() {
	inc := acknowledged("P0")
	tell(incident.Attach(inc, offer(), ana, at(10, 10)))
	tell(incident.Attach(inc, offer().AttachedTo(inc.Ref(), ana, at(10, 10)), ben, at(10, 11)))
	// Output:
	// Ana attached: Alert from sentry: TypeError in checkout and 2 more, since 10:02
	// refused to attach: already
}

// What becomes of an alert stands on the timeline of its incident.
func ExampleTell() {
	inc := acknowledged("P0")
	tell(incident.Tell(inc, incident.TellAlert{What: incident.StillFiring, Source: "sentry", Title: "TypeError", Count: 17, Signals: 1}, at(10, 20)))
	tell(incident.Tell(inc, incident.TellAlert{What: incident.NowQuiet, Source: "sentry", Title: "TypeError", Quiet: at(10, 25)}, at(10, 25)))
	// Output:
	// Alert from sentry: TypeError is still firing, heard 17 times
	// Alert from sentry: TypeError has been quiet since 10:25
}

// The button "Mute 1 h" of an offer.
func ExampleMuteOffer() {
	o, err := incident.MuteOffer(offer(), ben, incident.MuteOnce, at(10, 3))
	fmt.Println(o.State, o.MutedUntil.Format("15:04"), err)
	_, err = incident.MuteOffer(o, ana, incident.MuteOnce, at(10, 4))
	fmt.Println(err)
	// Output:
	// muted 11:03 <nil>
	// refused to mute: already
}

// /incident mute sentry 2h deploying
func ExampleMuteSource() {
	m, _ := incident.MuteSource(incident.Window{Source: "sentry", For: 2 * incident.MuteOnce, Why: "deploying"}, ben, at(10, 0))
	fmt.Println(m.Covers("sentry", at(11, 59)), m.Covers("sentry", at(12, 0)), m.Covers("cron", at(11, 0)))
	m, _ = m.Unmute(ana, at(11, 0))
	fmt.Println(m.Covers("sentry", at(11, 1)))
	// Output:
	// true false false
	// false
}
