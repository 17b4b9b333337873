package main

import "time"

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// pastIncidents are those of the three weeks before, oldest first. Something comes twice, a step is left out again and
// again, one was answered too late, and some of what was to be done is overdue.
func pastIncidents() []past {
	return []past{
		{days: 20, at: 14*hour + 5*minute, severity: "P2", scenario: "search-and-picture-issues", title: "New products are not found", by: "mia", deeds: []deed{
			acked(9*minute, "raj"), did(21*minute, "raj", 1), told(25*minute, "raj", "The search index is behind since noon. Orders are not affected."),
			resolved(74*minute, "raj", "The indexer had stopped after a deployment; it was started again."),
			todo(76*minute, "raj", "Alert when the index is older than an hour", 7), closed(8*day, "raj"),
		}},
		{days: 17, at: 2*hour + 40*minute, severity: "P0", scenario: "site-down", title: "No page loads", by: "mia", deeds: []deed{
			acked(19*minute, "ben"), did(22*minute, "ben", 1), skipped(23*minute, "ben", 2, "the page says 500 itself"), did(26*minute, "ben", 3),
			told(27*minute, "ben", "The shop is down since 02:36. We are rolling back the deployment of last night."), did(33*minute, "ben", 4),
			resolved(41*minute, "ben", "A migration locked the orders table. The deployment was rolled back."),
			todo(50*minute, "ben", "Run migrations with a lock timeout", 7), todo(51*minute, "ana", "Page the second person after five minutes at night", 14), closed(9*day, "ben"),
		}},
		{days: 13, at: 11*hour + 20*minute, severity: "P1", scenario: "payment-failures", title: "Payments by card fail for some", by: "mia", deeds: []deed{
			acked(6*minute, "ana"), did(10*minute, "ana", 1), told(15*minute, "ana", "One card in five is refused. Tollgate sees it too."), did(31*minute, "ana", 2),
			told(75*minute, "ana", "Tollgate has switched to another bank. Refused payments can be tried again."),
			resolved(2*hour, "ana", "A fault at Tollgate's bank. Their fix worked at 13:15."),
			todo(2*hour+5*minute, "chidi", "Ask Tollgate for an earlier warning", 7),
		}},
		{days: 9, at: 10 * hour, severity: "P1", scenario: "database-connection-issues", title: "Practice: the pool is empty", by: "ana", drill: true, deeds: []deed{
			acked(4*minute, "raj"), did(12*minute, "raj", 1), did(20*minute, "raj", 2), resolved(45*minute, "raj", "Practised"), closed(46*minute, "raj"),
		}},
		{days: 6, at: 16*hour + 30*minute, severity: "P1", scenario: "database-connection-issues", title: "Checkout times out", by: "mia", deeds: []deed{
			acked(3*minute, "ana"), skipped(8*minute, "ana", 1, "seen on the dashboard already"), did(11*minute, "ana", 2), told(14*minute, "ana", "All connections are taken; we end those that are idle."),
			resolved(38*minute, "ana", "A worker did not give its connections back. It was restarted."),
			todo(40*minute, "raj", "Give the worker a pool of its own", 4),
		}},
		{days: 3, at: 3*hour + 15*minute, severity: "P0", scenario: "site-down", title: "Checkout answers 500", by: "raj", deeds: []deed{
			acked(4*minute, "ben"), did(6*minute, "ben", 1), skipped(7*minute, "ben", 2, "nothing points at a supplier"), did(9*minute, "ben", 3),
			told(10*minute, "ben", "Nobody can buy since 03:10. The last deployment is being taken back."), did(14*minute, "ben", 4),
			resolved(21*minute, "ben", "The build of the evening lacked a setting. The one before was promoted."),
			todo(30*minute, "ben", "Let the deployment fail when a setting is missing", 10),
		}},
	}
}
