// GitHub refuses for good: told once, with what to fix, and tried again when asked.
in #general
fault github:POST_issues 1 http=410
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
expect #inc-1 'tracking issue could not be kept up to date' '/incident postmortem'
ana /incident update looking
expect #inc-1 'looking'
expect #incidents 'Update by' 'looking'
advance 5m
issues 0
quiet
ana /incident postmortem
reply 'asked to try GitHub again'
title 1 'checkout is slow'
comment 1 'looking'
ana /incident postmortem
reply 'written when it is resolved'

// A limit is waited for, and a wrong token is told.
fault github:POST_comments 1 retry=1
ana /incident update still looking
expect #inc-1 'still looking'
expect #incidents 'Update by' 'still looking'
advance 1m
comment 1 'still looking'
fault github:GET_issue 1 http=401
advance 3m
expect #inc-1 'tracking issue could not be kept up to date' 'GITHUB_TOKEN'
ana /incident update without GitHub
expect #inc-1 'without GitHub'
expect #incidents 'Update by' 'without GitHub'
advance 3m
quiet

// The resolve stands, whatever GitHub says.
fault github:POST_issues 1 http=422
ana /incident resolve restarted
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem could not be filed'
shows #incidents 'resolved'
issues 1
quiet
ana /incident postmortem
expect #inc-1 'post-mortem is ready'
issues 2
state 1 closed
comment 1 'without GitHub' 'resolved the incident'
quiet
