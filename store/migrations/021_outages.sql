-- When Slack did not answer mayday; ended_at is null while it does not. At most one goes on at a time.
create table mayday.outage (
  id       bigint generated always as identity primary key,
  began_at timestamptz not null,
  ended_at timestamptz
);
create unique index outage_open on mayday.outage ((true)) where ended_at is null;
