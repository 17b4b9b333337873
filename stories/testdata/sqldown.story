// The diagnosed database is down: said once and clearly, and the incident goes on.
DIAGNOSTICS=down
in #general
ana /incident p1 payment-failures
in #inc-1
expect #incidents 'Payment Failures'
expect #inc-1 'Payment Failures' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'Payment Failures'
expect #inc-1 'Snapshot of Payment Failures' 'None of 4 queries' '127.0.0.1:1' 'cannot be reached' 'incident goes on'
ana /incident run confirmed
expect #inc-1 'Paid but not confirmed' 'cannot be reached'
ana /incident step 1 done
shows #inc-1 'Step 2/' 'Skip…'
ana /incident resolve it is over
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'None of 4 queries' 'cannot be reached'
expect #inc-1 'post-mortem is ready'
quiet
