-- A routine is a checklist of the runbook with its clock, one document. due_at follows from it and is
-- when the clock has to look at it next; null when nothing is due.
create table mayday.routine (
  slug   text primary key,
  doc    jsonb not null,
  due_at timestamptz
);
create index routine_due on mayday.routine (due_at) where due_at is not null;

-- A round is one going-through of a checklist. A period, named by its first day, has one at most.
create table mayday.round (
  routine  text not null references mayday.routine on delete cascade,
  period   date not null,
  doc      jsonb not null,
  begun_at timestamptz not null,
  -- Where its message stands. tried_at: a post or an edit is under way, or its outcome unknown.
  channel  text not null default '',
  ts       text not null default '',
  revision int not null default 0,
  digest   text not null default '',
  tried_at timestamptz,
  primary key (routine, period)
);
create unique index round_message on mayday.round (channel, ts) where ts <> '';

-- What queries of one number answered, one value a day, the last.
create table mayday.reading (
  query text not null,
  day   date not null,
  value double precision not null,
  primary key (query, day)
);
