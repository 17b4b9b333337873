// The runbook's queries outside of incidents: privately for the runbook's contacts, in the operators' channel for all
// there; their numbers are kept from day to day. The story begins on a Tuesday at ten.
MAYDAY_RUNBOOK=testdata/queries.md
MAYDAY_DIGEST=09:00
MAYDAY_OPS_CHANNEL=general
DIAGNOSTICS=sample
// In an incident's channel it is what run is.
in #general
ana /incident p1 payments-fail nobody can pay
expect #incidents 'nobody can pay'
in #inc-1
expect #inc-1 'nobody can pay' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging '
expect @ana 'nobody can pay'
mia /incident query users/total-users
expect #inc-1 'Total users' '1200' 'asked by Mia Lindqvist'
ana /incident cancel a mistake
expect #inc-1 'cancelled the incident'
quiet

in #incidents
ana /incident query
reply 'Total users' 'users/total-users' 'orders/orders-by-status'
ana /incident query users/total-users
reply 'Running Total users' 'to you alone'
expect @ana 'Total users' '1200'
ana /incident query total-usres
reply 'no query' 'total-users'
ana /incident query orders
reply 'fits several queries' '/incident query orders-in-all'

// More rows than a message shows: a table, and a file in its thread. What is masked elsewhere is masked here.
ana /incident query users/names
expect @ana 'Names' 'masked: email' '30 rows in the file'
expect @ana 'Names, query'
quiet

// Mia is no contact: not here, but in the operators' channel, where everybody sees it.
mia /incident query users/total-users
reply 'Outside of incidents and of the operators'
mia /incident trend users/total-users
reply 'Outside of incidents and of the operators'
in #general
mia /incident query users/total-users
reply 'comes into this channel'
expect #general 'Total users' '1200' 'asked by Mia Lindqvist'
pings #general nobody 'Total users'
mia /incident trend users/total-users
reply 'No numbers of Total users are kept yet'
quiet
