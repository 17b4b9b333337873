// Somebody transfers the tracking issue, or deletes it.
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
issue 'checkout is slow'
in #inc-1
delete_issue 1
ana /incident ack
expect #inc-1 'acknowledged'
advance 2m
expect #inc-1 'deleted on GitHub' 'new one takes its place'
issue 'checkout is slow' 'Acknowledged'
quiet
transfer 2 demo/archive
ana /incident update rolled back
expect #inc-1 'rolled back'
expect #incidents 'Update by' 'rolled back'
advance 2m
expect #inc-1 'transferred to another repository' 'demo/archive'
ana /incident resolve over
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
quiet
