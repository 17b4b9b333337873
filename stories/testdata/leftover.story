// What of a command is not understood is named, and several people are paged with one.
in #general
mia /incident p1 site-down checkout answers 500
reply 'is opening'
expect #incidents 'checkout answers 500'
expect #inc-1 'checkout answers 500' 'playbook'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging'
expect @ana 'checkout answers 500'
quiet

in #inc-1
mia /incident page @ben and @chidi, look at the queue
silent
expect #inc-1 'paged' 'look at the queue'
expect @ben 'look at the queue'
expect @chidi 'look at the queue'
quiet

// A name in the reason wakes nobody, and that is said. So it is of one that Slack does not know.
mia /incident page @ben ask @ana what she did
reply '@ana' 'was not paged'
expect #inc-1 'paged'
expect @ben 'ask'
quiet
mia /incident page @ben @dora look
reply '@dora' 'was not paged'
expect #inc-1 'paged'
expect @ben 'look'
quiet
// Nobody at all is paged when the first name is nobody's.
mia /incident page @dora look
reply 'Nobody called'
quiet

// A verb that takes no words says which it left out.
mia /incident ack 2
reply 'Ignored' '2'
expect #inc-1 'acknowledged'
mia /incident monitoring since five
reply 'Ignored' 'since five'
expect #inc-1 'monitoring'
mia /incident export as pdf
reply 'Ignored' 'as pdf'
expect #inc-1 'Timeline of incident 1' 'Markdown'
expect #inc-1 'Timeline of incident 1' 'JSON'
quiet
