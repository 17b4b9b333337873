-- What tells this history of the database from another one: the cluster's own name,
-- its timeline, which a promoted standby and a restored backup change, and the
-- table's number, which pg_restore changes. Where a server does not tell one of
-- them, that one stays empty.
create function mayday.history() returns text language plpgsql as $$
declare
  cluster text := '';
  timeline text := '';
begin
  begin
    select system_identifier into cluster from pg_control_system();
  exception when others then null;
  end;
  begin
    timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
  exception when others then null;
  end;
  return format('cluster %s, timeline %s, table %s', cluster, timeline, 'mayday.incident'::regclass::oid);
end $$;

insert into mayday.fact (key, value) values ('history', mayday.history()) on conflict (key) do update set value = excluded.value;
