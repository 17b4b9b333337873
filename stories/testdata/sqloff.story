// Without a database to diagnose, queries are shown and not run.
in #general
ana /incident p1 payment-failures
in #inc-1
expect #incidents 'Payment Failures'
expect #inc-1 'Payment Failures' 'Acknowledge'
expect #inc-1 'Step 1/' 'SELECT'
expect #inc-1 'Paging On-Call'
expect @ana 'Payment Failures'
ana /incident run
reply 'Paid but not confirmed' 'DIAGNOSTICS_DATABASE_URL'
ana /incident run all
reply 'shown, not run' 'DIAGNOSTICS_DATABASE_URL'
ana /incident sql select 1
reply 'shown, not run'
ana presses 'Run' in #inc-1
reply 'shown, not run'
ana /incident help run
reply 'run all'
quiet
