// A reminder calls whoever has to act, and one that is not answered comes by direct message as well.
in #general
mia /incident p0 site-down checkout answers 500
in #inc-1
expect #inc-1 'checkout answers 500'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call Engineer'
expect #incidents 'checkout answers 500'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
// Half of the time to respond is gone: those who are paged have to act.
advance 8m
expect #inc-1 'Nobody has acknowledged this P0 yet'
notified #inc-1 ana,ben 'Nobody has acknowledged this P0 yet'
ben presses 'Acknowledge' in #inc-1
expect #inc-1 'Ben Okafor acknowledged and leads'
quiet
advance 22m
expect #inc-1 'An update was due'
notified #inc-1 ben 'An update was due'
quiet
advance 30m
expect #inc-1 'An update was due' 'This is reminder 2'
notified #inc-1 ben 'This is reminder 2'
expect @ben 'P0 incident 1' 'An update was due' 'This is reminder 2' 'Update'
// Whoever leads by now gets the next one, and the old one goes.
ben /incident lead @ana
expect #inc-1 'Ben Okafor gave the role lead to'
notified #inc-1 ana 'gave the role lead'
advance 30m
expect #inc-1 'This is reminder 3'
notified #inc-1 ana 'This is reminder 3'
expect @ana 'This is reminder 3' 'Update'
hides @ben 'An update was due'
// One update answers both.
ana /incident update rolled back to the previous build
expect #inc-1 'Update by Ana Ruiz' 'rolled back'
expect #incidents 'Update by Ana Ruiz'
hides @ana 'An update was due'
hides #inc-1 'An update was due'
quiet
