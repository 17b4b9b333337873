package program

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// alerts says who may post alerts, whether they can reach mayday, and whether the rules for what is
// declared without asking name what there is.
func (k *checker) alerts(rb *playbooks.Runbook) {
	names := k.sources()
	apps := k.appSources()
	for _, r := range k.c.AlertDeclare {
		var unknown []string
		if r.Source != "" && names != nil && !slices.Contains(names, r.Source) && !slices.Contains(apps, r.Source) {
			unknown = append(unknown, "the source "+r.Source)
		}
		if _, ok := rb.Policy.Find(r.Severity); r.Severity != "" && !ok {
			unknown = append(unknown, "the severity "+r.Severity)
		}
		if _, hold := rb.Naming(r.Scenario); r.Scenario != "" && hold != playbooks.BySlug {
			unknown = append(unknown, "the scenario "+r.Scenario)
		}
		if len(unknown) > 0 {
			k.say(Failed, "alerts", "MAYDAY_ALERT_DECLARE names "+strings.Join(unknown, " and ")+", which there is not, so it declares nothing", "mayday source list names the sources, mayday runbook the severities and scenarios")
			continue
		}
		k.say(OK, "alerts", "declared without asking: "+ruleWords(r), "")
	}
}

// sources lists the names of the sources; nil when they are not known.
func (k *checker) sources() []string {
	if k.c.DatabaseURL == "" || checkAddress(k.c.DatabaseURL.Reveal()) != nil {
		return nil
	}
	ctx, cancel := k.limit()
	defer cancel()
	names, err := store.SourcesAt(ctx, k.c.DatabaseURL.Reveal())
	switch {
	case err != nil:
		return nil // the database's own line says what is wrong with it
	case len(names) == 0 && len(k.c.AlertChannels) > 0:
		k.say(OK, "alerts", "none are taken but from apps in Slack: no source is set up; mayday source add makes one", "")
	case len(names) == 0:
		k.say(OK, "alerts", "none are taken: no source is set up; mayday source add makes one", "")
	case loopback(k.c.HTTPAddr) && k.c.PublicURL == "":
		k.say(Warned, "alerts", fmt.Sprintf("from %s; MAYDAY_HTTP_ADDR is %s, which only this machine reaches", strings.Join(names, ", "), k.c.HTTPAddr), "put a proxy with TLS before it and name that in MAYDAY_PUBLIC_URL, unless all senders run here")
	default:
		k.say(OK, "alerts", "from "+strings.Join(names, ", "), "")
	}
	return names
}

// appSources are the apps whose messages in alert channels were alerts; none where no alert channel is set up.
func (k *checker) appSources() []string {
	if len(k.c.AlertChannels) == 0 || k.c.DatabaseURL == "" || checkAddress(k.c.DatabaseURL.Reveal()) != nil {
		return nil
	}
	ctx, cancel := k.limit()
	defer cancel()
	names, err := store.AppSourcesAt(ctx, k.c.DatabaseURL.Reveal())
	switch {
	case err != nil: // the database's own line says what is wrong with it
	case len(names) == 0:
		k.say(OK, "alerts", "no app has posted any into "+channelNames(k.c.AlertChannels)+" yet", "")
	default:
		k.say(OK, "alerts", "from apps in "+channelNames(k.c.AlertChannels)+": "+strings.Join(names, ", "), "")
	}
	return names
}

func channelNames(names []string) string { return "#" + strings.Join(names, ", #") }

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// ruleWords writes a rule as the setting has it.
func ruleWords(r incident.DeclareRule) string {
	var parts []string
	for _, p := range [][2]string{{"source", r.Source}, {"severity", r.Severity}, {"scenario", r.Scenario}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	return strings.Join(parts, "+")
}
