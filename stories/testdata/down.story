// Clocks that fell due while mayday was not running fire once and say how late.
in #general
ana /incident p1 database-connection-issues pool is full
expect #incidents 'pool is full'
expect #inc-1 'pool is full'
expect #inc-1 'Step 1/'
expect #inc-1 'Paging On-Call'
expect @ana 'pool is full'
quiet
stop
advance_stopped 70m
start
expect #inc-1 'Paging DevOps' '40 min late'
expect #inc-1 'Nobody acknowledged in time' 'late'
expect @ben 'pool is full'
expect #inc-1 'update'
quiet
