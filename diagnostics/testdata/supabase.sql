-- What a hosted database of the Supabase kind looks like to a reader: schemas of the
-- provider with everyday names in them, rights that extensions give to everybody, row security.
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'supabase_admin') THEN
  CREATE ROLE supabase_admin SUPERUSER; CREATE ROLE supabase_auth_admin NOINHERIT CREATEROLE; CREATE ROLE supabase_storage_admin NOINHERIT;
  CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS; CREATE ROLE authenticator LOGIN NOINHERIT; CREATE ROLE hosted_owner LOGIN CREATEROLE;
END IF; END $$;
GRANT anon, authenticated, service_role TO authenticator;
ALTER DATABASE supabase OWNER TO hosted_owner;
ALTER DATABASE supabase SET search_path = "$user", public, extensions;
ALTER DATABASE supabase SET "app.settings.jwt_secret" = 'do-not-show';
CREATE SCHEMA extensions; CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin; CREATE SCHEMA storage AUTHORIZATION supabase_storage_admin;
CREATE SCHEMA realtime; CREATE SCHEMA cron; CREATE SCHEMA vault; CREATE SCHEMA net; CREATE SCHEMA graphql_public; CREATE SCHEMA pgbouncer;
CREATE EXTENSION pgcrypto SCHEMA extensions; CREATE EXTENSION "uuid-ossp" SCHEMA extensions; CREATE EXTENSION pg_stat_statements SCHEMA extensions;
ALTER SCHEMA public OWNER TO hosted_owner;
GRANT USAGE ON SCHEMA public, extensions, auth, storage, realtime, graphql_public TO anon, authenticated, service_role;
SET search_path = "$user", public, extensions;

CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aud text, role text, email text, encrypted_password text, confirmation_token text, recovery_token text,
  last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb, is_super_admin bool, created_at timestamptz DEFAULT now(), phone text, is_sso_user bool NOT NULL DEFAULT false);
CREATE TABLE auth.sessions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid REFERENCES auth.users, created_at timestamptz DEFAULT now(), not_after timestamptz, user_agent text, ip inet);
CREATE TABLE auth.refresh_tokens (id bigserial PRIMARY KEY, token text, user_id text, revoked bool);
CREATE TABLE auth.audit_log_entries (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), payload json, created_at timestamptz DEFAULT now(), ip_address text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.role', true), '') $$;
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.email', true), '') $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
INSERT INTO auth.users (aud, role, email, encrypted_password, confirmation_token) SELECT 'authenticated', 'authenticated', 'user' || i || '@example.com', 'crypted' || i, 'confirm' || i FROM generate_series(1, 20) i;

CREATE TABLE storage.buckets (id text PRIMARY KEY, name text, public bool, created_at timestamptz DEFAULT now());
CREATE TABLE storage.objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets, name text, owner uuid, metadata jsonb, created_at timestamptz DEFAULT now(), path_tokens text[]);
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (string_to_array(name, '/'))[1:2]; END $$;
CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN name; END $$;
CREATE FUNCTION storage.extension(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN name; END $$;
CREATE FUNCTION storage.search(prefix text, bucketname text, limits int) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN; END $$;
INSERT INTO storage.buckets VALUES ('avatars', 'avatars', true); INSERT INTO storage.objects (bucket_id, name, metadata) SELECT 'avatars', i || '/a.png', jsonb_build_object('size', i * 1000) FROM generate_series(1, 20) i;

CREATE TYPE realtime.action AS ENUM ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
CREATE TYPE realtime.equality_op AS ENUM ('eq', 'neq', 'lt', 'in');
CREATE TYPE realtime.user_defined_filter AS (column_name text, op realtime.equality_op, value text);
CREATE TABLE realtime.subscription (id bigint GENERATED ALWAYS AS IDENTITY, subscription_id uuid, entity regclass, filters realtime.user_defined_filter[] DEFAULT '{}', claims jsonb, created_at timestamp DEFAULT now());
CREATE TABLE realtime.messages (topic text, extension text, payload jsonb, event text, private bool, inserted_at timestamp DEFAULT now(), id uuid DEFAULT gen_random_uuid());
CREATE FUNCTION realtime."cast"(val text, type_ regtype) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$ DECLARE r jsonb; BEGIN EXECUTE format('select to_jsonb(%L::' || type_::text || ')', val) INTO r; RETURN r; END $$;
CREATE FUNCTION realtime.send(payload jsonb, event text, topic text, private bool) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO realtime.messages (topic) VALUES (topic); END $$;
CREATE FUNCTION realtime.topic() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('realtime.topic', true), '') $$;

