-- A surface is pinned apart from being posted, so that a pin that has to wait for
-- its turn repeats nothing. What 003 added is not read any more: whoever gets the
-- lock waits, because the age of an attempt does not say when it ended.
alter table mayday.surface add column pinned boolean not null default false, drop column tried_last;
alter table mayday.event drop column tried_last;
update mayday.surface set pinned = true where surface = 'card' and ts <> '' and digest <> '';
