// What people learnt goes on the post-mortem and, where the runbook is in the repository, into a proposal.
MAYDAY_TRACK_SEVERITIES=p0
MAYDAY_RUNBOOK_GITHUB_PATH=docs/RUNBOOK.md
repository docs/RUNBOOK.md ../playbooks/default.md
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
ana /incident learn too early
reply 'still' 'Resolve it first'
issues 0
ana /incident resolve restarted
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident' 'What should the runbook say next time'
expect #inc-1 'post-mortem is ready'
title 1 'Review'
ben presses 'What should the runbook say next time?'
form ben 'Which step fixed it'
ben submits text='The page is cached: ask the API as well, @everybody' step='1'
expect #inc-1 'suggested a change to the runbook at step 1' 'ask the API as well'
expect #inc-1 'change to the runbook is proposed'
comment 1 'What the runbook should say next time' 'Ben Okafor' 'step 1' 'ask the API as well'
proposed docs/RUNBOOK.md 'what incident 1 taught'
proposed docs/RUNBOOK.md '> **Note from incident 1 (2026-03-03):** The page is cached: ask the API as well'
pulls 1

// Lost replies make no second pull request, and GitHub's refusal is told once.
fault github:POST_pulls 1 http=502 apply
fault github:PUT_contents 1 http=502 apply
ana /incident learn the status page was wrong
expect #inc-1 'the status page was wrong'
expect #inc-1 'change to the runbook is proposed'
pulls 2
fault github:POST_refs 1 http=403
ana /incident learn nobody may write this
expect #inc-1 'nobody may write this'
expect #inc-1 'could not pass on what the runbook should say'
comment 1 'nobody may write this'
pulls 2
ana /incident postmortem
expect #inc-1 'change to the runbook is proposed'
pulls 3
comments 1 3
issues 1
quiet
