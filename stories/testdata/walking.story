// Walking a playbook: one live message, by button and by keyboard.
in #general
ana /incident p1 high-error-rate
expect #incidents 'High Error Rate'
in #inc-1
expect #inc-1 'High Error Rate' 'Acknowledge'
expect #inc-1 'Step 1/12 · Diagnosis' 'Read the top issue in Snag' 'Next: step 2, Compare with what was deployed'
expect #inc-1 'Paging On-Call'
expect @ana 'High Error Rate'
quiet

// Two people click at once: one wins, the other is told who was first.
together ana ben 'Done'
reply 'Step 1 is already done by' 'step 1 undo'
shows #inc-1 'Step 2/12' 'Done' 'Skip…' 'git log' 'Next: step 3' 'Last: step 1 done by'
hides #inc-1 'Step 3/12'
ben /incident step 1 done
reply 'already done by'
quiet

// By keyboard.
ben /incident skip 2 nothing was deployed
silent
shows #inc-1 'Step 3/12' 'Done' 'Skip…' 'Connections by state' 'Last: step 2 skipped by' 'nothing was deployed'
ben /incident step 2 undo
silent
shows #inc-1 'Step 2/12' 'Done' 'Skip…' 'git log'
ben /incident step 2 @mia
expect #inc-1 'assigned step 2' 'to'
shows #inc-1 'Step 2/12' 'Done' 'Skip…' 'Assigned to'
ben /incident step 2 done looked at it
silent
// Ana types it as well, for the same step: it is not taken for the next.
ana /incident done
reply 'marked step 2 as done a moment ago' 'step 3 done'
shows #inc-1 'Step 3/12' 'Done' 'Skip…'

// Blocked, with a reason, offers to page.
ana presses 'Blocked…' in #inc-1
form ana 'blocks'
ana submits reason='no access to the database'
expect #inc-1 'is blocked at step 3' 'no access to the database' 'Page next'
shows #inc-1 'Step 4/12' 'Done' 'Skip…' 'Last: step 3 blocked by'
// Two people press it at once: nobody is paged twice.
together ana mia 'Page next'
expect #inc-1 'paged DevOps Lead'
expect @ben 'asks for you'
reply 'was paged'
// A blocked step may still be done.
ana /incident step 3 done got access
silent
shows #inc-1 'Step 4/12' 'Done' 'Skip…'
ana presses 'Undo step 3' in #inc-1
shows #inc-1 'Step 3/12' 'Done' 'Skip…' 'Connections by state'
quiet

// Another playbook keeps what was done in the first.
ana /incident playbook database-connection-issues
expect #inc-1 'switched the playbook' 'Database Connection Issues'
shows #inc-1 'Step 1/' 'Room left' 'Done'
ana /incident done
silent
ana /incident playbook high-error-rate
expect #inc-1 'switched the playbook from Database Connection Issues to High Error Rate'
shows #inc-1 'Step 3/12' 'Done' 'Skip…' 'Connections by state'
ana /incident steps
reply '✓ 1. Read the top issue' '✓ 2. Compare' '▶ 3. Connections by state'
ana /incident playbook high-error-rate
reply 'already the playbook in hand'
quiet

// Its steps can stand behind those in hand, too: what was done of it counts, and what both say stands once.
ana /incident playbook add database-connection-issues
silent
expect #inc-1 'added the playbook Database Connection Issues' 'steps 13 to'
shows #inc-1 'playbook High Error Rate, with Database Connection Issues'
shows #inc-1 'Step 3/' 'Done' 'Skip…' 'Connections by state'
ana /incident steps
reply 'High Error Rate, with Database Connection Issues' '✓ 1. Read the top issue' '▶ 3. Connections by state' 'Database Connection Issues ›' '✓ 13.'
ana /incident playbook add database-connection-issues
reply 'are in hand already'
ana /incident playbook add
reply 'not said which playbook'
ana /incident playbook add nowhere-at-all
reply 'no scenario'
quiet
ana /incident resolve the pool was too small
silent
expect #inc-1 'acknowledged and leads'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
issue 'Added from Database Connection Issues: steps 13 to'
