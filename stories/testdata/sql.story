// The runbook's queries on a live database: at declaration, on demand, at the end; and SQL of one's own.
DIAGNOSTICS=sample
in #general
ana /incident p1 payment-failures customers wait for us
reply 'is opening'
in #inc-1
expect #inc-1 'customers wait for us' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #incidents 'customers wait for us'
expect #inc-1 'On-Call Engineer' 'Paging'
expect @ana 'customers wait for us'
expect #inc-1 'Snapshot of Payment Failures' 'Paid but not confirmed' '4 rows'
expect #inc-1 'All rows, run'
file #inc-1 'All rows, run' 'paid-but-not-confirmed'
quiet

// One by a word of its name; a miss names the nearest.
ana /incident run confirmed
reply 'Running Paid but not confirmed'
expect #inc-1 'Paid but not confirmed' '4 rows' 'asked by'
ana /incident run
reply 'Queries of Payment Failures' 'Charged twice' 'Run all'
ana /incident run confrimed
reply 'no query' 'paid-but-not-confirmed'
ana /incident run users
reply 'fits several queries' 'new-users-today'
mia /incident run total-users
expect #inc-1 'Total users' '1200' 'asked by'
ana presses 'Run' in #inc-1
shows #inc-1 'Step 1/' 'Skip…'
expect #inc-1 'Payments in the last hour'
ana /incident run all
reply 'Running 4 queries'
expect #inc-1 'The playbook' 'queries' 'Charged twice'
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
reply 'people in the runbook' 'may type SQL of their own'
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
database update orders set status = 'paid' where number in ('L59994', 'L59989', 'L59983')
ana /incident run diff
reply 'Running 4 queries'
expect #inc-1 'against the snapshot' 'Paid but not confirmed' '4 rows → 1 row' 'gone: L59994' 'Unchanged'
expect #inc-1 'All rows, run'
database update orders set status = 'paid' where status = 'pending'
ana /incident resolve orders confirmed by hand
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'Then → now' 'Paid but not confirmed' '4 rows → no rows'
expect #inc-1 'All rows, run'
expect #inc-1 'post-mortem is ready'
issue 'Paid but not confirmed' 'At declaration' 'L59994' 'At the end' 'no rows'
ana /incident timeline 1
reply 'ran the query Paid but not confirmed' '4 rows in' 'Snapshot of 4 queries' 'refused to run' 'pg_terminate_backend'
ana /incident timeline 2
reply 'Then and now' '4 rows → no rows'
