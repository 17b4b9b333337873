// A reminder that cannot be deleted says that it is over, and keeps no later one back.
in #general
ana /incident p0 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Paging DevOps'
expect @ana 'Site Down'
expect @ben 'Site Down'
in #inc-1
ana /incident ack
expect #inc-1 'acknowledged'
quiet
restrict no_delete
advance 30m
expect #inc-1 'An update was due'
quiet
ana /incident update rolled back
expect #inc-1 'rolled back'
expect #incidents 'Update by' 'rolled back'
shows #inc-1 'This reminder is over'
hides #inc-1 'An update was due'
advance 30m
expect #inc-1 'An update was due'
quiet

// Once they can be removed again, none is left but the newest.
restrict nothing
ana /incident update it is mended
expect #inc-1 'it is mended'
expect #incidents 'Update by' 'it is mended'
hides #inc-1 'An update was due'
advance 30m
expect #inc-1 'An update was due'
quiet
