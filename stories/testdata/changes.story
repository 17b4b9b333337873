// What was changed shortly before stands on the card, in plain words; what is changed meanwhile stands on the timeline, quietly. Both are in the post-mortem.
source ci
changed ci {"summary": "Deployed <!here> @ana", "source": "ci", "custom_details": {"sha": "4f3c2a1d9e8b7c6a5f4e3d2c1b0a99887766554f", "service": "shop", "user": "@ben"}}
quiet
advance 6m
in #general
ana /incident p0 site-down checkout answers 500
expect #incidents 'checkout answers 500'
shows #inc-1 'deploy 4f3c2a1 of shop by ben' '6 min before'
pings #inc-1 nobody 'deploy 4f3c2a1'
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge'
expect #inc-1 'Step 1/'
says #inc-1 'Paging On-Call'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
ana /incident ack
expect #inc-1 'acknowledged'
quiet
advance 1m
changed ci {"summary": "Rolled back shop", "source": "ci", "custom_details": {"user": "ben"}}
changed ci {"summary": "Rolled back shop", "source": "ci", "custom_details": {"user": "ben"}}
quiet
ana /incident timeline
reply 'deploy 4f3c2a1 of shop by ben' 'Rolled back shop by ben'
ana /incident resolve bad build
expect #inc-1 'resolved the incident'
expect #inc-1 'The post-mortem is ready'
body 2 'Changed: deploy' 'of shop by ben' 'Rolled back shop by ben'
