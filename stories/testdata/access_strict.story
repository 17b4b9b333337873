// A team that wants it strict: named people declare, one acts in the channel only, guests do nothing.
MAYDAY_DECLARE_USERS=S0ONCALL01
MAYDAY_ACT_FROM=channel
MAYDAY_GUESTS=off
in #general
mia /incident p2 site-down checkout is slow
reply 'people whom the operators'
mia /incident
reply 'people whom the operators'
ben /incident p2 site-down checkout is slow
reply 'is opening'
expect #incidents 'checkout is slow'
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
mia /incident ack 1
reply 'own channel' 'Join'
mia /incident status 1
reply 'checkout is slow'
invite ana #inc-1 gus
in #inc-1
gus /incident ack
reply 'guest'
gus /incident status
reply 'guest'
ben /incident ack
expect #inc-1 'acknowledged'
