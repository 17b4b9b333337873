// What other apps post into an alert channel is offered in the thread of their message; an edit, a reply of the app or another message may say that it is over.
MAYDAY_ALERT_CHANNELS=general
in #general
member #general mayday
app_says Grafana #general attachments '[{"color":"#D63232","title":"[FIRING:1] Disk of &lt;db-1&gt; nearly full","title_link":"https://grafana.test/d/1"}]'
expect #general 'Disk of' 'from grafana' 'No scenario' 'Mute 1 h'
threaded #general 'Disk of'
pings #general nobody 'Disk of'
app_says Grafana #general attachments '[{"color":"#D63232","title":"[FIRING:1] Disk of &lt;db-1&gt; nearly full","title_link":"https://grafana.test/d/1"}]'
shows #general 'heard 2 times'
quiet
app_says Grafana #general attachments '[{"color":"good","title":"[RESOLVED] Disk of &lt;db-1&gt; nearly full"}]'
shows #general 'Disk of' 'quiet since' 'Nobody declared it'
quiet

// An edit of the message is the same alert, whatever it says now; a new figure is no news.
advance 10m
app_says Pager #general text 'Triggered #7: checkout answers 500'
expect #general '#7 checkout answers 500' 'Declare'
app_edits Pager #general 'Triggered #7' text 'Triggered #7: checkout answers 500 (12 times)'
quiet
app_edits Pager #general 'Triggered #7' text ':white_check_mark: All is well'
shows #general '#7 checkout answers 500' 'quiet since'
quiet

// What the app says in the thread of its message is about it; what people say there is nothing, nor what other apps do.
advance 10m
app_says Nagios #general text 'PROBLEM: queue of mails too long'
expect #general 'queue of mails too long' 'from nagios' 'Mute 1 h'
app_replies Chatter #general 'queue of mails' text 'Resolved: nothing'
ana says 'Resolved: nothing'
quiet
app_replies Nagios #general 'queue of mails' text 'RECOVERY'
shows #general 'queue of mails too long' 'quiet since'
quiet

// Declared from the thread; then the same app's news is told in the incident.
advance 10m
app_says Sentry #general text 'TypeError: high error rate in checkout'
expect #general 'high error rate in checkout' 'Declare P1 high-error-rate'
ben presses 'Declare P1 high-error-rate'
reply 'is opening'
expect #incidents 'high error rate in checkout'
expect #inc-1 'high error rate in checkout'
expect #inc-1 'Alert from sentry'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'high error rate'
quiet

// A deploy that an app tells of is no alert.
app_says Argo #general text 'Deployed shop 4f3c2a1 by @ben'
quiet
in #inc-1
ana /incident timeline
reply 'deploy 4f3c2a1'
// Small talk of apps is nothing.
app_says Chatter #general text 'Good morning <!here>'
quiet
in #general
ana /incident mute nagios 1h tidying up
reply 'are muted from'
expect #incidents 'are muted from'
