// What is left to do after the incident is asked after, until it is closed on GitHub. The story begins on a Tuesday.
MAYDAY_TRACK_SEVERITIES=none
MAYDAY_OPS_CHANNEL=general
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

// Monday, 9 in the morning: one digest, of what is overdue.
advance 95h
expect #general '1 piece of work' 'alert on 500s'
pings #general ben 'alert on 500s'
advance 1h
quiet

// Five working days later it has to be closed, and is reminded of on working days.
advance 24h
expect #inc-1 'was to be closed by'
advance 24h
expect #inc-1 'was to be closed by'
github close 2
github close 1
advance 24h
expect #inc-1 'closed on GitHub'
// The next Monday, and the restart in between, say nothing more.
restart
advance 120h
quiet
