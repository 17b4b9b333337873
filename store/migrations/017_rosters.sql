-- What a calendar said last of who is on call. key names it without its address. read_at is when it was read last, asked_at
-- when somebody began to; problem is why the last reading failed, empty when it did not.
create table mayday.roster (
  key      text primary key,
  shifts   jsonb not null default '[]',
  unread   int not null default 0,
  etag     text not null default '',
  modified text not null default '',
  problem  text not null default '',
  read_at  timestamptz,
  asked_at timestamptz not null
);
