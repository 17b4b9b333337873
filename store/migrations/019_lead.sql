-- Which replica carries the jobs out: the one that is well for longest. since is when it began to be; reaches_slack is
-- unknown of a replica of the release before, beside which all carry them out.
alter table mayday.replica add column since timestamptz not null default now();
alter table mayday.replica add column reaches_slack boolean;
