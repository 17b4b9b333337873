// Slack and GitHub fail; nothing is lost and nothing is said twice.
in #general
fault chat.postMessage 1 http=500 apply
fault conversations.create 1 hang=1ms error=fatal_error apply
ana /incident p1 search-and-picture-issues pictures are gone
expect #incidents 'pictures are gone'
expect #inc-1 'pictures are gone'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'pictures are gone'
quiet
in #inc-1
fault chat.update 2 http=503
fault conversations.setTopic 1 retry=1
ana /incident ack
expect #inc-1 'acknowledged'
quiet
fault chat.postMessage 1 truncate
ana /incident update provider confirms an outage
expect #inc-1 'Update by'
expect #incidents 'Update by' 'provider confirms an outage'
quiet
fault github:POST_issues 1 http=502 apply
fault github:GET_issues 1 http=500
ana /incident resolve provider recovered
expect #inc-1 'resolved'
expect #inc-1 'post-mortem is ready'
issues 2
quiet
