// A closed incident that is taken up again gets its channel back before anything
// is said there.
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
ana /incident ack
expect #inc-1 'acknowledged'
ana /incident resolve
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
ana /incident close
expect #inc-1 'closed the incident'
archived #inc-1
in #general
fault conversations.unarchive 1 http=500
ana /incident reopen 1 errors are back
expect #inc-1 'reopened' 'errors are back'
topic #inc-1 'investigating'
shows #incidents 'investigating'
quiet
in #inc-1
ana /incident resolve again
expect #inc-1 'resolved' 'again'
ana /incident close
expect #inc-1 'closed the incident'
archived #inc-1

// Where Slack refuses it, people hear so in the announce channel, and what was to
// be said is said as soon as somebody did it.
in #general
fault conversations.unarchive 1 error=restricted_action
ana /incident reopen 1 errors are back again
expect #incidents 'gave up to take the channel out of the archive' 'ask a workspace admin'
archived #inc-1
quiet
unarchive ana #inc-1
ana /incident update 1 looking into it
expect #inc-1 'back again'
expect #inc-1 'gave up to take the channel'
expect #inc-1 'looking into it'
quiet
