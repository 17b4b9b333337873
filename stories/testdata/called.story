// Whoever is called is in the channel before, hears who answered, and says that they come.
in #general
mia /incident p0 site-down checkout answers 500
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge' 'declared by Mia Lindqvist'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call Engineer'
notified #inc-1 ana,ben 'Paging On-Call Engineer'
expect #incidents 'checkout answers 500' 'declared by Mia Lindqvist'
notified #incidents nobody 'checkout answers 500'
expect @ana 'checkout answers 500' 'Respond by'
expect @ben 'checkout answers 500' 'Respond by'
member #inc-1 ana
member #inc-1 ben
mia /incident decline
reply 'you are not paged' 'On-Call Engineer'
mia /incident on my way
reply 'Nobody has acknowledged yet'
quiet

ben presses 'Acknowledge' in @ben
reply 'acknowledged' 'Next: step 1/'
expect #inc-1 'Ben Okafor acknowledged and leads'
notified #inc-1 nobody 'Ben Okafor acknowledged'
shows @ana 'Ben Okafor acknowledged at' 'On my way'
hides @ana 'Respond by' 'Acknowledge'
shows @ben 'You acknowledged at'
hides @ben 'On my way'
ben /incident omw
reply 'everybody expects you already'

ana presses 'On my way' in @ana
expect #inc-1 'Ana Ruiz is on the way'
notified #inc-1 nobody 'is on the way'
shows @ana 'You have been on your way since'
hides @ana 'Ana Ruiz' 'On my way'
shows #inc-1 'on the way: Ana Ruiz'
ana /incident omw
reply 'You said so before'

// Who is called later comes into the channel first as well.
ben /incident page @chidi you know the pooler
expect #inc-1 'Ben Okafor paged' 'you know the pooler'
notified #inc-1 chidi 'you know the pooler'
expect @chidi 'Ben Okafor asks for you' 'On my way'
member #inc-1 chidi
chidi /incident #1 on my way
expect #inc-1 'Chidi Eze is on the way'
ben /incident step 1 assign @gus
expect #inc-1 'Ben Okafor assigned step 1'
notified #inc-1 gus 'assigned step 1'
ben /incident role scribe @solo
expect #inc-1 'Ben Okafor gave the role scribe to'
notified #inc-1 solo 'gave the role scribe'
ana /incident take comms
expect #inc-1 'Ana Ruiz took the role comms'
notified #inc-1 nobody 'took the role comms'
quiet
