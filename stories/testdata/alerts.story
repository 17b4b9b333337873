// An alert is offered once, counted in that one message, declared by a button, and says when it is quiet.
source snag
source prometheus
source cron
post snag {"title": "TypeError in <!channel> checkout @here", "dedup": "e1", "link": "https://snag.test/1"}
expect #incidents 'TypeError in' 'from snag' 'Declare P1 high-error-rate' 'by the scenario'
pings #incidents nobody 'TypeError in'
post snag {"title": "TypeError in checkout", "dedup": "e1"}
shows #incidents 'heard 2 times'
quiet
in #incidents
ben presses 'Declare P1 high-error-rate'
reply 'is opening'
expect #incidents 'checkout' 'declared by'
shows #incidents 'Declared as' 'by Ben Okafor'
hides #incidents 'Mute 1 h'
expect #inc-1 'checkout'
expect #inc-1 'Alert from snag'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'checkout'
quiet

// Another alert of the same scenario joins it and takes no message of its own; repeats are on the timeline once in a quarter of an hour.
in #inc-1
ana /incident ack
expect #inc-1 'acknowledged'
advance 1m
post prometheus {"title": "High error rate", "dedup": "p1"}
quiet
advance 20m
post prometheus {"title": "High error rate", "dedup": "p1"}
quiet
ana /incident timeline
reply 'heard 4 times'

// When all are quiet the channel hears so, with Resolve. Nothing is resolved by itself.
post prometheus {"title": "High error rate", "dedup": "p1", "action": "close"}
quiet
post snag {"title": "TypeError in checkout", "dedup": "e1", "action": "close"}
expect #inc-1 'has been quiet since' 'Resolve…'
shows #incidents 'quiet since'
quiet
ana /incident status
reply 'open'

// One that fits no scenario is offered by its source, and may be attached.
post cron {"title": "Backup did not run", "dedup": "b1", "severity": "nonsense"}
expect #incidents 'Backup did not run' 'No scenario' 'Attach to #1' 'Declare P1'
in #incidents
ana presses 'Attach to #1'
reply 'Attached to P1 incident 1'
expect #inc-1 'attached: Alert from cron: Backup did not run'
shows #incidents 'Attached to P1 incident 1'
quiet

// Muted, it is offered again after an hour if it still fires; nobody took it, so it ends with the alert.
in #inc-1
ana /incident resolve over
expect #inc-1 'resolved the incident'
expect #inc-1 'The post-mortem is ready'
advance 10m
post prometheus {"title": "Disk of build-7 is nearly full", "dedup": "d1"}
expect #incidents 'Disk of build-7' 'Mute 1 h'
in #incidents
ana presses 'Mute 1 h'
reply 'Muted until'
shows #incidents 'Muted by Ana'
quiet
advance 61m
expect #incidents 'Disk of build-7' 'Mute 1 h'
post prometheus {"title": "Disk of build-7 is nearly full", "dedup": "d1", "action": "resolved"}
shows #incidents 'Disk of build-7' 'Nobody declared it' 'quiet since'
quiet
