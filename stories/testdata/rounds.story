// The morning checklist comes at nine, with what a query can decide decided; a problem becomes an issue or an incident,
// one reminder comes in the afternoon, and the next round closes what was left. The story begins on a Tuesday at ten.
MAYDAY_RUNBOOK=testdata/rounds.md
MAYDAY_ROUNDS=09:00
MAYDAY_TRACK_SEVERITIES=none
DIAGNOSTICS=sample
in #incidents
quiet
advance 22h59m
quiet
advance 1m
expect #incidents 'Morning checklist, Wed 4 March 2026' 'Read the error tracker' 'Look at the queue' 'Orders: ' 'No payment failed' 'expected 0 rows'
shows #incidents '1 problem, 2 to do, 1 done'
ben presses 'Done'
shows #incidents 'Read the error tracker · by Ben Okafor' 'Ben Okafor is on it'
pings #incidents nobody 'Ben Okafor is on it'
ana presses 'Skip…'
form ana 'Look at the queue'
ana submits reason='it is empty all week'
shows #incidents 'skipped by Ana Ruiz: it is empty all week'
quiet

// A problem that mayday found is followed up.
chidi presses 'Follow up…'
form chidi 'No payment failed' 'Declare an incident' 'File a follow-up issue'
chidi submits text='many payments fail since six' then='issue'
issue 'many payments fail since six' 'No payment failed' 'Chidi Eze'
shows #incidents 'many payments fail since six (reported by Chidi Eze)' 'Follow-up: ' 'issue 1'
advance 6h
quiet

// The next morning: nobody touches anything, and in the afternoon whoever is on call is reminded, once.
advance 18h
expect #incidents 'Morning checklist, Thu 5 March 2026' '1 problem, 2 to do'
shows #incidents 'Wed 4 March 2026' 'Closed by the next round'
advance 6h
expect #incidents 'Left of the Morning checklist: Read the error tracker; Look at the queue'
pings #incidents ana 'Left of the Morning checklist'
advance 2h
quiet

// A third time in a row: that is said, and an incident is declared. The one of Thursday says what was left.
advance 16h
expect #incidents 'Fri 6 March 2026' 'A problem for 3 rounds in a row.'
shows #incidents 'Thu 5 March 2026' 'Not done: Read the error tracker; Look at the queue'
mia presses 'Note…'
mia submits text='the tracker is down'
shows #incidents 'Mia Lindqvist: the tracker is down'
ana presses 'I am on it'
shows #incidents 'Ana Ruiz is on it'
ana replies 'seen it, the queue is <!channel> empty' to 'Fri 6 March 2026'
shows #incidents ':memo: Ana Ruiz: seen it, the queue is' 'empty'
ben presses 'Follow up…'
ben submits text='' then='declare' severity='' scenario='payments-fail'
expect #incidents 'P1' 'No payment failed'
shows #incidents 'Declared as incident 1'
expect #inc-1 'No payment failed' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging '
expect @ana 'No payment failed'
quiet

// Another item that is the same incident: that is said before a second one is declared, and nothing typed is lost.
chidi presses 'Problem…'
chidi submits text='the queue grows' then='declare' severity='' scenario='payments-fail'
form chidi 'is open:' 'Nothing is reported yet' 'the queue grows'
chidi submits text='the queue grows' then='note' severity='' scenario='payments-fail'
shows #incidents 'the queue grows (reported by Chidi Eze)'
quiet
