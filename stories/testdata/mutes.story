// A source is muted while somebody deploys: what fires then is offered only if it still does at the end.
source snag
invite ana #general gus
in #general
gus /incident mute
reply 'guest'
ana /incident mute snag
reply 'For how long?'
ana /incident mute nothing 2h
reply 'There is no source' 'snag'
ana /incident mute snag 2h deploying <!here>
reply 'are muted from' 'deploying'
expect #incidents 'are muted from' 'deploying'
post snag {"title": "Deploy errors", "dedup": "x1"}
post snag {"title": "Short blip", "dedup": "x2"}
quiet
post snag {"title": "Short blip", "dedup": "x2", "action": "close"}
ben /incident mute
reply 'window' 'snag' 'deploying'
ben /incident unmute snag
reply 'heard again'
expect #incidents 'are heard again' 'ended early'
expect #incidents 'Deploy errors' 'Declare'
quiet
