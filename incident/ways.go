package incident

import (
	"strings"
)

// Ways says what is done with which alert. The zero value offers everything.
type Ways struct {
	// Declare are the rules for what is declared without asking.
	Declare []DeclareRule
	// Logged are the sources of which everything is only recorded.
	Logged func(source string) bool
}

// DeclareRule names alerts by what is set; a rule of which nothing is set names none.
type DeclareRule struct{ Source, Severity, Scenario string }

// Of is what is done with an alert of a source.
func (w Ways) Of(source string, found Found) Way {
	if w.Logged != nil && w.Logged(source) {
		return ToLog
	}
	for _, r := range w.Declare {
		if r.names(source, found) {
			return ToDeclare
		}
	}
	return ToOffer
}

func (r DeclareRule) names(source string, found Found) bool {
	return r != (DeclareRule{}) && (r.Source == "" || r.Source == source) &&
		(r.Severity == "" || strings.EqualFold(r.Severity, found.Severity)) && (r.Scenario == "" || strings.EqualFold(r.Scenario, found.Scenario))
}
