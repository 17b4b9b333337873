// Who may do what: members from anywhere, and they join; guests and people of other workspaces where they are; SQL for the contacts.
DIAGNOSTICS=sample
in #general
invite ana #general gus
gus /incident p0 site-down everything is gone
reply 'guest' 'cannot let you declare'
gus /incident
reply 'guest'
gus shortcut declare_incident
gus /incident list
gus /incident contacts
reply 'guest' 'channel of an incident'
mia /incident p2 site-down checkout is slow
reply 'is opening'
expect #incidents 'checkout is slow'
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
says #inc-1 'Snapshot of'
says #inc-1 'All rows, run'
quiet

// A guest elsewhere sees nothing and changes nothing, and is not told what is open.
gus /incident ack 1
reply 'guest' 'channel of an incident that you are in'
gus /incident status 1
reply 'guest'
gus /incident ack
reply 'No incident is open'
gus /incident find checkout
withholds 'checkout is slow'
gus /incident list
withholds 'checkout is slow'
gus opens
home gus 'No incident is open'

// A member acts from elsewhere: it is done, they are in, and the channel hears both at once.
chidi /incident ack 1
reply 'cknowledged'
expect #inc-1 'acknowledged and leads' 'from outside the channel'
member #inc-1 chidi
chidi /incident note #1 seen from elsewhere
expect #inc-1 'noted' 'seen from elsewhere'
quiet

// In the channel a guest acts, and runs no SQL.
invite ana #inc-1 gus
in #inc-1
gus /incident status
reply 'checkout is slow'
gus /incident list
reply 'checkout is slow'
gus /incident contacts
reply 'Ben Okafor'
gus /incident update rolled back
expect #inc-1 'rolled back'
expect #incidents 'Update by' 'rolled back'
gus /incident run total-users
reply 'guest' 'cannot let you run queries'
gus /incident sql select 1
reply 'guest' 'cannot let you run SQL'
// Declaring opens no database: mia declared, ana is one of the runbook's contacts.
mia /incident sql select 1
reply 'people in the runbook' 'may type SQL of their own'
ana /incident sql select 1 as one
expect #inc-1 'one'
quiet

// Somebody of another workspace, with a contact's address in the profile: what they press in the shared channel counts.
share #inc-1
invite ana #inc-1 fay
fay presses 'Done' in #inc-1
shows #inc-1 'Step 2/' 'Skip…'
quiet
