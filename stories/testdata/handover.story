// Whoever leads asks somebody privately to take over. Nothing changes until they accept.
in #general
ana /incident p1 site-down
expect #incidents 'Site Down'
expect #inc-1 'Site Down'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Acknowledge'
expect @ana 'Site Down' 'Acknowledge' 'page next'
quiet
in #inc-1
ana /incident handover @ben
reply 'Nobody leads'
ana /incident ack
expect #inc-1 'acknowledged' 'leads'
quiet
ana /incident handover @ben the rollback is *running*
reply 'asked Ben Okafor to take the lead' 'the rollback is'
expect @ben 'Ana Ruiz asks you to take the lead' 'the rollback is' 'investigating' 'Step 1/' 'Accept' 'Decline'
quiet
ana /incident handover @ben again
reply 'already'
chidi /incident handover @mia
reply 'Ana Ruiz leads' 'role lead @name'

// Whoever asked hears that nobody answered, and an answer counts all the same.
advance 10m
expect @ana 'Ben Okafor has not answered for 10 min' 'You still lead'
quiet
ben presses 'Accept' in @ben
reply 'took the role lead over from'
expect #inc-1 'Ben Okafor took the role lead over from Ana Ruiz'
shows @ben 'You accepted'
hides @ben 'Decline'
shows #inc-1 'lead Ben Okafor'
quiet

// Who declines is told to the one who asked, and to nobody else.
ben /incident handover @mia
reply 'asked Mia Lindqvist to take the lead'
expect @mia 'Ben Okafor asks you to take the lead' 'Accept'
mia presses 'Decline' in @mia
expect @ben 'Mia Lindqvist declined' 'You still lead'
shows @mia 'You declined'
quiet

// What has no sense any more asks for nothing.
ben /incident handover @chidi
reply 'asked Chidi Eze'
expect @chidi 'Ben Okafor asks you to take the lead' 'Accept'
ana /incident take lead
expect #inc-1 'Ana Ruiz took the role lead'
shows @chidi 'You are not asked any more' 'Ana Ruiz leads'
hides @chidi 'Accept'
quiet

// Outside of incidents it is the shift, which nobody here has.
in #general
ana /incident handover @ben
reply 'You have no shift now'
ana /incident oncall me
reply 'you were paged 1 time' 'never tried'

// A page as an exercise proves something once it was seen.
ana /incident test-page
reply 'on its way to you'
expect @ana 'This is a test page' 'It arrived'
quiet
ana /incident test-page
reply 'less than a minute ago'
ana presses 'It arrived' in @ana
shows @ana 'The test page arrived'
hides @ana 'It arrived'
ana /incident oncall me
reply 'A test page reached you last'
quiet
