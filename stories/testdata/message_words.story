// Other apps leave the text empty and write into attachments or blocks: a declaration from such a message, and the timeline, have its words.
MAYDAY_TRACK_SEVERITIES=none
in #general
app_says Grafana #general attachments '[{"color":"#d00","title":"Disk full on db-1","text":"97 % used, 3 % a minute","fallback":"an alert"}]'
declares ana 'Disk full on db-1'
form ana 'Declare' 'Disk full on db-1 97 % used, 3 % a minute'
ana submits title='Disk full on db-1' severity='P1'
expect @ana 'P1 incident 1 is open'
expect #incidents 'Disk full on db-1'
expect #inc-1 'Disk full on db-1' 'Acknowledge'
expect #inc-1 'Step 1/' 'Skip…'
expect #inc-1 'Paging On-Call'
expect @ana 'Disk full on db-1' 'Acknowledge'
quiet
app_says Pingdom #general blocks '[{"type":"header","text":{"type":"plain_text","text":"shop.example is down"}},{"type":"section","fields":[{"type":"mrkdwn","text":"*Since* 09:40"}]}]'
declares ben 'shop.example is down'
form ben 'Declare' 'shop.example is down' 'Since'
in #inc-1
app_says Grafana #inc-1 attachments '[{"pretext":"Resolved","fields":[{"title":"Disk","value":"41 % used"}]}]'
react ana pushpin '41 % used'
marked '41 % used'
app_says Deploys #inc-1 blocks '[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"release 841 "},{"type":"text","text":"is out"}]}]}]'
react ana pushpin 'release 841'
marked 'release 841'
// By the shortcut, of an attachment that has nothing but its fallback.
app_says Cron #inc-1 attachments '[{"fallback":"backup of db-1 finished","image_url":"https://example.com/graph.png"}]'
adds ana 'backup of db-1 finished'
reply 'goes on the timeline'
marked 'backup of db-1 finished'
ana /incident timeline
reply 'Disk: 41 % used' 'release 841 is out' 'backup of db-1 finished'
quiet
