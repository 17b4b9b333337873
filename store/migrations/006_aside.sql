-- How far the replica's clock is ahead of this database's.
alter table mayday.replica add column skew interval not null default '0';
-- A timer that could not fire again and again is set aside: since when, and what was
-- wrong last. Its due_at is then far ahead.
alter table mayday.timer add column aside_at timestamptz, add column error text not null default '';
