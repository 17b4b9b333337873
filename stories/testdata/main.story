// From declaration to post-mortem.
in #general
ana /incident p0 site-down checkout answers 500
reply 'P0 incident 1 is opening'
reply 'P0 incident 1 is open:'
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #incidents 'checkout answers 500'
pinned #inc-1 'checkout answers 500'
member #inc-1 ana
member #inc-1 ben
member #inc-1 chidi
expect #inc-1 'Paging On-Call Engineer' 'Paging DevOps Lead'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
quiet

ben presses 'Acknowledge' in @ben
reply 'acknowledged'
expect #inc-1 'acknowledged' 'leads'
shows #incidents 'investigating'
topic #inc-1 'Ben Okafor'
// The button is gone, and the command says who was first.
ana /incident ack
reply 'Already acknowledged by'
quiet

ana /incident step 1 done site answers again
silent
shows #inc-1 'Step 2/' 'Done' 'Skip…'
ana presses 'Done' in #inc-1
shows #inc-1 'Step 3/' 'Done' 'Skip…'
ana presses 'Skip…' in #inc-1
form ana 'skip'
ana submits reason='no deployment today'
shows #inc-1 'Step 4/' 'Skip…'
ana /incident step 4 blocked no access to the console
expect #inc-1 'is blocked at step 4' 'no access'
ana /incident update rolled back to the previous build next 20m
expect #inc-1 'Update by' 'rolled back'
expect #incidents 'Update by' 'rolled back to the previous build'
shows #inc-1 'rolled back to the previous build'
mia /incident note traffic recovers
expect #inc-1 'noted' 'traffic recovers'
ana /incident sev p1 only checkout is hit
expect #inc-1 'from P0 to P1' 'only checkout is hit'
ana /incident status monitoring
expect #inc-1 'to monitoring'
shows #incidents 'monitoring'
mia /incident action alert on 500s @ben
expect #inc-1 'follow-up' 'alert on 500s'

ana presses 'Resolve' in #inc-1
form ana 'resolve'
ana submits summary='bad build, rolled back'
expect #inc-1 'resolved the incident' 'bad build'
expect #inc-1 'post-mortem is ready'
shows #incidents 'resolved'
issue 'incident 1' 'rolled back to the previous build' 'no deployment today'
issues 3
ben /incident resolve
reply 'Already resolved by'
ben /incident update too late
reply 'Nothing changed' 'reopen'

ben /incident reopen errors are back
expect #inc-1 'reopened' 'errors are back'
ben /incident fixed config corrected
expect #inc-1 'resolved the incident' 'config corrected'
issues 3
ana /incident timeline
reply 'config corrected'
ana /incident close
expect #inc-1 'closed the incident'
archived #inc-1
quiet
