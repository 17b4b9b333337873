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
quiet
convert ana #inc-1 private
expect #inc-1 'made the incident private' 'not touched any more'
shows #incidents 'moved to a private channel'
hides #incidents 'card numbers leaked'
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
quiet
// By command: the row at once, the channel by a person.
in #general
ana /incident p1 site-down a customer threatens
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
