// Package postmortem turns an incident and its events into the record that
// stays: the post-mortem, the tracking issue, follow-up issues and exports, and
// files them on GitHub exactly once.
//
// Rule of the room: drafting is pure and writes nothing that could ping anybody,
// link to a stranger or hide from a reader. What a person wrote into an issue
// is never overwritten. GitHub is spoken to through type GitHub alone, whose
// errors say what to fix and never hold a secret. No Slack, no store, no jobs.
package postmortem
