// Messages that are gone, or that Slack does not let mayday change.
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
in #inc-1
expires 'Ask the shop itself' 'Skip'
ana /incident step 1 done
expect #inc-1 'Step 2/'
ana /incident ack
expect #inc-1 'acknowledged'
quiet
// An answered page is never sent again.
in @ana
expires 'checkout is slow'
in #inc-1
ana /incident resolve over
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
quiet
ana /incident reopen again
expect #inc-1 'reopened'
quiet
// A card that cannot be edited is followed by another, and no button of the old one stays.
restrict no_update
ana /incident status identified
expect #inc-1 'from investigating to identified'
expect #inc-1 'checkout is slow' 'identified' 'Resolve'
says #inc-1 'Step 2/'
expect #incidents 'identified'
quiet
// What can be neither edited nor deleted says so in its thread.
restrict no_update no_delete
ana /incident status monitoring
expect #inc-1 'from identified to monitoring'
expect #inc-1 'checkout is slow' 'monitoring' 'Resolve'
expect #incidents 'monitoring'
says #inc-1 'out of date'
says #incidents 'out of date'
quiet
