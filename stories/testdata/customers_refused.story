// What keeps customers from being told is said, with what to do; nothing stands on the page that nobody meant.
STATUSPAGE=instatus
in #general
ana /incident p0 site-down --drill orders are late
expect #inc-1 'orders are late'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call Engineer'
expect #incidents 'orders are late'
expect @ana 'orders are late'
expect @ben 'orders are late'
in #inc-1
hides #inc-1 'Tell customers'
ana /incident publish
reply 'This is a drill'
ana /incident cancel enough
expect #inc-1 'cancelled'
quiet
in #general
ana /incident p1 site-down --private layoffs leaked
expect #inc-2 'layoffs leaked'
expect #inc-2 'Step 1/'
expect #inc-2 'Paging On-Call Engineer'
expect @ana 'layoffs leaked'
in #inc-2
ana /incident ack
expect #inc-2 'acknowledged'
ana /incident publish
form ana 'This incident is private'
form ana 'We are looking into a problem'
// What somebody presses in a hurry is asked once more, with the text that they wrote.
ana submits text='Some pages are slow.' title='Slow pages'
form ana 'nothing is published yet' 'Some pages are slow.'
boards 0 0
ana submits confirm='confirm'
expect #inc-2 'told customers' 'Some pages are slow.'
board 'Slow pages' investigating 'Some pages are slow.'
boards 1 1
quiet
// A key that is refused is final, and the text is there to be copied.
fault board:GET_incident 1 http=401
ana /incident publish
form ana 'What customers read'
ana submits text='We found it.' status='identified'
form ana 'nothing is published yet'
ana submits confirm='confirm'
expect #inc-2 'failed' '401' 'MAYDAY_STATUSPAGE_TOKEN' 'We found it.' 'to copy' 'Tell customers'
boards 1 1
quiet
ana presses 'Tell customers'
form ana 'We found it.'
// The end by command leaves customers behind, which is said.
advance 1m
ana /incident resolve switched off
expect #inc-2 'resolved' 'Customers still read that it goes on' 'Tell customers'
shows #inc-2 'Customers still read that it goes on' 'Reopen'
expect #inc-2 'Post-mortem'
expect #inc-2 'post-mortem is ready'
board_deletes 'Slow pages'
ana presses 'Tell customers'
form ana 'This incident is private'
form ana 'The problem is resolved.'
ana submits text='It is over.'
form ana 'nothing is published yet'
ana submits confirm='confirm'
expect #inc-2 'failed' 'deleted the incident on the status page' 'It is over.'
hides #inc-2 'Customers still read that it goes on'
boards 0 0
quiet
ana /incident statuspages
reply 'Our own status page' 'Larkfield' 'No incident is open there'
quiet
