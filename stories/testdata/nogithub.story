// Without GitHub the post-mortem is a file in the channel.
GITHUB_REPOSITORY=
in #general
ana /incident p0 authentication-issues nobody can log in
expect #incidents 'nobody can log in'
expect #inc-1 'nobody can log in'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call' 'Paging DevOps'
expect @ana 'nobody can log in'
expect @ben 'nobody can log in'
in #inc-1
ana /incident resolve it is over
expect #inc-1 'acknowledged'
expect #inc-1 'resolved'
expect #inc-1 'Post-mortem of incident 1'
expect #inc-1 'post-mortem is ready'
file #inc-1 'Post-mortem of incident 1' 'nobody can log in'
quiet
