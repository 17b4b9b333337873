// Customers are told on the status page: a draft, seen by a person, published once, followed and closed with the incident.
STATUSPAGE=statuspage
in #general
ana /incident p0 site-down orders are late
expect #inc-1 'orders are late' 'External communication required' 'Tell customers'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call Engineer'
expect #incidents 'orders are late'
expect @ana 'orders are late'
expect @ben 'orders are late'
in #inc-1
ben /incident ack
expect #inc-1 'acknowledged'
ben /incident update Orders arrive late. @ana looks at `pg_stat_activity`. We roll back.
expect #inc-1 'Update by' 'We roll back'
expect #incidents 'Update by'
ben presses 'Tell customers'
form ben 'Orders arrive late. We roll back.'
form ben 'Payments'
// What is made and not heard of is found again.
fault board:POST_incidents 1 http=500 apply
ben submits components='Payments' state='partial_outage'
board 'Orders are late' investigating 'Orders arrive late. We roll back.'
expect #inc-1 'told customers on the status page' 'Orders arrive late. We roll back.'
hides #inc-1 'External communication required'
shows #inc-1 'what customers read' 'external communication sent by'
boards 1 1
quiet
// An update for both: the text for customers is seen before it is published.
ben presses 'Update'
ben submits text='The pooler was full. Orders arrive again.' customers='customers'
expect #inc-1 'Update by' 'The pooler was full'
expect #incidents 'The pooler was full'
form ben 'The pooler was full. Orders arrive again.'
ben submits text='Orders arrive again.' status='monitoring'
expect #inc-1 'told customers' 'monitoring' 'Orders arrive again.'
board 'Orders are late' monitoring 'Orders arrive again.'
boards 1 2
quiet
// Two at once: one wins.
ana presses 'Resolve'
ben /incident publish
form ben 'What customers read'
ben submits text='We keep watching.' status='monitoring'
expect #inc-1 'told customers' 'We keep watching.'
ana submits summary='bad build, rolled back' customers='customers'
expect #inc-1 'resolved the incident' 'bad build'
expect #inc-1 'post-mortem is ready'
form ana 'What customers read'
board_writes 'Orders are late' monitoring 'Support looks at the last orders.'
ana submits text='It is over.' status='resolved'
expect #inc-1 'told customers' 'resolved' 'It is over.' 'Somebody had changed it there' 'Support looks'
board 'Orders are late' resolved 'It is over.'
boards 1 5
hides #inc-1 'Customers still read that it goes on'
issue 'Orders arrive again.' 'It is over.'
quiet
