-- Who may post alerts. way is "offer" or "log". A source with beat_every_s is missed, and that
-- is an alert of its own, when it was not heard of for so long.
create table mayday.source (
  name         text primary key,
  way          text not null default 'offer',
  made_at      timestamptz not null,
  beat_every_s int not null default 0,
  beat_at      timestamptz
);

-- What a source proves itself by: the SHA-256 of a key, or else a signing secret, which has to
-- be kept to compute with. A secret that was replaced is good until ends_at.
create table mayday.source_secret (
  id      bigint generated always as identity primary key,
  source  text not null references mayday.source on delete cascade,
  hash    bytea unique,
  signing text,
  made_at timestamptz not null,
  ends_at timestamptz,
  check ((hash is null) <> (signing is null))
);

-- What was posted, as it came but for the secrets in it, and the queue of what is still to be
-- interpreted. delivery is the sender's own name of the post: the same one again is not taken twice.
create table mayday.received (
  id       bigint generated always as identity primary key,
  source   text not null,
  path     text not null,
  at       timestamptz not null,
  delivery text,
  headers  jsonb not null,
  body     bytea not null,
  heard_at timestamptz,
  problem  text not null default ''
);
create index received_unheard on mayday.received (source, id) where heard_at is null;
create unique index received_delivery on mayday.received (source, delivery) where delivery is not null;
create index received_at on mayday.received using brin (at);

-- What one message in the alert channel says, and where that message stands. drawing: a job
-- that draws it is on its way.
create sequence mayday.offer_id;
create table mayday.offer (
  id       bigint primary key,
  doc      jsonb not null,
  grouped  text not null generated always as (doc ->> 'group') stored,
  state    text not null generated always as (doc ->> 'state') stored,
  grew_at  timestamptz not null,
  wake_at  timestamptz,
  drawing  boolean not null default false,
  channel  text not null default '',
  ts       text not null default '',
  revision int not null default 0,
  digest   text not null default '',
  tried_at timestamptz
);
create index offer_gathers on mayday.offer (grouped, grew_at);
create index offer_wakes on mayday.offer (wake_at) where wake_at is not null;

-- What is known of one alert: all that was reported of one key.
create table mayday.signal (
  source  text not null,
  key     text not null,
  doc     jsonb not null,
  seen_at timestamptz not null,
  wake_at timestamptz,
  primary key (source, key)
);
create index signal_wakes on mayday.signal (wake_at) where wake_at is not null;
create index signal_seen on mayday.signal using brin (seen_at);

-- Windows in which a source is silent. It ends at until_at, also when somebody ended it early.
create table mayday.mute (
  id       bigint generated always as identity primary key,
  doc      jsonb not null,
  until_at timestamptz not null
);
create index mute_until on mayday.mute (until_at);
