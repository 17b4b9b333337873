// A contact by id who is deactivated and an empty user group are passed over
// aloud, with the number to call; a user group gets the page whole.
MAYDAY_RUNBOOK=testdata/groups.md
in #general
deactivate mia
ana /incident p1 site-down
expect #incidents 'Site Down' 'Could not page Primary (Mia Lindqvist), phone +1 555 0111' 'Could not page Nobody (Empty group), phone +1 555 0112'
expect #inc-1 'Site Down' 'Acknowledge'
expect #inc-1 'Step 1/'
says #inc-1 'Paging Primary'
says #inc-1 'could not be paged' 'deactivated' '+1 555 0111'
says #inc-1 'Paging Nobody'
says #inc-1 'could not be paged' 'the user group is empty' '+1 555 0112'
says #inc-1 'Paging Engineers'
expect #incidents 'could not be paged' 'deactivated' '+1 555 0111'
expect #incidents 'could not be paged' 'empty' '+1 555 0112'
expect @ben 'Site Down' 'Acknowledge'
expect @chidi 'Site Down' 'Acknowledge'
quiet
// The button works from the direct message, and goes from both.
ben presses 'Acknowledge' in @ben
expect #inc-1 'acknowledged'
hides @chidi 'Please acknowledge'
shows @chidi 'acknowledged at'
hides #incidents 'Could not page Primary (Mia Lindqvist), phone'
quiet
