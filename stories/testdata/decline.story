// Whoever is paged and cannot come says so, and the next is paged at once.
in #general
ana /incident p1 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Acknowledge'
expect @ana 'Site Down' 'Acknowledge' 'page next'
quiet
ana presses 'I can\'t, page next' in @ana
expect #inc-1 'cannot come'
says #inc-1 'Paging DevOps' 'the person before cannot come'
expect @ben 'the person before you cannot come' 'Acknowledge'
shows @ana 'You said that you cannot come' 'Acknowledge'
hides @ana 'page next'
ana /incident decline 1
reply 'You said so before'
quiet

// Whoever acknowledges from a direct message hears where to go and what comes first.
ben presses 'Acknowledge' in @ben
reply 'acknowledged' 'Next: step 1/'
expect #inc-1 'acknowledged' 'leads'
hides #inc-1 'Paging DevOps' 'Acknowledge'
// And who answers too late changes nothing.
ana /incident decline 1
reply 'Already acknowledged'
