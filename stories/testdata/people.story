// Contacts who cannot be reached are passed over aloud; forms, shortcuts and the App Home.
in #general
deactivate ana
mia /incident p1 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
says #inc-1 'could not be paged' '+1 555 0100'
says #inc-1 'Paging DevOps'
expect @ben 'Site Down'
expect #incidents 'could not be paged' '+1 555 0100'
quiet
in #general
mia /incident
form mia 'Declare'
mia submits title='printer on fire' severity='P3'
expect @mia 'P3 incident 2 is open'
expect #incidents 'printer on fire'
expect #inc-2-p3-printer-on-fire 'printer on fire' 'Acknowledge'
expect #inc-2 'Step 1/'
says #inc-2 'Paging On-Call'
says #inc-2 'could not be paged'
says #inc-2 'Paging DevOps'
expect @ben 'printer on fire'
expect #incidents 'could not be paged' '+1 555 0100'
mia shortcut declare_incident
form mia 'Declare'
ben opens
home ben 'Site Down'
in #inc-1
mia /incident page @chidi please look
expect #inc-1 'paged' 'please look'
expect @chidi 'Site Down'
mia /incident lead @ben
expect #inc-1 'gave the role lead'
ben /incident playbook performance-degradation
expect #inc-1 'switched the playbook'
shows #inc-1 'Step 1/' 'Skip…'
