// A thread whose first message is gone: what was to stand in it stands in the channel, and the step is drawn anew once it is acted upon.
DIAGNOSTICS=sample
in #general
ana /incident p1 payment-failures customers wait for us
expect #incidents 'customers wait for us'
in #inc-1
expect #inc-1 'customers wait for us' 'Acknowledge'
expect #inc-1 'Step 1/'
expect #inc-1 'On-Call Engineer' 'Paging'
expect @ana 'customers wait for us'
expect #inc-1 'Snapshot of Payment Failures'
expect #inc-1 'All rows, run'
ana /incident ack
expect #inc-1 'acknowledged'
quiet
// While the step's message stands, its answer stands below it.
ana presses 'Run' in #inc-1
expect #inc-1 'Payments in the last hour' 'asked by'
threaded #inc-1 'Payments in the last hour' 'asked by'
quiet

// Retention took it: Slack lets a reply to nothing land in the channel.
expires 'Skip…'
ana /incident run 1
expect #inc-1 'Payments in the last hour' 'asked by'
unthreaded #inc-1 'Payments in the last hour' 'asked by'
// That was something done to the step, and its message stands again.
expect #inc-1 'Step 1/' 'Skip…'
notified #inc-1 nobody 'Step 1/' 'Skip…'
quiet
expires 'Skip…'
ana /incident step 1 done
expect #inc-1 'Step 2/' 'Skip…'
notified #inc-1 nobody 'Step 2/' 'Skip…'
ana /incident step 2 skip not theirs
ana /incident step 3 skip not theirs
shows #inc-1 'Step 4/' 'Paid but not confirmed' 'Skip…'
quiet

// And where Slack says that the thread is gone, too: neither a message nor a file of many rows is lost.
fault chat.postMessage 1 error=thread_not_found
fault files.completeUploadExternal 1 error=thread_not_found
ana /incident run 4
expect #inc-1 'Paid but not confirmed' 'asked by'
unthreaded #inc-1 'Paid but not confirmed' 'asked by'
quiet
