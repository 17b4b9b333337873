// Alerts come while Slack is away: what is declared without asking calls whoever is on call once Slack is back, and what is
// offered is offered then if it is still open.
MAYDAY_ALERT_DECLARE=source=prometheus
source snag
source prometheus
slack_goes
post snag {"title": "TypeError in checkout", "dedup": "e1"}
advance 10m
post snag {"title": "TypeError in checkout", "dedup": "e1", "action": "close"}
advance 10m
post snag {"title": "Disk of the backup server is full", "dedup": "d1"}
post prometheus {"title": "Site is down", "dedup": "p1", "severity": "P0", "labels": {"mayday_scenario": "site-down"}}
advance 1h
post snag {"title": "Disk of the backup server is full", "dedup": "d1"}
slack_comes
expect #incidents 'Disk of the backup server' 'heard 2 times' 'Declare'
hides #incidents 'TypeError'
expect #incidents 'Site is down' 'Told late' 'declared by mayday'
expect #inc-1 'Site is down'
expect #inc-1 'Step 1/'
expect #inc-1 'Slack was away' 'Nobody acknowledged in time' 'Nobody has acknowledged yet'
expect #inc-1 'update was due'
expect @ana 'Site is down' 'Told late'
expect @ben 'Site is down' 'Told late'
expect @chidi 'Site is down' 'Told late'
quiet
