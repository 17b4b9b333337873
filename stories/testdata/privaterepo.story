// The post-mortem of a private incident goes to the private repository that the
// settings name, and nowhere else.
GITHUB_REPOSITORY=
MAYDAY_PRIVATE_REPOSITORY=demo/operations
in #general
ana /incident p1 exposed-credentials leaked addresses --private
expect #inc-1 'leaked addresses' 'Acknowledge'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'leaked addresses'
issues 0
in #inc-1
ana /incident resolve addresses are hidden
expect #inc-1 'acknowledged and leads'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
issue 'leaked addresses' 'addresses are hidden'
issues 1
hides #incidents 'leaked addresses'
quiet
