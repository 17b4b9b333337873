-- How many messages came into the channel below the message of the step to do now, counted as
-- far as that matters.
alter table mayday.surface add column below int not null default 0;
create index surface_step on mayday.surface (channel) where surface = 'step';
