-- One direct message may stand for the pages of several incidents: they are found by it,
-- and by the conversation in which they wait for their turn.
create index surface_page on mayday.surface (channel, ts) where surface like 'page/%';
