-- What was changed, such as deploys: kept as long as what is known of alerts.
create table mayday.change_event (
  id     bigint generated always as identity primary key,
  source text not null,
  key    text not null,
  at     timestamptz not null,
  doc    jsonb not null,
  unique (source, key)
);
create index change_event_at on mayday.change_event (at);

-- Which alert a message of an app in an alert channel is about: its edits and what is said in its thread are the same alert.
create table mayday.app_message (
  channel text not null,
  ts      text not null,
  source  text not null,
  key     text not null,
  at      timestamptz not null,
  primary key (channel, ts)
);
create index app_message_at on mayday.app_message using brin (at);

-- The offers whose message lists the open incidents.
create index offer_offered on mayday.offer (id) where state = 'offered';
