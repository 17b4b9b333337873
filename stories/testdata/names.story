// Names of every script, and names that change.
in #general
ana /incident p1 site-down Überlastung an der Kasse
expect #incidents 'Überlastung'
expect #inc-1 'Überlastung'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'Überlastung'
issue 'Überlastung' 'inc-1-p1-site-down'
quiet
renames ana #inc-1 kasse-steht
in #general
ana /incident find kasse
reply 'Überlastung'
advance 1m
body 1 'kasse-steht'
in #kasse-steht
ana /incident ack
expect #kasse-steht 'acknowledged'
ana /incident resolve over
expect #kasse-steht 'resolved'
expect #kasse-steht 'post-mortem is ready'
quiet
// The post-mortem has the name of its time, and follows when the channel gets another one. So does the issue, though all is over.
body 2 'kasse-steht'
renames ana #kasse-steht kasse-ging
body 2 'kasse-ging'
advance 1m
body 1 'kasse-ging'
title 1 'Überlastung'
quiet
