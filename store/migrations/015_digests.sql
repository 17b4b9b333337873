-- The team's mornings: one row, with the clock of the digest and of the numbers that are kept daily. due_at follows
-- from the document and is when the clock has to look at it next; null when digests are off.
create table mayday.digest (
  slug   text primary key,
  doc    jsonb not null,
  due_at timestamptz
);

-- People whom the runbook lists as contacts, with the list of what a responder needs.
create table mayday.newcomer (
  person text primary key,
  doc    jsonb not null
);