-- pg_cron and pg_net: their tables belong to an extension, and everybody has rights on them.
CREATE TABLE cron.job (jobid bigserial PRIMARY KEY, schedule text, command text, database text, username text DEFAULT current_user, active bool DEFAULT true, jobname text);
CREATE TABLE cron.job_run_details (jobid bigint, runid bigserial PRIMARY KEY, command text, status text, return_message text, start_time timestamptz, end_time timestamptz);
CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS bigint LANGUAGE sql AS $$ INSERT INTO cron.job (jobname, schedule, command) VALUES (job_name, schedule, command) RETURNING jobid $$;
CREATE FUNCTION cron.unschedule(job_name text) RETURNS bool LANGUAGE sql AS $$ DELETE FROM cron.job RETURNING true $$;
GRANT SELECT ON cron.job TO PUBLIC; GRANT SELECT, DELETE ON cron.job_run_details TO PUBLIC;
ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY cron_job_policy ON cron.job USING (username = CURRENT_USER);
INSERT INTO cron.job_run_details (jobid, command, status) VALUES (1, 'select 1', 'failed');
CREATE TABLE net.http_request_queue (id bigserial, method text, url text, headers jsonb, body bytea);
CREATE TABLE net._http_response (id bigint, status_code int, content text, created timestamptz DEFAULT now());
CREATE FUNCTION net.http_post(url text, body jsonb) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO net.http_request_queue (url) VALUES (url) RETURNING id $$;
GRANT USAGE ON SCHEMA net TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA net TO PUBLIC; GRANT ALL ON ALL SEQUENCES IN SCHEMA net TO PUBLIC;
CREATE EXTENSION seg SCHEMA extensions;
ALTER EXTENSION seg ADD TABLE net.http_request_queue; ALTER EXTENSION seg ADD TABLE net._http_response; ALTER EXTENSION seg ADD SEQUENCE net.http_request_queue_id_seq;
ALTER EXTENSION seg ADD TABLE cron.job; ALTER EXTENSION seg ADD TABLE cron.job_run_details;

CREATE TABLE vault.secrets (id uuid DEFAULT gen_random_uuid(), name text, secret text);
CREATE FUNCTION vault._decrypt(secret text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT secret $$;
CREATE VIEW vault.decrypted_secrets AS SELECT id, name, vault._decrypt(secret) AS decrypted_secret FROM vault.secrets;
INSERT INTO vault.secrets (name, secret) VALUES ('stripe', 'crown jewels');
CREATE FUNCTION pgbouncer.get_auth(p_usename text) RETURNS TABLE (username text, password text) LANGUAGE sql SECURITY DEFINER AS $$ SELECT usename::text, passwd::text FROM pg_shadow WHERE usename = p_usename $$;
CREATE FUNCTION graphql_public.graphql(query text) RETURNS jsonb LANGUAGE plpgsql AS $$ DECLARE r jsonb; BEGIN EXECUTE query INTO r; RETURN r; END $$;
CREATE FUNCTION extensions.grant_pg_cron_access() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;

-- The application's own tables.
SET ROLE hosted_owner;
CREATE TABLE public.authors (id bigserial PRIMARY KEY, author text, uid uuid, role text);
CREATE TABLE public.posts (id bigserial PRIMARY KEY, author_id bigint REFERENCES public.authors, title text, search text, extension text, created_at timestamptz DEFAULT now());
ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_posts ON public.posts FOR SELECT TO authenticated USING (author_id = 1);
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated, service_role;
INSERT INTO public.authors (author) VALUES ('ana'); INSERT INTO public.posts (author_id, title) VALUES (1, 'first'), (1, 'second');
RESET ROLE;
