// A private incident is seen by those who have a part in it; a drill says so.
in #general
ana /incident p1 exposed-credentials leaked addresses --private
reply 'is opening'
expect #inc-1 'leaked addresses'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'leaked addresses'
mia /incident list
withholds 'leaked addresses'
mia /incident status 1
reply 'no such incident'
mia /incident drill job-queue-stuck practice
reply 'drill 2 is opening'
expect #incidents 'drill' 'practice'
expect #inc-2 'practice'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging On-Call'
expect @ana 'practice'
quiet
in #inc-1
ana /incident resolve it is over
expect #inc-1 'acknowledged'
expect #inc-1 'resolved'
expect #inc-1 'Post-mortem of incident 1'
expect #inc-1 'post-mortem is ready'
issues 0
in #inc-2
mia /incident cancel wrong button
expect #inc-2 'cancelled'
advance 24h
quiet
