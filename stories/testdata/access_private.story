// What is private is there for those in its channel and those who take part: commands, buttons, choices and forms alike.
in #general
ana /incident p2 high-error-rate payroll leaks --private
reply 'is opening'
expect #inc-1-p2-private 'payroll leaks'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'payroll leaks'
hides #incidents 'payroll'
chidi /incident ack 1
reply 'no such incident'
chidi /incident update #1 I should not
reply 'no such incident'
chidi /incident list
withholds 'payroll'
chidi /incident find payroll
withholds 'payroll'
in #inc-1
ana presses 'Update' in #inc-1
form ana 'Update'
ana submits text='members only'
expect #inc-1 'members only'
quiet
