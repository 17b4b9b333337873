// Follow-ups become issues below the post-mortem.
MAYDAY_GITHUB_USERS=ben@example.com=chidi
MAYDAY_TIMEZONE=Europe/Berlin
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
title 1 'checkout is slow'
ana /incident action alert on 500s @ben by friday
expect #inc-1 'follow-up' 'alert on 500s' 'due Friday, 6 March 2026'
title 2 'alert on 500s'
labels 2 'follow-up' 'p1'
body 2 'Due: Friday, 6 March 2026'
assigned 2 chidi
parent 2 0
ana /incident action too late by 2026-01-01
reply 'a day that is not over yet'
ana /incident action
form ana 'Follow-up' 'By when?'
ana submits text='write the pooler into the runbook'
expect #inc-1 'write the pooler into the runbook'
title 3 'write the pooler'
ana /incident resolve restarted
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
title 4 'Review'
body 4 'alert on 500s' 'due Friday' '/issues/2'
parent 2 4
parent 3 4
issues 4

// What people wrote into the post-mortem stays when it is brought up to date.
github write 4 'Who noticed, how many were they' 'Forty shops noticed, for an hour. How many were they'
github write 4 'checkout is slow' 'CHECKOUT WAS SLOW'
ana presses 'Add follow-up' in #inc-1
form ana 'Follow-up'
ana submits text='page earlier'
expect #inc-1 'page earlier'
title 5 'page earlier'
parent 5 4
body 4 'Forty shops noticed' 'CHECKOUT WAS SLOW' '/issues/5'
issues 5

// The reply is lost: still one issue. Refused for good: told once, and tried again when asked.
fault github:POST_issues 1 http=502 apply
ana /incident action only once
expect #inc-1 'only once'
title 6 'only once'
issues 6
fault github:POST_issues 1 http=410
ana /incident action not now
expect #inc-1 'not now'
expect #inc-1 'could not file the follow-up' 'issues'
issues 6
ana /incident postmortem
reply 'asked for the post-mortem'
title 7 'not now'
parent 7 4
issues 7
quiet
