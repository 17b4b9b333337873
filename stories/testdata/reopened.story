// A closed incident that is taken up again: whoever reopens is asked to take its channel
// out of the archive, which a bot cannot, and the rest follows by itself.
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
ana /incident resolve it is over
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
ana /incident close
expect #inc-1 'closed the incident'
archived #inc-1
in #general
ana /incident reopen #1 errors are back
reply 'does not hear it' 'archived' 'Open the channel' 'Unarchive'
expect #incidents 'channel is archived'
expect @ana 'channel is archived'
shows #incidents 'investigating'
quiet
unarchive ana #inc-1
expect #inc-1 'reopened' 'errors are back'
topic #inc-1 'investigating'
shows #incidents 'mayday can write in the channel again'
shows @ana 'mayday can write in the channel again'
quiet
in #inc-1
ana /incident resolve again
expect #inc-1 'resolved' 'again'
ana /incident close
expect #inc-1 'closed the incident'
archived #inc-1
quiet
