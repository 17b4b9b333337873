-- Two releases may work on one database while replicas are replaced. From this one
-- on, a release keeps what it does not know of a document, and says so by counting
-- saved. The release before writes back only what it knows; the database keeps the
-- rest of it. The list is what that release knows. A later release drops the trigger.
alter table mayday.incident add column saved bigint not null default 0;

create function mayday.keep_unknown() returns trigger language plpgsql as $$
begin
  new.doc := new.doc || (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(old.doc)
    where not new.doc ? key and key <> all (array[
      'id', 'title', 'severity', 'status', 'private', 'drill', 'policy', 'walks', 'active', 'declared_by', 'declared_at',
      'acknowledged_by', 'acknowledged_at', 'resolved_by', 'resolved_at', 'ended_by', 'ended_at', 'summary', 'roles', 'responders',
      'channel_id', 'channel_name', 'channel_failed', 'plan', 'pages', 'reminder', 'last_update', 'communicated_by', 'communicated_at',
      'actions', 'postmortem_url', 'postmortem_number', 'postmortem_failed', 'track', 'review', 'lessons', 'pins', 'troubles', 'revision']));
  return new;
end $$;

create trigger keep_unknown before update on mayday.incident for each row
  when (new.saved = old.saved) execute function mayday.keep_unknown();
