package blocks

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// everyOffer adds an offer in each of its states, with words as strangers write them.
func everyOffer(all map[string]incident.Incident, ms map[string]Message) {
	o := incident.Offer{
		ID: 7, Group: "scenario/site-down", State: incident.Offered, Source: "sentry", Title: "TypeError <!channel> in *checkout* @here", Link: "https://sentry.example.com/1?a=<b>|c",
		Found: incident.Found{Scenario: "site-down", Title: "Site Down", Why: "the detection line “Sentry & more: <!here>”", Severity: "P0"},
		Since: after(-3), HeardAt: after(0), GrewAt: after(0), LastAt: after(2), Signals: 1, Open: 1, Count: 1,
	}
	open := []incident.Incident{all["opened"], all["private"]}
	ms["offer"] = Offer(o, incident.Incident{}, nil)
	ms["offer-attachable"] = Offer(o, incident.Incident{}, open)
	unknown := o
	unknown.Found = incident.Found{Severity: "P1"}
	ms["offer-no-scenario"] = Offer(unknown, incident.Incident{}, []incident.Incident{all["opened"], all["busy"]})
	many := o
	many.Signals, many.Open, many.Count, many.Titles = 1000, 400, 2300, []string{o.Title, "a", "b & c", "d", "<@U1>"}
	ms["offer-many"] = Offer(many, incident.Incident{}, nil)
	many.FlappingSince = after(3)
	ms["offer-flapping"] = Offer(many, incident.Incident{}, nil)
	taken := o
	taken.State, taken.By, taken.At, taken.Incident = incident.Declared, ana, after(4), all["opened"].Ref()
	ms["offer-declared"] = Offer(taken, all["opened"], open)
	ms["offer-declared-private"] = Offer(taken, all["private"], open)
	taken.State, taken.QuietSince, taken.Open = incident.Attached, after(9), 0
	ms["offer-attached-quiet"] = Offer(taken, all["opened"], open)
	muted := o
	muted.State, muted.By, muted.MutedUntil = incident.Muted, ben, after(60)
	ms["offer-muted"] = Offer(muted, incident.Incident{Names: all["opened"].Names}, open)
	ended := o
	ended.State, ended.QuietSince, ended.Open = incident.Ended, after(9), 0
	ms["offer-ended"] = Offer(ended, incident.Incident{}, open)
	ms["offer-taken-declared"], ms["offer-taken-attached"], ms["offer-taken-muted"] = OfferTaken(incident.Offer{State: incident.Declared}, all["declared"]), OfferTaken(taken, all["opened"]), OfferTaken(muted, incident.Incident{})
}

// TestAnOfferListsWhatItMayBeAttachedTo, and nothing that is over, private or a drill.
func TestAnOfferListsWhatItMayBeAttachedTo(t *testing.T) {
	all := states(t)
	o := incident.Offer{ID: 7, State: incident.Offered, Source: "sentry", Title: "TypeError"}
	for name, inc := range all {
		got := Offer(o, incident.Incident{}, []incident.Incident{inc, all["opened"]})
		if inc.ListedBeside() {
			assert.NotEqual(t, Offer(o, incident.Incident{}, []incident.Incident{all["opened"]}), got, name)
		} else {
			assert.Equal(t, Offer(o, incident.Incident{}, []incident.Incident{all["opened"]}), got, name)
		}
	}
}
