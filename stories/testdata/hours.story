// Out of business hours nobody is woken for a P3. Raised, it calls who is on call
// at once; a snooze outlives a lower severity and ends with a graver one.
MAYDAY_BUSINESS_HOURS=Mon-Fri 12:00-17:00
MAYDAY_TRACK_SEVERITIES=none
in #general
ana /incident p3 site-down odd colours
expect #incidents 'odd colours'
expect #inc-1 'odd colours' 'Acknowledge'
expect #inc-1 'Step 1/'
quiet
advance 1m
quiet
in #inc-1
ana /incident sev p1 nobody can pay
expect #inc-1 'changed the severity from P3 to P1' 'nobody can pay'
says #inc-1 'Paging On-Call'
expect @ana 'odd colours' 'Acknowledge'
quiet
ana /incident snooze 4h planned maintenance after all
expect #inc-1 'snoozed the reminders until'
advance 1h
ana /incident sev p2 few customers
expect #inc-1 'changed the severity from P1 to P2'
advance 2h
quiet
ana /incident sev p0 all customers
expect #inc-1 'changed the severity from P2 to P0' 'the reminders are no longer snoozed'
says #inc-1 'Nobody acknowledged in time'
says #inc-1 'Not resolved in time'
says #inc-1 'Paging DevOps'
says #inc-1 'An update was due'
expect @ben 'odd colours' 'Acknowledge'
ben /incident ack
expect #inc-1 'acknowledged'
quiet
