// Direct messages do not get through: after two minutes the channel and the
// announce channel say so with the number; when they do after all it is said too.
in #general
fault conversations.open 1000 http=500
ana /incident p1 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
advance_stopped 2m
expect #inc-1 'Could not page On-Call Engineer' 'within two minutes' 'phone +1 555'
expect #incidents 'Could not page On-Call Engineer' 'within two minutes' 'phone +1 555'
shows #incidents 'Could not page On-Call Engineer' 'Join'
expect #inc-1 'Paging DevOps'
heal
expect @ana 'Site Down'
expect @ben 'Site Down'
expect #inc-1 'On-Call Engineer' 'was paged by direct message'
quiet
hides #incidents 'Could not page On-Call Engineer' 'Join'
// A response clock of a P0 is snoozed only with a reason, and all hear of it.
in #general
ana /incident p0 performance-degradation
expect #incidents 'Performance Degradation'
expect #inc-2 'Performance Degradation' 'Escalates'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging'
expect @ana 'Performance Degradation'
expect @ben 'Performance Degradation'

in #inc-2
ben /incident snooze 10m
reply 'why nobody has to respond yet'
quiet
ben /incident snooze 20m load test, we know
expect #inc-2 'snoozed the reminders until' 'load test, we know'
shows #inc-2 'Reminders snoozed'
ben /incident ack
expect #inc-2 'acknowledged'
quiet
// What has to be told customers stays on the card, after the end too.
ben /incident resolve over
expect #inc-2 'resolved' 'External communication is still required'
expect #inc-2 'post-mortem'
shows #inc-2 'External communication required' 'Resolved'
topic #inc-2 'resolved'
ben presses 'Tell customers' in #inc-2
form ben 'no status page to write to'
ben submits
expect #inc-2 'marked the external communication as sent'
hides #inc-2 'External communication required'
hides #inc-2 'External communication is still required'
quiet
