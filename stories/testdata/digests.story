// The operators' digest: each working day once, Monday with the week; drills and private incidents are in none. The
// story begins on Tuesday 3 March at ten.
MAYDAY_TRACK_SEVERITIES=none
MAYDAY_OPS_CHANNEL=general
MAYDAY_DIGEST=09:00
in #incidents
advance 12h

// Tuesday, ten in the evening: somebody is called, and a follow-up is left.
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
advance 4m
ana /incident ack
expect #inc-1 'acknowledged'
ana /incident action alert on 500s @ben by tomorrow
expect #inc-1 'alert on 500s'
ana /incident resolve restarted
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
in #incidents
ben /incident drill site-down
expect #incidents 'drill'
in #inc-2
expect #inc-2 'Acknowledge'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging'
expect @ana 'Drill'
expect @ben 'Drill'
ben /incident resolve enough
expect #inc-2 'acknowledged'
expect #inc-2 'resolved'
expect #inc-2 'The post-mortem is ready'
in #incidents
mia /incident p1 payment-failures --private wages are wrong
expect #inc-3 'wages are wrong' 'Acknowledge'
expect #inc-3 'Step 1/'
expect #inc-3 'Paging'
expect @ana 'wages are wrong'
in #inc-3
mia /incident resolve paid
expect #inc-3 'acknowledged'
expect #inc-3 'resolved'
expect #inc-3 'Post-mortem of incident 3'
expect #inc-3 'The post-mortem is ready'
quiet

// Wednesday: the night.
ana /incident digest
reply 'The next digest comes' '2026-03-04 09:00'
advance 11h
expect #general 'Wednesday 4 March' '1 interruption out of hours' 'P1 checkout is slow' '1 call' 'answered after 4 min'
hides #general 'wages'
pings #general nobody 'Wednesday 4 March'
quiet

// Thursday: the follow-up is overdue, and its owner is mentioned once in a week, and not when they want none.
advance 24h
expect #general 'Thursday 5 March' '1 piece of work overdue'
expect #general '1 piece of work left from incidents is overdue' 'alert on 500s' 'Ben Okafor' 'due Wed 4 Mar'
pings #general ben 'Thursday 5 March'
expect #inc-1 'Nobody has worked on the post-mortem yet'
quiet
advance 24h
expect #general 'Friday 6 March' '1 piece of work overdue' 'Ben Okafor 1'
expect #general 'alert on 500s'
pings #general nobody 'Friday 6 March'
expect #inc-1 'Nobody has worked on the post-mortem yet'

// Monday: the week.
advance 72h
expect #general 'Monday 9 March' 'Last week' '1 incident (1 P1), 1 more than the week before' 'resolved within 4 min' 'Incidents a week' 'overdue' 'Ben Okafor 1'
expect #general '1 piece of work left' 'alert on 500s' 'Ben Okafor'
expect #general 'with the week before in brackets' 'Clocks kept' 'response 1 of 1' 'resolution 1 of 1' 'Follow-ups: 1 opened'
pings #general nobody 'Monday 9 March'
expect #inc-1 'Nobody has worked on the post-mortem yet'
quiet
in #incidents
ben /incident digest mute
reply 'names you without a mention'

// A week later, after days on which mayday was down: one digest, late, and no mention of who wants none.
stop
advance_stopped 193h
start
expect #general 'Tuesday 17 March' 'Last week' 'no incidents; the week before there was 1' 'overdue' 'Ben Okafor'
expect #general 'left from incidents' 'alert on 500s'
expect #general 'Incidents: 0 (1)'
pings #general ana 'Tuesday 17 March'
expect #inc-1 'post-mortem'
