-- What a production database can hold that turns a harmless looking read into harm.
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE EXTENSION pgcrypto;
CREATE EXTENSION dblink; CREATE EXTENSION tablefunc; CREATE EXTENSION file_fdw; CREATE EXTENSION pgstattuple; CREATE EXTENSION pg_buffercache;

CREATE TABLE journal (id bigserial PRIMARY KEY, line text);
CREATE TABLE vault (id int, content text);
INSERT INTO vault VALUES (1, 'crown jewels');
CREATE SEQUENCE invoice_numbers;
SELECT lo_create(7001); SELECT lo_put(7001, 0, 'canary'); GRANT SELECT, UPDATE ON LARGE OBJECT 7001 TO PUBLIC;

-- Functions that write, lock, call out, or lie about it.
CREATE FUNCTION note_down(line text) RETURNS bigint LANGUAGE sql VOLATILE AS $$ INSERT INTO journal (line) VALUES (line) RETURNING id $$;
CREATE FUNCTION note_as_owner(line text) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER AS $$ INSERT INTO journal (line) VALUES (line) RETURNING id $$;
CREATE FUNCTION quiet_note(line text) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$ BEGIN INSERT INTO journal (line) VALUES (line); RETURN 1; END $$;
CREATE FUNCTION says_stable(line text) RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN RETURN quiet_note(line); END $$;
CREATE FUNCTION says_immutable(line text) RETURNS int LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $$ BEGIN RETURN quiet_note(line); END $$;
CREATE FUNCTION grab(k int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(k); RETURN true; END $$;
CREATE FUNCTION run_text(q text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r text; BEGIN EXECUTE q INTO r; RETURN r; END $$;
CREATE FUNCTION through_the_back(q text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN PERFORM dblink_connect_u('back', format('dbname=%s host=%s user=mayday', current_database(), split_part(current_setting('unix_socket_directories'), ',', 1))); RETURN dblink_exec('back', q); END $$;
CREATE FUNCTION "Odd Name"() RETURNS bool LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_lock(910) IS NOT NULL $$;
CREATE FUNCTION gruß() RETURNS bool LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_lock(911) IS NOT NULL $$;
CREATE FUNCTION a_name_that_is_exactly_as_long_as_postgres_allows_names_to_be_x() RETURNS bool LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_lock(912) IS NOT NULL $$;
CREATE FUNCTION risk_of(u users) RETURNS bool LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_lock(901) IS NOT NULL $$;
CREATE FUNCTION public.lower(users) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_lock(902)::text $$;
CREATE FUNCTION public.char_length(citext) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM pg_advisory_lock(903); RETURN 1; END $$;
CREATE FUNCTION fold_step(s text, v text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM pg_advisory_lock(904); RETURN v; END $$;
CREATE AGGREGATE fold_up(text) (sfunc = fold_step, stype = text);
CREATE FUNCTION money_text(n numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char(n, 'FM999,999.00') $$;
CREATE FUNCTION touch_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE PROCEDURE tidy() LANGUAGE sql AS $$ DELETE FROM journal $$;
CREATE SCHEMA backroom; GRANT USAGE ON SCHEMA backroom TO PUBLIC;
CREATE FUNCTION backroom.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM pg_advisory_lock(905); RETURN clock_timestamp(); END $$;

-- Operators, casts, domains, ranges and composites that call them.
CREATE FUNCTION same_with_lock(a int, b int) RETURNS bool LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$ BEGIN PERFORM pg_advisory_lock(a); RETURN a = b; END $$;
CREATE OPERATOR public.<=!=> (leftarg = int, rightarg = int, function = same_with_lock);
CREATE OPERATOR public.~~~~~ (rightarg = int, function = grab);
CREATE FUNCTION check_with_lock(v text) RETURNS bool LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM pg_advisory_lock(906); RETURN true; END $$;
CREATE DOMAIN sticky AS text CHECK (check_with_lock(VALUE));
CREATE DOMAIN sticky_builtin AS text CHECK (pg_try_advisory_lock(907));
CREATE DOMAIN over_sticky AS sticky;
CREATE DOMAIN short_text AS text CHECK (length(VALUE) < 50);
CREATE DOMAIN sticky_number AS int CHECK (grab(VALUE));
CREATE TYPE sticky_span AS RANGE (subtype = sticky_number);
CREATE TYPE parcel AS (inside sticky, weight int);
CREATE TYPE coin AS (face int);
CREATE FUNCTION coin_to_int(coin) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM pg_advisory_lock(908); RETURN 1; END $$;
CREATE CAST (coin AS int) WITH FUNCTION coin_to_int(coin) AS IMPLICIT;
CREATE TYPE mood AS ENUM ('calm', 'tense');
CREATE TABLE purses (id int, coins coin);
INSERT INTO purses VALUES (1, ROW(1)::coin);

-- Views and tables that reach further than they look.
CREATE VIEW next_invoice AS SELECT nextval('invoice_numbers') AS n;
CREATE VIEW held AS SELECT pg_advisory_lock(909)::text AS l;
CREATE VIEW held_twice AS SELECT * FROM held;
CREATE VIEW calls_out AS SELECT pg_notify('canary', 'x')::text AS l;
CREATE VIEW sneaky AS SELECT says_stable('view') AS s;
CREATE VIEW contacts AS SELECT id, email AS how, username FROM users;
CREATE VIEW contacts_again AS SELECT how AS to_whom FROM contacts;
CREATE VIEW busy_sessions AS SELECT s.id, s.title, count(*) AS people FROM sessions s JOIN session_participants p ON p.session_id = s.id GROUP BY s.id, s.title;
CREATE MATERIALIZED VIEW status_counts AS SELECT status, count(*) AS n FROM recordings GROUP BY 1;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE program_output (l text) SERVER files OPTIONS (program 'echo x > /tmp/mayday-canary-PWNED; echo y', format 'text');
CREATE TABLE measures (l text) PARTITION BY LIST (l);
CREATE TABLE measures_here PARTITION OF measures FOR VALUES IN ('a');
CREATE FOREIGN TABLE measures_there PARTITION OF measures FOR VALUES IN ('b') SERVER files OPTIONS (program 'echo x > /tmp/mayday-canary-PWNED; echo b', format 'text');
CREATE TABLE keys (id int, api_key text, owner_email text, note text);
INSERT INTO keys VALUES (1, 'sk_live_abcdefghijklmnop', 'ana@example.com', 'call +4915112345678');

ALTER DATABASE canary SET "app.signing_secret" = 'do-not-show';
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mighty') THEN
  CREATE ROLE mighty LOGIN; CREATE ROLE sleeper LOGIN; CREATE ROLE locked_out LOGIN PASSWORD 'right';
END IF; END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO mighty; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO mighty; GRANT CREATE ON SCHEMA public TO mighty;
GRANT TEMPORARY ON DATABASE canary TO mighty;
GRANT pg_signal_backend, pg_read_server_files TO mighty;
GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text), pg_logical_emit_message(boolean, text, bytea) TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
GRANT SELECT ON invoice_numbers TO reader;
REVOKE ALL ON vault FROM reader;
