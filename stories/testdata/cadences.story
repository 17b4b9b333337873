// Each list comes when its heading says, in the channel that it names, on no holiday, and once after downtime. The
// story begins on Tuesday 3 March at ten; Thursday 5 March is a holiday.
MAYDAY_RUNBOOK=testdata/cadences.md
MAYDAY_ROUNDS=09:00
MAYDAY_HOLIDAYS=testdata/holidays.ics
in #general
quiet
advance 22h30m
expect #incidents 'Early checks' 'Wed 4 March 2026' 'Read the mail'
ana presses 'Done' in #incidents
shows #incidents 'Read the mail' 'by Ana Ruiz'
quiet
// The holiday.
advance 24h
quiet
advance 24h
expect #incidents 'Early checks' 'Fri 6 March 2026'
ana presses 'Done' in #incidents
shows #incidents 'Fri 6 March 2026' 'by Ana Ruiz'
advance 7h30m
expect #general 'Every Friday' 'Fri 6 March 2026' 'Tidy the board'
ben presses 'Done'
shows #general 'Tidy the board' 'by Ben Okafor'
quiet

// Down for four weeks, until Friday 3 April at ten: one of each is caught up, and says what was missed.
stop
advance_stopped 666h
start
expect #incidents 'Early checks' 'Fri 3 April 2026' 'mayday was down' '19 rounds before it did not happen'
expect #general 'Every Friday' 'Fri 3 April 2026' '2026-03-27 16:00' 'mayday was down' '2 rounds before'
expect #incidents 'Quarterly review' 'Look back'
quiet
