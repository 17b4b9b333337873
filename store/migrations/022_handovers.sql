-- Shifts that somebody handed over to another. due_at is when whoever asked is told that there was no answer, null once there was one;
-- until_at is the end of the last of its shifts.
create table mayday.handover (
  id       text primary key,
  doc      jsonb not null,
  due_at   timestamptz,
  until_at timestamptz not null
);
create index handover_until on mayday.handover (until_at);

-- People who tried whether pages reach them, or are reminded to.
create table mayday.tester (
  person text primary key,
  doc    jsonb not null
);
