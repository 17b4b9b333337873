// A normal P0, by the same steps as most: nobody scrolls.
in #general
ana /incident p0 site-down checkout answers 500
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge' 'Respond by' 'Step 1/' 'Done'
expect #inc-1 'Step 1/' 'Next: step 2'
expect #inc-1 'Paging On-Call Engineer' 'Acknowledge'
expect #incidents 'checkout answers 500'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
quiet
ben presses 'Acknowledge' in #inc-1
expect #inc-1 'acknowledged' 'leads'
topic #inc-1 'P0' 'investigating' 'Ben Okafor'
// Nothing asks any more for what was done.
hides #inc-1 'Paging On-Call Engineer' 'Acknowledge'
ana presses 'Done' in #inc-1
shows #inc-1 'Step 2/' 'Skip…'
ana presses 'Done' in #inc-1
shows #inc-1 'Step 3/' 'Skip…'
ben /incident step 3 done
silent
shows #inc-1 'Step 4/' 'Skip…'
ben /incident update rolled back to the previous build
silent
expect #inc-1 'Update by' 'rolled back'
expect #incidents 'Update by' 'rolled back to the previous build'
ana presses 'Tell customers' in #inc-1
ana submits
expect #inc-1 'external communication as sent'
ben /incident resolve bad build, rolled back
silent
expect #inc-1 'resolved the incident' 'bad build'
expect #inc-1 'post-mortem is ready'
topic #inc-1 'resolved'
rows #inc-1 12
