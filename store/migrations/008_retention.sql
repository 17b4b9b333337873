-- The audit loses lines only where an operator asked for it, the oldest first, and
-- none that is younger than thirty days, whoever asks.
create or replace function mayday.refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('mayday.retention', true) = 'audit' then
    return null;
  end if;
  raise exception 'mayday.audit only grows';
end $$;

create function mayday.refuse_recent() returns trigger language plpgsql as $$
begin
  if old.at > now() - interval '30 days' then
    raise exception 'mayday.audit keeps every line for 30 days';
  end if;
  return old;
end $$;
create trigger audit_keeps_recent before delete on mayday.audit for each row execute function mayday.refuse_recent();
create index audit_at on mayday.audit using brin (at);
