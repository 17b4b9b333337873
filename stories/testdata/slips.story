// Nobody is woken by a slip: a word that may mean two things is asked about first.
in #general
// Nothing is open: these name an incident, a scenario by a letter, or half a severity.
mia /incident 1 ack
reply 'no such incident'
mia /incident #1 ack
reply 'no such incident'
mia /incident #1 status
reply 'no such incident'
mia /incident a customer cannot log in
form mia 'Declare' 'a customer cannot log in'
mia /incident s
reply 'no command'
mia /incident p site-down
form mia 'Declare' 'p site-down'
mia /incident 1 checkout is down
form mia 'Declare' '1 checkout is down'
mia /incident high latency on checkout
form mia 'Declare' 'high latency on checkout'
mia /incident pictures are choppy
form mia 'Declare' 'pictures are choppy'
mia /incident open p1
form mia 'Declare'
mia /incident p1 ack
reply 'may mean two things' '/incident ack' 'Declare P1'
mia /incident p1 #1
reply 'may mean two things' 'Declare P1'
// One common word of a title picks no scenario.
mia /incident p2 the printer queue is wrong
reply 'Which scenario' 'Job Queue Stuck' 'None of these'
quiet

// What has one meaning is declared as ever.
mia /incident p2 a job is stuck
reply 'is opening'
expect #incidents 'a job is stuck'
expect #inc-1-p2-job-queue-stuck 'a job is stuck' 'playbook Job Queue Stuck'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'a job is stuck'
quiet

mia /incident 1 status
reply 'a job is stuck'
mia /incident 1
reply 'a job is stuck'
mia /incident #1 frobnicate
reply 'no command' 'frobnicate'
mia /incident #1 ack
reply 'cknowledged'
expect #inc-1 'acknowledged'
in #inc-1
// A word of a sentence is nobody's name.
mia /incident page is broken
reply 'Nobody called'
mia /incident page engineer
expect #inc-1 'paged On-Call Engineer'
expect @ana 'a job is stuck'
mia /incident playbook d
reply 'no scenario'
quiet

// Asked, and meant: the click declares with every word as it was typed.
in #general
mia /incident p2 list <b> is empty
reply 'may mean two things' 'list &lt;b&gt; is empty'
mia presses 'Declare P2' in #general
expect #incidents 'list &lt;b&gt; is empty'
expect #inc-2-p2-list '<b> is empty'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging On-Call'
expect @ana 'list &lt;b&gt; is empty'
