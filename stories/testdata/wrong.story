// Every wrong command is answered with what to type instead.
in #general
ana /incident p9 site-down
reply 'no severity' 'p9' 'P0, P1, P2, P3'
ana /incident resovle
reply 'no command' 'resolve'
ana /incident declare
form ana 'Declare'
ana /incident frobnicate
reply 'no command' '/incident help'
// Words without a severity wake nobody: they fill the form.
ana /incident login is broken
form ana 'Declare' 'login is broken'
ana /incident p0 site-dwn checkout
reply 'Did you mean' 'site-down'
ana presses 'Site Down' in #general
reply 'is open'
expect #incidents 'checkout'
expect #inc-1 'checkout' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Paging DevOps'
expect @ana 'checkout'
expect @ben 'checkout'
ana /incident ack
reply 'not an incident' 'ack #1'
ana /incident ack 99
reply 'no such incident'
ana /incident status nonsense 1
reply 'not an incident'
ana /incident status 1
reply 'checkout'
ana /incident runbook nonsense-scenario
reply 'no scenario'
ana /incident help frobnicate
reply 'no command'
ana /incident find
reply 'find checkout'
ana /incident find checkout
reply 'checkout'
ana /incident list
reply 'checkout'
ana /incident contacts
reply 'Ben Okafor'
ana /incident matrix
reply 'P0'
ana /incident dashboards
reply 'dashboard'
ana /incident statuspages
reply 'status'
ana /incident checklist
reply 'daily'
ana /incident checklist weekly
reply 'weekly'
ana /incident help
reply 'ack'
in #inc-1
ana /incident step 99 done
reply 'no step 99'
ana /incident step 1 frobnicate
reply 'cannot be'
ana /incident step 1 blocked
reply 'what blocks it'
ana /incident sev
reply 'no severity' 'named'
ana /incident role king
reply 'no role' 'king'
ana /incident update
form ana 'What is known now'
ana /incident snooze soon
reply 'how long'
ana /incident page
reply 'Whom should mayday page' 'Page '
ana /incident page <@ana>
reply 'page you yourself'
ana /incident page nobody-here
reply 'Nobody called'
ana /incident reopen
reply 'nothing to reopen'
ana /incident close
reply 'Resolve it first'
ana /incident cancel
reply 'why it is no incident'
ana /incident timeline 9
reply 'pages 1 to'
ana /incident playbook nothing-like-it
reply 'no scenario'
ana /incident undo
reply 'nothing to undo'
quiet
