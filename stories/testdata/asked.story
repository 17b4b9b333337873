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

// Somebody else declares the same: join, or another. Nothing that was typed is lost.
in #general
ben /incident p0 high-error-rate checkout is red too
reply 'P1 high-error-rate is open' 'Nothing is declared yet' 'Join' 'Declare another'
quiet
ben presses 'Join'
reply 'being invited'
member #inc-1 ben
ben /incident p0 high-error-rate checkout is red too
reply 'Declare another'
ben presses 'Declare another'
reply 'P0 incident 2 is open' 'checkout is red too'
expect #incidents 'checkout is red too'
expect #inc-2 'checkout is red too'
expect #inc-2 'Step 1/'
says #inc-2 'Paging On-Call'
says #inc-2 'Paging DevOps'
expect @ana 'checkout is red too'
expect @ben 'checkout is red too'
quiet

// The form asks as well, and keeps its words.
ben /incident
form ben 'What is wrong?'
ben submits title='pictures are gone' severity='P2'
form ben 'is open' 'Declare another' 'pictures are gone'
ben submits title='pictures are gone' severity='P2'
expect #incidents 'pictures are gone'
expect #inc-3 'pictures are gone' 'Acknowledge'
expect #inc-3 'Step 1/' 'Skip…'
expect @ben 'P2 incident 3 is open'
expect #inc-3 'Paging'
expect @ana 'pictures are gone'
quiet
// What is missing is marked in place.
ana /incident
form ana 'What is wrong?'
ana submits title=' '
reply 'Say in a few words what is wrong'

// One common word finds a scenario, and does not choose it.
ana /incident p2 login fails in Spain --another
reply 'Did you mean' 'authentication-issues' 'Nobody is paged yet' 'No, without it'
quiet
