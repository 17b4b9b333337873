// The runbook's queries on a live database: at declaration, on demand, at the end; and SQL of one's own.
DIAGNOSTICS=sample
in #general
ana /incident p1 credit-system-issues balances are wrong
reply 'is opening'
in #inc-1
expect #inc-1 'balances are wrong' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #incidents 'balances are wrong'
expect #inc-1 'On-Call Engineer' 'Paging'
expect @ana 'balances are wrong'
expect #inc-1 'Snapshot of Credit System Issues' 'Negative balances' '4 rows'
expect #inc-1 'All rows, run'
file #inc-1 'All rows, run' 'negative-balances'
quiet

// One by a word of its name; a miss names the nearest.
ana /incident run negative
reply 'Running Negative balances'
expect #inc-1 'Negative balances' '4 rows' 'asked by'
ana /incident run
reply 'Queries of Credit System Issues' 'Doubled charges' 'Run all'
ana /incident run negtive
reply 'no query' 'negative-balances'
ana /incident run users
reply 'fits several queries' 'new-users-today'
mia /incident run total-users
expect #inc-1 'Total users' '1200' 'asked by'
ana presses 'Run' in #inc-1
shows #inc-1 'Step 1/'
expect #inc-1 'Transactions in the last hour'
ana /incident run all
reply 'Running 4 queries'
expect #inc-1 'The playbook' 'queries' 'Doubled charges'
expect #inc-1 'All rows, run'
quiet

// SQL of one's own.
ana /incident sql select username, email, phone from users where username = 'ben_1'
expect #inc-1 'select username, email, phone from users' 'ben_1' 'masked: email, phone'
hides #inc-1 'ben.1@example.com'
hides #inc-1 '+1555'
ana /incident sql ```select count(*) as n from users where 1 < 2;```
expect #inc-1 'count' '1200'
ana /incident sql select pg_terminate_backend(1)
reply 'Not run' 'pg_terminate_backend' 'stops other sessions' 'by hand in psql'
ana /incident sql delete from users
reply 'Not run'
ana /incident sql select 1; drop table users
reply 'not run'
ana /incident sql select * from users where username = 'nobody'
expect #inc-1 'No rows.'
ana /incident sql select n, null as nothing from generate_series(1, 60) n
expect #inc-1 'first 20 of 60 rows' 'NULL' 'file of this thread'
expect #inc-1 'generate_series' ', run'
file #inc-1 'generate_series' '60'
quiet
// Who may: mia takes no part, and another channel is no place for it.
mia /incident sql select 1
reply 'contacts list'
in #general
ana /incident run 1 all
reply 'own channel'
ana /incident sql 1 select 1
reply 'own channel'
in #inc-1

// Not more than six of one's own in a minute: that is told in private.
ana /incident sql select 5 as five
expect #inc-1 'five'
ana /incident sql select 6 as six
expect #inc-1 'six'
ana /incident sql select 7
reply 'as often as one person may'
advance 2m
ana /incident sql select 7 as seven
expect #inc-1 'seven'
quiet

// Then and now.
database update credits set balance = 0 where balance < -20
ana /incident run diff
reply 'Running 4 queries'
expect #inc-1 'against the snapshot' 'Negative balances' '4 rows → 1 row' 'gone: eva_404' 'Unchanged'
expect #inc-1 'All rows, run'
database update credits set balance = 0 where balance < 0
ana /incident resolve balances corrected by hand
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'Then → now' 'Negative balances' '4 rows → no rows'
expect #inc-1 'All rows, run'
expect #inc-1 'post-mortem is ready'
issue 'Negative balances' 'At declaration' 'eva_404' 'At the end' 'no rows'
ana /incident timeline 1
reply 'ran the query Negative balances' '4 rows in' 'Snapshot of 4 queries' 'refused to run' 'pg_terminate_backend'
ana /incident timeline 2
reply 'Then and now' '4 rows → no rows'
