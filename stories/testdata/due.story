// What is left to do after the incident is asked after, until it is closed on GitHub. The story begins on a Tuesday.
MAYDAY_TRACK_SEVERITIES=none
MAYDAY_OPS_CHANNEL=general
MAYDAY_DIGEST=09:00
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
ana /incident action alert on 500s @ben by thursday
expect #inc-1 'alert on 500s'
ana /incident resolve restarted
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
title 2 'Review'

// A working day later nobody has touched it; then somebody does.
advance 23h
quiet
advance 1h
expect #inc-1 'Nobody has worked on the post-mortem yet'
github write 2 'Who noticed' 'Forty shops noticed. Who else noticed'
advance 24h
quiet

// Monday, 9 in the morning: the digest counts what is overdue, and its thread names it. Ben was mentioned on Friday.
advance 23h
expect #general 'Friday 6 March' '1 piece of work'
pings #general ben 'Friday 6 March'
expect #general '1 piece of work left' 'alert on 500s'
advance 72h
expect #general 'Monday 9 March' '1 piece of work'
expect #general '1 piece of work left' 'alert on 500s'
expect #general 'with the week before in brackets'
pings #general nobody 'Monday 9 March'
advance 1h
quiet

// Five working days later it has to be closed, and is reminded of on working days.
advance 24h
expect #inc-1 'was to be closed by'
expect #general 'Tuesday 10 March' '1 piece of work'
expect #general '1 piece of work left'
advance 24h
expect #inc-1 'was to be closed by'
expect #general 'Wednesday 11 March' '2 pieces of work'
expect #general '2 pieces of work left' 'Post-mortem' 'Ana Ruiz'
pings #general ana 'Wednesday 11 March'
github close 2
github close 1
advance 24h
expect #inc-1 'closed on GitHub'
// The next Monday looks back, and asks after nothing.
restart
advance 96h
expect #general 'Monday 16 March' 'no incidents; the week before there was 1'
expect #general 'Incidents: 0 (1)' '0 opened (1)'
quiet
