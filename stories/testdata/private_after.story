// An incident whose channel becomes private is private from then on, also where it was announced.
in #general
ana /incident p1 site-down card numbers leaked
expect #incidents 'card numbers leaked'
expect #inc-1 'card numbers leaked'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'card numbers leaked'
issue 'card numbers leaked'
in #inc-1
ana /incident ack
expect #inc-1 'acknowledged'
ana /incident update card numbers of 300 customers are out
expect #inc-1 '300 customers'
expect #incidents 'Update by' '300 customers'
advance 1m
comment 1 '300 customers'
quiet
convert ana #inc-1 private
expect #inc-1 'made the incident private' 'tracking issue is emptied' 'in its history'
title 1 'Incident 1 (private)'
body 1 'This incident is private'
tells_nothing 1 'card numbers' 'leaked' '300 customers' 'site-down'
comments 1 2
shows #incidents 'moved to a private channel'
hides #incidents 'card numbers leaked'
hides #incidents '300 customers'
hides #incidents 'Join'
in #general
ben /incident find leaked
withholds 'card numbers'
ben /incident list
withholds 'card numbers'
ben /incident status 1
reply 'no such incident'
in #inc-1
ana /incident update the key is changed
expect #inc-1 'the key is changed'
ana /incident resolve key changed
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
expect #inc-1 'Post-mortem of incident 1'
issues 1
tells_nothing 1 'card numbers' 'leaked' '300 customers' 'key changed'
quiet
// By command: the row at once, the channel by a person.
in #general
ana /incident p1 site-down --another a customer threatens
expect #incidents 'customer threatens'
expect #inc-2 'customer threatens'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging On-Call'
expect @ana 'customer threatens'
in #inc-2
ana /incident private
expect #inc-2 'made the incident private' 'in its settings'
shows #incidents 'moved to a private channel'
hides #incidents 'customer threatens'
ana /incident private
reply 'private already'
in #general
ben /incident find threatens
withholds 'customer threatens'
quiet
// GitHub is away just then: it is emptied as soon as it is there.
in #general
ana /incident p1 site-down --another salaries are readable
expect #incidents 'salaries are readable'
expect #inc-3 'salaries are readable'
expect #inc-3 'Step 1/'
expect #inc-3 'Paging On-Call'
expect @ana 'salaries are readable'
title 3 'salaries are readable'
quiet
in #inc-3
fault github:PATCH_issues 2 http=502
ana /incident private
expect #inc-3 'made the incident private' 'tracking issue is emptied'
shows #incidents 'moved to a private channel'
tells_nothing 3 'salaries'
quiet
// It was transferred: that is said, and nothing is written there.
in #general
ana /incident p1 site-down --another the board resigns
expect #incidents 'the board resigns'
expect #inc-4 'the board resigns'
expect #inc-4 'Step 1/'
expect #inc-4 'Paging On-Call'
expect @ana 'the board resigns'
title 4 'the board resigns'
quiet
transfer 4 demo/archive
in #inc-4
ana /incident private
expect #inc-4 'made the incident private'
expect #inc-4 'could not empty the tracking issue' 'transferred'
quiet
