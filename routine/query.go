package routine

import "fmt"

// AnswerQuery runs a query of the runbook for somebody, outside of every incident.
type AnswerQuery struct {
	By Person `json:"by"`
	// Operators: the answer goes into their channel; otherwise into the conversation of By with mayday.
	Operators bool `json:"operators,omitempty"`
	// Channel is the operators' in which it was asked for; empty in jobs of the release before, which did not write it down.
	Channel string `json:"channel,omitempty"`
	Name    string `json:"name"`
	Title   string `json:"title"`
	SQL     string `json:"sql"`
}

// Kind names the effect.
func (AnswerQuery) Kind() string { return "answer_query" }

// Of is no round.
func (AnswerQuery) Of() Ref { return Ref{} }

// String describes the effect without its statement, which may hold what nobody is to find in a log.
func (fx AnswerQuery) String() string { return fmt.Sprintf("query %s", fx.Name) }
