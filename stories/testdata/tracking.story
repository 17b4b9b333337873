// The issue that follows an incident, and what people do there.
in #general
ana /incident p0 site-down checkout answers 500
expect #incidents 'checkout answers 500'
in #inc-1
expect #inc-1 'checkout answers 500'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call Engineer' 'Paging DevOps Lead'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
title 1 '[P0] checkout answers 500'
labels 1 'incident' 'p0' 'site-down'
body 1 'Severity' 'P0' 'open'
comment 1 'Paging On-Call Engineer' 'Paging DevOps Lead'
comments 1 1
shows #inc-1 'tracking issue #1'
bookmark #inc-1 'Tracking issue'
issues 1

// Many things within a minute are one comment.
ben /incident ack
expect #inc-1 'acknowledged'
ana /incident update looking at the deploy
expect #inc-1 'looking at the deploy'
expect #incidents 'Update by' 'looking at the deploy'
ana /incident update rolling back
expect #inc-1 'rolling back'
expect #incidents 'Update by' 'rolling back'
ana /incident sev p1 only checkout
expect #inc-1 'from P0 to P1'
comments 1 1
advance 1m
comment 1 'acknowledged' 'looking at the deploy' 'rolling back' 'from P0 to P1'
comments 1 2
title 1 '[P1] checkout'
labels 1 'p1'
unlabelled 1 'p0'
body 1 'P1' 'investigating' 'rolling back'
quiet

// A command there does nothing here, and is not passed over in silence.
github comment 1 chidi 'looks bad'
github comment 1 chidi '/ack please'
advance 2m
expect #inc-1 'chidi wrote on the tracking issue' '/ack please' 'changes nothing here'
advance 2m
quiet
github close 1
advance 2m
expect #inc-1 'closed the tracking issue' 'the incident goes on'
advance 4m
quiet
comments 1 4

// GitHub is away for a while: nothing is lost and nothing is said twice.
fault github:POST_comments 1 http=502 apply
fault github:GET_issues 1 http=500
ana /incident status identified
expect #inc-1 'to identified'
advance 1m
comment 1 'from investigating to identified'
comments 1 5
quiet

// The end closes it, and what is taken up again opens it.
github reopen 1
advance 2m
ana /incident resolve rolled back
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
advance 1m
state 1 closed
comment 1 'resolved the incident' 'rolled back'
ana /incident reopen errors are back
expect #inc-1 'reopened'
advance 1m
state 1 open
ana /incident resolve really now
expect #inc-1 'resolved the incident'
advance 1m
state 1 closed
issues 2
quiet
