// Whom Slack does not let into the channel is paged all the same, and that is said.
in #general
ana /incident p1 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'Site Down'
quiet
in #inc-1
fault conversations.invite 1000 error=cant_invite
ana /incident page @chidi please look
expect @chidi 'Ana Ruiz asks for you' 'please look'
expect #inc-1 'could not invite people' 'Chidi Eze'
says #inc-1 'Ana Ruiz paged' 'please look'
heal
quiet
