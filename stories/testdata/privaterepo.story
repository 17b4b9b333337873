// The post-mortem of a private incident goes to the private repository that the
// settings name, and nowhere else.
GITHUB_REPOSITORY=
MAYDAY_PRIVATE_REPOSITORY=demo/operations
in #general
ana /incident p1 credit-system-issues leaked balances --private
expect #inc-1 'leaked balances' 'Acknowledge'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'leaked balances'
issues 0
in #inc-1
ana /incident resolve balances are hidden
expect #inc-1 'acknowledged and leads'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
issue 'leaked balances' 'balances are hidden'
issues 1
hides #incidents 'leaked balances'
quiet
