// How old the runbook is: told to whoever asks, and on the first working day of each month to the operators. The story
// begins on the third of March.
MAYDAY_RUNBOOK=testdata/age.md
MAYDAY_ROUNDS=09:00
in #general
quiet
ben /incident runbook age
reply 'Looking at the runbook'
expect @ben '2 things to mend' 'last updated 2020-01-16' 'Lamp Lead (Nina Berg) cannot be reached: no account'
quiet

// A replica dies in between, or Slack's answer is lost: it is told once all the same.
advance 690h
quiet
fault chat.postMessage 1 http=500 apply
advance 6h
expect #incidents 'The runbook has aged: 2 things to mend' 'Write down who has that part now' 'To tick off on GitHub'
pings #incidents nobody 'The runbook has aged'
issue 'Runbook: 2 to mend (2026-04)' 'last updated 2020'
quiet
advance 24h
quiet
