// A role that could do harm runs nothing; everybody who asks hears which right it is.
DIAGNOSTICS=harmful
in #general
ana /incident p1 payment-failures
in #inc-1
expect #incidents 'Payment Failures'
expect #inc-1 'Payment Failures' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'Payment Failures'
expect #inc-1 'Snapshot of Payment Failures' 'None of 4 queries' 'INSERT on users'
ana /incident run all
reply 'switched off' 'INSERT on users' 'REVOKE'
ana /incident sql select 1
reply 'switched off'
ana presses 'Run' in #inc-1
reply 'switched off'
quiet
