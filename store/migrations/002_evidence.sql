-- What queries answered, masked before it came here. A run is one job; a second
-- attempt of it finds what the first one saved and asks nothing again.
create table mayday.evidence (
  incident_id bigint not null references mayday.incident on delete cascade,
  job         bigint not null,
  place       int not null,
  why         text not null,
  name        text not null,
  title       text not null,
  by          text not null,
  at          timestamptz not null,
  answer      jsonb,
  problem     text not null default '',
  primary key (incident_id, job, place)
);
create index evidence_name on mayday.evidence (incident_id, name, at);

-- Every statement that was asked for, admitted or not. No literal of a statement
-- and no value of an answer is in it. It outlives the incidents.
create table mayday.audit (
  id          bigint generated always as identity primary key,
  at          timestamptz not null,
  incident_id bigint not null,
  by          text not null,
  name        text not null,
  statement   text not null,
  fingerprint text not null,
  verdict     text not null,
  rule        text not null,
  class       text not null,
  code        text not null,
  database    text not null,
  role        text not null,
  backend     bigint not null,
  duration_us bigint not null,
  waited_us   bigint not null,
  rows        int not null,
  bytes       int not null,
  more        boolean not null
);
create index audit_incident on mayday.audit (incident_id, at);

create function mayday.refuse_change() returns trigger language plpgsql as
  $$ begin raise exception 'mayday.audit only grows'; end $$;
create trigger audit_only_grows before update or delete or truncate on mayday.audit
  for each statement execute function mayday.refuse_change();
