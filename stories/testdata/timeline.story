// Messages of people on the timeline: by emoji and by shortcut, in threads too, edited and struck out.
MAYDAY_TRACK_SEVERITIES=none
in #general
ana /incident p1 site-down checkout is slow
expect #incidents 'checkout is slow'
in #inc-1
expect #inc-1 'checkout is slow'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'checkout is slow'
mia says 'the balancer dropped half of the <traffic> at 09:40'
ben says 'lunch anyone'
thread mia 'the balancer dropped' 'graph shows the drop since the deploy'
react ben pushpin 'the balancer dropped'
marked 'the balancer dropped'
react ana round_pushpin 'graph shows the drop'
marked 'graph shows the drop'
ana /incident timeline
reply 'the balancer dropped half of the' 'graph shows the drop' 'open'
// Other emoji, and reactions in other channels, are nobody's business.
react ben eyes 'lunch anyone'
unmarked 'lunch anyone'

// Edits are followed, on GitHub's side too.
edits mia 'the balancer dropped' 'the balancer dropped a third of the traffic'
advance 1s
ana /incident timeline
reply 'dropped a third of'

// Two people pin it; it goes when the last of them takes the pin away.
react ana pushpin 'dropped a third'
unreact ben pushpin 'dropped a third'
advance 1s
marked 'dropped a third'
unreact ana pushpin 'dropped a third'
unmarked 'dropped a third'

// The shortcut does the same; a second time it says so.
adds ana 'lunch anyone'
reply 'goes on the timeline'
marked 'lunch anyone'
adds ben 'lunch anyone'
reply 'on the timeline already'
// What was added by hand goes with a pin that is taken away, or with the message.
deletes ben 'lunch anyone'
advance 1s

ana /incident note the only note
expect #inc-1 'the only note'
ana /incident resolve new balancer
expect #inc-1 'acknowledged'
expect #inc-1 'resolved the incident'
expect #inc-1 'post-mortem is ready'
issue 'Review' 'graph shows the drop since the deploy' 'the only note'
issues 1
ana /incident export
reply 'asked for the timeline as files'
expect #inc-1 'Markdown'
expect #inc-1 'JSON'
file #inc-1 'Markdown' 'graph shows the drop' 'Mia Lindqvist wrote'
file #inc-1 'JSON' '"kind": "pinned"' 'graph shows the drop'
hides #inc-1 'lunch anyone'

// Outside of incidents nothing happens, and the shortcut says so.
in #general
mia says 'a word in general'
react mia pushpin 'a word in general'
unmarked 'a word in general'
adds mia 'a word in general'
reply 'not an incident'
quiet
