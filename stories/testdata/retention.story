// The workspace's retention deletes whatever mayday wrote. What the incident shows is drawn again with the next change,
// notifies nobody, and nobody is paged a second time.
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
in #inc-1
ana /incident ack
expect #inc-1 'acknowledged'
quiet
retention
ana /incident update rolled back
expect #inc-1 'Update by Ana Ruiz: rolled back'
expect #incidents 'Update by' 'rolled back'
expect #inc-1 'checkout is slow' 'Resolve'
notified #inc-1 nobody 'checkout is slow' 'Resolve'
pinned #inc-1 'checkout is slow'
expect #incidents 'checkout is slow' 'rolled back' 'Join'
notified #incidents nobody 'checkout is slow'
hides #inc-1 'Step 1/' 'Skip…'
quiet
ana /incident step 1 done
expect #inc-1 'Step 2/' 'Skip…'
notified #inc-1 nobody 'Step 2/' 'Skip…'
quiet

// To the end, and after it: the record is mayday's own.
retention
ana /incident resolve rolled back for good
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
expect #inc-1 'checkout is slow' 'resolved' 'Reopen'
expect #inc-1 'The incident is resolved' 'Of 13 steps'
expect #incidents 'checkout is slow' 'resolved'
issue 'checkout is slow' 'rolled back for good'
quiet
retention
ana /incident reopen errors are back
expect #inc-1 'reopened' 'errors are back'
expect #inc-1 'checkout is slow' 'Resolve'
says #inc-1 'Skip…'
expect #incidents 'checkout is slow'
quiet
