// What may mean two things is asked about, and the answer is one click.
in #general
ana /incident p1 high-error-rate everything is red
reply 'is opening'
expect #incidents 'everything is red'
expect #inc-1 'everything is red'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging'
expect @ana 'everything is red'
quiet

// The number of a step is no incident's: which incident is asked.
ana /incident step 1 done read it
reply 'Which incident do you mean?' 'P1 incident 1'
ana presses 'P1 incident 1'
reply 'finished step 1' 'Next: step 2'
shows #inc-1 'Step 2/' 'Last: step 1 done by'
ana /incident step 1 2 skip nothing was deployed
reply 'skipped step 2'
shows #inc-1 'Step 3/'
ana /incident resolve
reply 'Which incident do you mean?'

// The list has buttons, and stands as it is after each click.
in #inc-1
ana /incident steps
reply '✓ 1. Read' '▶ 3.' 'Done' 'Skip…' 'Run'
ana presses 'Done'
reply '✓ 3.' '▶ 4.'
shows #inc-1 'Step 4/'
quiet
