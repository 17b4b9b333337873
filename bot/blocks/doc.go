// Package blocks is the one place that knows both incidents and Block Kit: pure
// functions from an incident and a moment to Slack messages, modals and views.
//
// Rule of the room: no I/O, no clock, no state. Everything that a person or a
// runbook wrote passes through Escape or stands in plain text, so that it can
// never ping anybody, not even in the fallback text. Slack's limits stand in
// limits.go and are kept by the functions of build.go: what is too long is
// shortened with an ellipsis, never refused by Slack. Nothing here decides.
package blocks
