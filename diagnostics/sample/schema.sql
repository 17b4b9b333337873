-- The service that the default runbook is about, small and whole.
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
  hms_room_id text,
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
  hms_recording_id text,
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
