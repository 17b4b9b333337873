// The announce channel is renamed, loses mayday, is archived and replaced: what is announced follows.
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
renames ana #incidents news
ana /incident update under its new name
expect #inc-1 'under its new name'
expect #news 'Update by' 'under its new name'
shows #news 'under its new name'
kick ana #news mayday
ana /incident update after it was taken out
expect #inc-1 'after it was taken out'
expect #news 'Update by' 'after it was taken out'
shows #news 'after it was taken out'
member #news mayday
quiet
create ana incidents
archive ana #news
expect #incidents 'checkout is slow' 'after it was taken out'
ana /incident update in the new channel
expect #inc-1 'in the new channel'
expect #incidents 'Update by' 'in the new channel'
shows #incidents 'in the new channel'
quiet
// Where there is none any more, the incident's channel hears it.
archive ana #incidents
ana /incident update said to nobody else
expect #inc-1 'said to nobody else'
expect #inc-1 'could not draw the announcement' 'archived'
quiet
unarchive ana #incidents
shows #incidents 'said to nobody else'
shows #inc-1 'It works again' 'could not draw the announcement'
quiet
