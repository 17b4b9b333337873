package program

import (
	"strings"

	"mayday/incident"
)

// alerts reads where alerts are offered, and which are declared without asking.
func (r *reader) alerts(c *Config) {
	for _, name := range strings.Split(r.value("MAYDAY_ALERT_CHANNELS", ""), ",") {
		if name = strings.TrimPrefix(strings.TrimSpace(name), "#"); name != "" {
			c.AlertChannels = append(c.AlertChannels, name)
		}
	}
	if len(c.AlertChannels) > 0 {
		c.AlertChannel = c.AlertChannels[0]
	}
	c.AlertDeclare = r.declareRules()
}

// declareRules reads "source=pingdom,severity=P0+scenario=site-down": rules with a comma between,
// and what has to hold together for one with a plus.
func (r *reader) declareRules() (rules []incident.DeclareRule) {
	const variable, example = "MAYDAY_ALERT_DECLARE", "source=pingdom,severity=P0+scenario=site-down"
	for _, entry := range strings.Split(r.value(variable, ""), ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		var rule incident.DeclareRule
		for _, part := range strings.Split(entry, "+") {
			name, value, _ := strings.Cut(part, "=")
			value = strings.TrimSpace(value)
			field := map[string]*string{"source": &rule.Source, "severity": &rule.Severity, "scenario": &rule.Scenario}[strings.ToLower(strings.TrimSpace(name))]
			if field == nil || value == "" || *field != "" {
				r.bad(variable, "has an entry that does not name a source, a severity or a scenario, each once", example)
				return nil
			}
			*field = value
		}
		rules = append(rules, rule)
	}
	return rules
}
