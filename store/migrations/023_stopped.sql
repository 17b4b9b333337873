-- That in this time no mayday carried anything out, so that nothing was said although Slack may have been there.
alter table mayday.outage add column stopped boolean not null default false;
