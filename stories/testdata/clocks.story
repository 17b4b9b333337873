// Nobody acknowledges a P0, then a restart, then updates are due.
in #general
ana /incident sev0 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Paging DevOps'
expect @ana 'Site Down'
expect @ben 'Site Down'
quiet
advance 7m30s
expect #inc-1 'nobody has acknowledged'
quiet
restart
advance 7m30s
// In time and once: the breach, and the next contact.
expect #inc-1 'Nobody acknowledged in time'
expect #inc-1 'Paging CTO'
expect @chidi 'Site Down'
hides #inc-1 'Half of the response time'
quiet
advance 15m
expect #inc-1 'Paging On-Call'
expect @ana 'Site Down'
expect #inc-1 'update'
quiet
in #inc-1
chidi /incident ack
expect #inc-1 'acknowledged'
quiet
advance 15m
quiet
advance 15m
// The newer reminder took the place of the older one, and comes by direct message as well.
expect #inc-1 'update'
expect @chidi 'This is reminder 2'
quiet
chidi /incident update looking at the database
expect #inc-1 'Update by'
expect #incidents 'Update by' 'looking at the database'
quiet
advance 10m
chidi /incident snooze 45m deploying
expect #inc-1 'snoozed'
advance 40m
quiet
// Awake before its time: what fell due meanwhile is asked for at once.
chidi /incident snooze 45m deploying again
expect #inc-1 'snoozed'
chidi /incident snooze off
silent
expect #inc-1 'ended the snooze'
expect #inc-1 'An update was due'
chidi /incident snooze off
reply 'not snoozed'
quiet
chidi /incident resolve it is over
expect #inc-1 'resolved'
expect #inc-1 'post-mortem'
advance 48h
// No clock of the incident runs any more; only the draft of the post-mortem is asked after.
expect #inc-1 'Nobody has worked on the post-mortem'
quiet
