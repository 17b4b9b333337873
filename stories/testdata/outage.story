// Slack is away for six hours: one incident was open before, one is declared from a terminal and answered, one is
// declared and over by then. Afterwards what happened is told once, and nobody is called but who still is.
in #general
ana /incident p1 database-connection-issues pool is full
expect #incidents 'pool is full'
expect #inc-1 'pool is full'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'pool is full'
in #inc-1
ana /incident ack
expect #inc-1 'acknowledged'
quiet
advance 10m
quiet

slack_goes
terminal ben@example.com declare p0 site-down checkout answers 500
terminal mia@example.com declare p1 search-and-picture-issues pictures are gone
terminal mia@example.com declare p0 site-down the whole site is gone
advance 20m
terminal ben@example.com ack 2
terminal ben@example.com update 2 rolling back
terminal ana@example.com update 1 looking at the pooler
terminal mia@example.com resolve 3 the provider recovered
advance 1h
terminal ben@example.com update 2 rolled back, it recovers
terminal nobody@example.com note 1 the pooler was restarted
advance 1h
advance 1h
advance 1h
advance 15m
advance 15m
advance 15m
advance 15m
advance 40m
slack_comes

// Each channel hears once what happened meanwhile, in order.
expect #inc-1 'Slack was away' 'looking at the pooler' 'nobody@example.com noted' 'Not resolved in time'
pings #inc-1 nobody 'Slack was away'
expect #inc-1 'update was due'
expect #incidents 'checkout answers 500' 'Told late' 'rolled back, it recovers'
expect #inc-2 'checkout answers 500'
expect #inc-2 'Step 1/'
expect #inc-2 'Slack was away' 'Called On-Call' 'ben@example.com acknowledged' 'rolling back' 'rolled back, it recovers'
pings #inc-2 nobody 'Slack was away'
expect #inc-2 'update was due'
member #inc-2 ben
expect #incidents 'pictures are gone' 'resolved'
expect #inc-3 'pictures are gone' 'resolved'
expect #inc-3 'Slack was away' 'mia@example.com resolved'
expect #inc-3 '11 not marked'
shows #inc-3 'post-mortem'

// Nobody acknowledged the third: who is on call is called, once, and everybody else of the ladder.
expect #incidents 'the whole site is gone' 'Told late'
expect #inc-4 'the whole site is gone'
expect #inc-4 'Step 1/'
expect #inc-4 'Slack was away' 'times)' 'Nobody has acknowledged yet'
expect #inc-4 'update was due'
expect @ana 'the whole site is gone' 'Told late'
expect @ben 'the whole site is gone' 'Told late'
expect @chidi 'the whole site is gone' 'Told late'
expect #incidents 'Update by' 'looking at the pooler' 'Told late'
quiet
in #inc-4
ben /incident ack
expect #inc-4 'acknowledged'
hides #inc-4 'Nobody has acknowledged yet'
quiet
