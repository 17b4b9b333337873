-- Whether a replica knows that one direct message may stand for the pages of several
-- incidents. One of the release before this one does not, and writes over the others.
alter table mayday.replica add column shares_messages boolean not null default false;
