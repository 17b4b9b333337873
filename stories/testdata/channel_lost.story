// A channel that cannot hear mayday is told where people hear it, once, and what waits is said in order afterwards.
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

archive ben #inc-1
expect #incidents 'channel is archived' 'Unarchive'
expect @ana 'channel is archived' 'Open the channel'
in #general
ana /incident update #1 rolled back
reply 'does not hear it' 'archived' 'Open the channel'
expect #incidents 'Update by' 'rolled back'
ana /incident update #1 looking at the queue
reply 'does not hear it'
expect #incidents 'Update by' 'looking at the queue'
quiet
unarchive ana #inc-1
expect #inc-1 'rolled back'
expect #inc-1 'looking at the queue'
// What was told is taken back where it stands, without a new message.
shows #incidents 'mayday can write in the channel again' 'Before: The incident'
shows @ana 'mayday can write in the channel again' 'Before: The incident'
hides #incidents 'Open the channel'
hides @ana 'Open the channel'
quiet
in #inc-1
ana /incident status monitoring
withholds 'does not hear'
expect #inc-1 'monitoring'
topic #inc-1 'monitoring'
quiet

// Taken out of a public channel, mayday comes back without a word.
kick ana #inc-1 mayday
member #inc-1 mayday
ana /incident update still here
expect #inc-1 'still here'
expect #incidents 'Update by' 'still here'
quiet
