// Text of people can never ping, break a message or crash mayday.
in #general
ana /incident p2 job-queue-stuck <!channel> @here <@U000001002> *bold* `code` ```x``` "quotes" 'single' 🚒 \u202edesrever \x00\n\n<https://evil.example|click>
reply 'is opening'
expect #incidents 'quotes'
expect #inc-1 'quotes' 'Acknowledge'
expect #inc-1 'Paging On-Call'
expect #inc-1 'Step 1/'
expect @ana 'quotes'
in #inc-1
ana /incident UPDATE   <!everyone> & <b>x</b> @channel ```
expect #inc-1 'Update by'
ana /incident note <!subteam^S000001005> {{BIG}}
expect #inc-1 'noted'
ana /incident Sev   P1    <!here>
expect #inc-1 'from P2 to P1'
pings #inc-1 nobody 'Update by'
pings #inc-1 nobody 'noted'
pings #inc-1 nobody 'from P2 to P1'
pings #incidents nobody 'quotes'
pings #incidents nobody 'Update by'
expect #incidents 'Update by'
quiet
