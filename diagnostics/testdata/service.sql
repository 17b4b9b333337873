-- The service that these statements are about: video sessions that cost credits. Small and whole.
CREATE TABLE users (
  id         uuid PRIMARY KEY,
  username   text NOT NULL UNIQUE,
  email      text NOT NULL,
  phone      text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TABLE sessions (
  id          uuid PRIMARY KEY,
  host_id     uuid NOT NULL REFERENCES users,
  title       text NOT NULL,
  status      text NOT NULL,
  room_id    text,
  created_at  timestamptz NOT NULL,
  ended_at    timestamptz
);
CREATE INDEX sessions_status ON sessions (status);
CREATE INDEX sessions_created_at ON sessions (created_at);
CREATE TABLE session_participants (
  session_id uuid NOT NULL REFERENCES sessions,
  user_id    uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (session_id, user_id)
);
CREATE INDEX session_participants_user ON session_participants (user_id);
CREATE TABLE credits (
  user_id    uuid PRIMARY KEY REFERENCES users,
  balance    integer NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE credit_transactions (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid NOT NULL REFERENCES users,
  amount     integer NOT NULL,
  type       text NOT NULL,
  reason     text NOT NULL,
  status     text NOT NULL DEFAULT 'completed',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX credit_transactions_created_at ON credit_transactions (created_at);
CREATE INDEX credit_transactions_user ON credit_transactions (user_id);
CREATE TABLE recordings (
  id               uuid PRIMARY KEY,
  session_id       uuid NOT NULL REFERENCES sessions,
  status           text NOT NULL,
  recording_url    text,
  provider_id      text,
  metadata         jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL
);
CREATE INDEX recordings_status ON recordings (status);
CREATE TABLE webhook_logs (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_type text NOT NULL,
  payload    jsonb NOT NULL,
  status     text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX webhook_logs_created_at ON webhook_logs (created_at);

-- Everything is derived from a row's number, so two loads differ in their
-- moment only; times are relative to now().
INSERT INTO users
SELECT md5('user' || n)::uuid,
  (ARRAY['ana','ben','chidi','dana','eva','farid','gita','hugo','ines','jon'])[1 + n % 10] || '_' || n,
  (ARRAY['ana','ben','chidi','dana','eva','farid','gita','hugo','ines','jon'])[1 + n % 10] || '.' || n || '@example.com',
  '+1555' || lpad((n * 7919 % 10000000)::text, 7, '0'),
  now() - (n * n % 1400) * interval '6 hours' - n * interval '37 seconds'
FROM generate_series(1, 1200) n;

-- A session in about twenty minutes; the last dozen is running, a few since yesterday.
INSERT INTO sessions
SELECT md5('session' || n)::uuid, md5('user' || (1 + n * 31 % 1200))::uuid,
  (ARRAY['Morning yoga','Guitar for beginners','Office hours','Book club','Spanish table','Drawing live'])[1 + n % 6],
  CASE WHEN n <= 12 OR n IN (90, 91, 92) THEN 'active' WHEN n % 17 = 0 THEN 'cancelled' ELSE 'ended' END,
  CASE WHEN n IN (3, 7) THEN NULL ELSE substr(md5('room' || n), 1, 24) END,
  now() - n * interval '20 minutes',
  CASE WHEN n <= 12 OR n IN (90, 91, 92) THEN NULL ELSE now() - n * interval '20 minutes' + (8 + n % 50) * interval '1 minute' END
FROM generate_series(1, 900) n;

INSERT INTO session_participants
SELECT md5('session' || s)::uuid, md5('user' || (1 + (s * 13 + p * 97) % 1200))::uuid,
  now() - s * interval '20 minutes' + p * interval '40 seconds'
FROM generate_series(1, 900) s, generate_series(1, 4) p;

-- Balances: four below zero, three far too high.
INSERT INTO credits
SELECT md5('user' || n)::uuid,
  CASE WHEN n IN (101, 202, 303, 404) THEN -(n % 90 + 5) WHEN n IN (55, 606, 907) THEN 10000 + n * 11 ELSE n * 37 % 900 END,
  now() - (n % 96) * interval '30 minutes'
FROM generate_series(1, 1200) n;

-- An even stream; one in forty failed, more of them within the last hour.
INSERT INTO credit_transactions (id, user_id, amount, type, reason, status, created_at)
SELECT md5('transaction' || n)::uuid, md5('user' || (1 + n * 7 % 1200))::uuid,
  CASE n % 3 WHEN 0 THEN 50 WHEN 1 THEN 20 ELSE 10 END,
  CASE WHEN n % 3 = 0 THEN 'credit' ELSE 'debit' END,
  CASE n % 3 WHEN 0 THEN 'Purchase ' || n WHEN 1 THEN 'Joined session ' || n ELSE 'Recording ' || n END,
  CASE WHEN n % 40 = 0 OR n IN (1, 4, 5, 8) THEN 'failed' WHEN n IN (2, 6) THEN 'pending' ELSE 'completed' END,
  now() - n * interval '5 minutes'
FROM generate_series(1, 4000) n;

-- Charged two or three times within seconds.
INSERT INTO credit_transactions (id, user_id, amount, type, reason, created_at)
SELECT md5('twice' || n || ',' || k)::uuid, md5('user' || (n * 111))::uuid, 50, 'debit', 'Session ticket ' || n,
  now() - n * interval '2 hours' + k * interval '3 seconds'
FROM generate_series(1, 5) n, generate_series(1, 2 + n % 2) k;

-- Recordings: most done, some stuck since hours, some failed, three done that lead nowhere.
INSERT INTO recordings
SELECT md5('recording' || n)::uuid, md5('session' || (n * 2 + 20))::uuid, state,
  CASE WHEN state = 'completed' AND n NOT IN (6, 31, 52) THEN 'https://cdn.example.com/recordings/' || n || '.mp4' END,
  substr(md5('provider' || n), 1, 24),
  CASE state
    WHEN 'completed' THEN jsonb_build_object('size', 180000000 + n * 977001, 'duration', 600 + n * 13 % 2400)
    WHEN 'failed' THEN jsonb_build_object('error', (ARRAY['upload timed out','storage quota exceeded','no media received'])[1 + n % 3])
    ELSE '{}' END,
  now() - n * interval '45 minutes'
FROM generate_series(1, 420) n,
LATERAL (SELECT CASE WHEN n IN (1, 3, 4, 7, 11) THEN 'processing' WHEN n % 23 = 5 OR n IN (2, 9) THEN 'failed' ELSE 'completed' END) s(state);

-- What the video provider sent; lately some could not be handled.
INSERT INTO webhook_logs (event_type, payload, status, created_at)
SELECT event, jsonb_build_object('id', md5('event' || n), 'room_id', substr(md5('room' || n), 1, 24), 'attempt', 1 + n % 2)
    || CASE WHEN state = 'error' THEN jsonb_build_object('error', 'HTTP 500 from the handler') ELSE '{}' END,
  state, now() - n * interval '4 minutes'
FROM generate_series(1, 2400) n,
LATERAL (SELECT (ARRAY['session.open.success','peer.join.success','peer.leave.success','recording.success','recording.failed','session.close.success'])[1 + n % 6],
  CASE WHEN n % 29 = 3 OR n IN (1, 2, 5, 9) THEN 'error' ELSE 'processed' END) s(event, state);

ANALYZE users, sessions, session_participants, credits, credit_transactions, recordings, webhook_logs;
