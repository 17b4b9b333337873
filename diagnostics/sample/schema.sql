-- The shop that the default runbook is about, small and whole.
CREATE TABLE users (
  id         uuid PRIMARY KEY,
  username   text NOT NULL UNIQUE,
  email      text NOT NULL,
  phone      text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TABLE sessions (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users,
  back_office  boolean NOT NULL DEFAULT false,
  address      inet NOT NULL,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  ended_at     timestamptz
);
CREATE INDEX sessions_created_at ON sessions (created_at);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE TABLE sign_in_mails (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users,
  mailbox      text NOT NULL,
  status       text NOT NULL,
  answer       text NOT NULL,
  created_at   timestamptz NOT NULL,
  used_at      timestamptz
);
CREATE INDEX sign_in_mails_created_at ON sign_in_mails (created_at);
CREATE TABLE products (
  id          integer PRIMARY KEY,
  sku         text NOT NULL UNIQUE,
  title       text NOT NULL,
  price_cents integer NOT NULL,
  stock       integer NOT NULL,
  image_url   text,
  updated_at  timestamptz NOT NULL,
  indexed_at  timestamptz
);
CREATE TABLE orders (
  id          bigint PRIMARY KEY,
  number      text NOT NULL UNIQUE,
  user_id     uuid NOT NULL REFERENCES users,
  status      text NOT NULL,
  total_cents integer NOT NULL,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL
);
CREATE INDEX orders_created_at ON orders (created_at);
CREATE INDEX orders_user ON orders (user_id);
CREATE TABLE order_items (
  order_id    bigint NOT NULL REFERENCES orders,
  product_id  integer NOT NULL REFERENCES products,
  quantity    integer NOT NULL,
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, product_id)
);
CREATE TABLE payments (
  id           uuid PRIMARY KEY,
  order_id     bigint NOT NULL REFERENCES orders,
  provider_ref text NOT NULL,
  amount_cents integer NOT NULL,
  status       text NOT NULL,
  failure_code text,
  created_at   timestamptz NOT NULL
);
CREATE INDEX payments_created_at ON payments (created_at);
CREATE INDEX payments_order ON payments (order_id);
CREATE TABLE webhook_events (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_type text NOT NULL,
  payload    jsonb NOT NULL,
  status     text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX webhook_events_created_at ON webhook_events (created_at);
CREATE TABLE workers (
  name    text PRIMARY KEY,
  queue   text NOT NULL,
  version text NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE TABLE jobs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue       text NOT NULL,
  kind        text NOT NULL,
  state       text NOT NULL,
  attempts    integer NOT NULL DEFAULT 0,
  worker      text,
  last_error  text,
  created_at  timestamptz NOT NULL,
  started_at  timestamptz,
  finished_at timestamptz
);
CREATE INDEX jobs_state ON jobs (state, queue, created_at);
