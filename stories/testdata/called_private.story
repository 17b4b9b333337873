// Whoever is called for a private incident is in its channel before, each of a user group too, and answers from the direct message.
MAYDAY_RUNBOOK=testdata/groups.md
in #general
ana /incident p1 site-down leaked addresses --private
expect #inc-1 'leaked addresses'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging Primary'
notified #inc-1 mia 'Paging Primary'
expect @mia 'leaked addresses' 'Acknowledge'
member #inc-1 mia
quiet
in #inc-1
ana /incident page engineers
says #inc-1 'paged Engineers'
expect @ben 'leaked addresses' 'Acknowledge'
expect @chidi 'leaked addresses' 'Acknowledge'
member #inc-1 ben
member #inc-1 chidi
chidi presses 'Acknowledge' in @chidi
reply 'acknowledged'
expect #inc-1 'Chidi Eze acknowledged and leads'
shows @ben 'Chidi Eze acknowledged at' 'On my way'
shows @mia 'Chidi Eze acknowledged at' 'On my way'
ben presses 'On my way' in @ben
reply 'is on the way'
expect #inc-1 'Ben Okafor is on the way'
hides @ben 'On my way'
quiet
