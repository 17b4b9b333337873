// People leave, and some cannot be let in: the others work on.
in #general
refuse_invite ben a_code_of_next_year
ana /incident p0 site-down all is gone
expect #incidents 'all is gone'
expect #inc-1 'all is gone'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging'
expect @ana 'all is gone'
expect @ben 'all is gone'
member #inc-1 ana
says #inc-1 'could not invite people' 'Ben Okafor' 'a_code_of_next_year'
in #inc-1
chidi /incident ack
expect #inc-1 'acknowledged and leads'
quiet
deactivate chidi
expect #inc-1 'deactivated' 'nobody is lead now' 'take lead'
expect #incidents 'deactivated' 'nobody is lead now'
shows #inc-1 'all is gone' 'no lead yet'
ana presses 'Take lead' in #inc-1
expect #inc-1 'took the role lead'
quiet
