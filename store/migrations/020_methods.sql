-- Calls by other contact methods than Slack. key names the address without telling it. tries counts the attempts, tried_at is
-- when one began of which it is not known what came of it; receipt is the service's name of what it took, and sender the
-- number it came from. token_hash is of the address at which the page is acknowledged.
create table mayday.method_try (
  incident_id bigint not null references mayday.incident (id) on delete cascade,
  page        int not null,
  method      int not null,
  key         text not null,
  tries       int not null default 0,
  tried_at    timestamptz,
  sent_at     timestamptz,
  receipt     text not null default '',
  sender      text not null default '',
  token_hash  bytea unique,
  primary key (incident_id, page, method)
);
create index method_try_key on mayday.method_try (key, sent_at);
