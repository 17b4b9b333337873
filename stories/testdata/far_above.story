// The step message comes to the end of the channel when it is acted upon or asked for after more than ten other messages, and not before.
in #general
ana /incident p0 site-down checkout answers 500
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge'
expect #inc-1 'Step 1/' 'Skip…'
expect #inc-1 'Paging On-Call Engineer'
expect #incidents 'checkout answers 500'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
quiet
ana presses 'Done' in #inc-1
shows #inc-1 'Step 2/' 'Skip…'
quiet
ana says 'is it the deploy?'
ben says 'no deploy since noon'
ana says 'the database then'
ben says 'connections look fine'
ana says 'and the pool?'
ben says 'half empty'
ana says 'DNS?'
ben says 'resolves here'
ana says 'the provider?'
ben says 'nothing on their page'
ana says 'then the certificate'
ben says 'that is it'
quiet
// An update is no act upon the step.
ana /incident update the certificate has expired
expect #inc-1 'Update by' 'the certificate has expired'
expect #incidents 'Update by' 'the certificate has expired'
quiet
ana /incident done
silent
expect #inc-1 'Step 3/' 'Skip…'
// The old one is gone: nothing there can be pressed any more.
hides #inc-1 'Step 2/' 'Skip…'
quiet
ben /incident step 3 done
shows #inc-1 'Step 4/' 'Skip…'
hides #inc-1 'Step 3/' 'Skip…'
quiet
ana says '1'
ana says '2'
ana says '3'
ana says '4'
ana says '5'
ana says '6'
ana says '7'
ana says '8'
ana says '9'
ana says '10'
ana says '11'
quiet
ana /incident steps
reply 'Playbook' '▶ 4.'
expect #inc-1 'Step 4/' 'Skip…'
quiet
ana /incident steps
reply 'Playbook' '▶ 4.'
quiet
