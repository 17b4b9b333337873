-- When something was tried last: tried_at is the first time, and nothing of it can
-- be older; a request that was sent a moment ago may still arrive.
alter table mayday.event add column tried_last timestamptz;
alter table mayday.surface add column tried_last timestamptz;
