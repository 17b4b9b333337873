-- An incident is one document; the columns beside it are drawn from it by
-- Postgres itself, so that they cannot say something else than the document.
create sequence mayday.incident_id;

create table mayday.incident (
  id          bigint primary key,
  doc         jsonb not null,
  status      text not null generated always as (doc ->> 'status') stored,
  severity    text not null generated always as (doc ->> 'severity') stored,
  title       text not null generated always as (doc ->> 'title') stored,
  channel_id  text generated always as (doc ->> 'channel_id') stored,
  declared_at timestamptz not null
);
create unique index incident_channel on mayday.incident (channel_id) where channel_id is not null;
create index incident_status on mayday.incident (status, declared_at desc);

-- The timeline, and the outbox of what is told in the channel: an aloud event
-- without told_at still has to be posted. tried_at without told_at means that an
-- earlier attempt may have succeeded without our knowing.
create table mayday.event (
  incident_id bigint not null references mayday.incident on delete cascade,
  seq         int not null,
  at          timestamptz not null,
  kind        text not null,
  doc         jsonb not null,
  aloud       boolean not null,
  tried_at    timestamptz,
  told_at     timestamptz,
  told_ts     text,
  primary key (incident_id, seq)
);
create index event_untold on mayday.event (incident_id, seq) where aloud and told_at is null;

-- When an incident wants to be woken. Always written together with the document
-- from which it follows.
create table mayday.timer (
  incident_id bigint not null references mayday.incident on delete cascade,
  clock       text not null,
  due_at      timestamptz not null,
  attempt     int not null default 0,
  primary key (incident_id, clock)
);
create index timer_due on mayday.timer (due_at);

-- What stands in Slack and is edited in place.
create table mayday.surface (
  incident_id bigint not null references mayday.incident on delete cascade,
  surface     text not null,
  channel     text not null default '',
  ts          text not null default '',
  revision    int not null default 0,
  digest      text not null default '',
  tried_at    timestamptz,
  primary key (incident_id, surface)
);

-- Deliveries of Slack that were acted upon: the same one again does nothing.
create table mayday.delivery (
  key         text primary key,
  incident_id bigint,
  at          timestamptz not null default now()
);
create index delivery_at on mayday.delivery (at);

-- Small facts that cost a look-up to learn, such as the id of the announce channel.
create table mayday.fact (
  key   text primary key,
  value text not null
);

-- Replicas that are alive, and those that seem to be missing.
create table mayday.replica (
  id            text primary key,
  seen_at       timestamptz not null default now(),
  missing_since timestamptz
);
