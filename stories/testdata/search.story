// Which scenario? Words of titles, signs and aliases find it; in doubt three are
// offered, and none of them may be meant; no match opens the severity's own steps.
in #general
ana /incident p1 login
reply 'Did you mean' 'authentication-issues' 'Nobody is paged yet'
ana presses 'Authentication Issues'
expect #incidents 'login'
expect #inc-1-p1-authentication 'login' 'playbook Authentication Issues' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'login'

// The word that found it stays in the title.
ana /incident p1 login fails for everybody in Spain
reply 'Did you mean' 'authentication-issues'
ana presses 'Authentication Issues'
reply 'is open' 'Declare another'
ana presses 'Declare another'
expect #incidents 'login fails for everybody in Spain'
expect #inc-2-p1-authentication 'login fails for everybody in Spain' 'playbook Authentication Issues'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging On-Call'
expect @ana 'login fails for everybody'
quiet

ana /incident p2 users see exceptions and latency
reply 'Which scenario is meant' 'None of these'
hides #incidents 'users see exceptions'
ana presses 'None of these' in #general
reply 'P2 incident 3 is open'
expect #incidents 'users see exceptions and latency'
expect #inc-3-p2-users-see-exceptions 'users see exceptions' 'no scenario: the steps of' 'Medium incident'
expect #inc-3 'Step 1/' 'Start the investigation within 4 hours'
expect #inc-3 'Paging On-Call'
expect @ana 'users see exceptions'
quiet

ana /incident p2 the coffee machine leaks --drill
reply 'P2 drill 4 is opening'
expect #incidents 'coffee machine'
expect #inc-4-p2-the-coffee-machine-leaks-drill 'coffee machine' 'no scenario: the steps of' 'Medium incident'
expect #inc-4 'Step 1/'
expect #inc-4 'Paging On-Call'
expect @ana 'coffee machine'
quiet
