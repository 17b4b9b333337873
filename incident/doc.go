// Package incident decides. A verb (Declare, Acknowledge, Resolve, …) takes an
// incident and a moment and returns a Change: the new row, what happened (past
// tense, for the timeline) and what is to be done now (imperative, for the
// workers). What has to happen later is no part of a Change: it follows from the
// row alone (Incident.Timers), so no verb can forget to plan a clock.
//
// Rule of the room: the standard library only, no clock, no I/O, no Slack. A
// decision that is refused returns a *Refusal with its reason; the words for it
// are chosen elsewhere.
package incident
