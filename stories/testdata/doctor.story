// How mayday is set up, to whoever asks alone.
GITHUB_REPOSITORY=
in #general
ana /incident doctor
reply 'Looking at how mayday is set up'
reply 'mended' 'Well:' 'bot token' 'health and metrics' 'scopes'
quiet
ana /incident help doctor
reply 'looks at how mayday is set up'
quiet
