// From declaration to post-mortem.
in #general
ana /incident p0 site-down checkout answers 500
reply 'P0 incident 1 is opening' 'inc-1-p0-site-down'
in #inc-1
expect #inc-1 'checkout answers 500' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #incidents 'checkout answers 500'
pinned #inc-1 'checkout answers 500'
member #inc-1 ana
member #inc-1 ben
member #inc-1 chidi
expect #inc-1 'On-Call Engineer' 'Paging'
expect #inc-1 'DevOps Lead' 'Paging'
expect @ana 'checkout answers 500'
expect @ben 'checkout answers 500'
topic #inc-1 'P0'
quiet

ben presses 'Acknowledge' in @ben
expect #inc-1 'acknowledged' 'leads'
shows #incidents 'investigating'
hides @ben 'press to acknowledge'

