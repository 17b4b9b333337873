-- Everything is derived from a row's number, so two loads differ in their
-- moment only; times are relative to now().
INSERT INTO users
SELECT md5('user' || n)::uuid,
  (ARRAY['ana','ben','chidi','dana','eva','farid','gita','hugo','ines','jon'])[1 + n % 10] || '_' || n,
  (ARRAY['ana','ben','chidi','dana','eva','farid','gita','hugo','ines','jon'])[1 + n % 10] || '.' || n || '@'
    || CASE WHEN n % 5 = 2 THEN 'example.org' WHEN n % 7 = 3 THEN 'example.net' ELSE 'example.com' END,
  '+1555' || lpad((n * 7919 % 10000000)::text, 7, '0'),
  now() - (n * n % 1400) * interval '6 hours' - n * interval '37 seconds'
FROM generate_series(1, 1200) n;

-- A new session in nine minutes. Five are of the back office; one of those is from elsewhere.
INSERT INTO sessions
SELECT md5('session' || n)::uuid, md5('user' || (1 + n * 31 % 1200))::uuid, n IN (4, 30, 61, 95, 140),
  ('198.51.100.' || n % 250)::inet, now() - n * interval '9 minutes', now() - (n * 9 - least(n * 8, 5 + n % 40)) * interval '1 minute',
  CASE WHEN n > 160 OR n % 3 = 1 AND n NOT IN (4, 61) THEN now() - (n * 9 - least(n * 8, 5 + n % 40)) * interval '1 minute' END
FROM generate_series(1, 2200) n;
UPDATE sessions SET address = '203.0.113.77' WHERE id = md5('session4')::uuid;

-- Sign-in mails: for three hours example.org has held back what we send.
INSERT INTO sign_in_mails
SELECT md5('mail' || n)::uuid, u.id, split_part(u.email, '@', 2), m.status,
  CASE m.status WHEN 'deferred' THEN '421 4.7.0 too many messages from your network, try again later'
    WHEN 'bounced' THEN '550 5.1.1 no such mailbox' ELSE '250 ok' END,
  m.at, CASE WHEN m.status = 'delivered' AND n % 6 <> 1 THEN m.at + (20 + n % 90) * interval '1 second' END
FROM generate_series(1, 2400) n
JOIN users u ON u.id = md5('user' || (1 + n * 17 % 1200))::uuid,
LATERAL (SELECT now() - n * interval '4 minutes' AS at, CASE
  WHEN n <= 45 AND u.email LIKE '%@example.org' THEN 'deferred'
  WHEN n % 53 = 5 THEN 'bounced'
  WHEN n <= 1 THEN 'queued' ELSE 'delivered' END AS status) m;

-- Products: some sold too often, some without a picture, some that search does not know yet.
INSERT INTO products
SELECT n, 'LF-' || lpad(n::text, 4, '0'),
  (ARRAY['Oak','Linen','Brass','Clay','Wool','Slate'])[1 + n % 6] || ' ' || (ARRAY['lamp','bowl','throw','candle','shelf','vase','clock'])[1 + n % 7],
  900 + n * 137 % 9000,
  CASE WHEN n IN (17, 203, 388) THEN -(1 + n % 3) WHEN n % 29 = 0 THEN 0 ELSE n * 13 % 120 + 1 END,
  CASE WHEN n IN (9, 58, 111, 164, 222, 301, 359) THEN NULL ELSE 'https://img.larkfield.test/' || n || '.jpg' END,
  now() - n * interval '19 minutes',
  CASE WHEN n <= 9 THEN NULL WHEN n % 17 = 4 AND n < 120 THEN now() - (n + 500) * interval '19 minutes' ELSE now() - n * interval '19 minutes' + interval '40 seconds' END
FROM generate_series(1, 420) n;

-- An order in seven minutes; since twenty minutes none is paid, and four are paid and wait.
INSERT INTO orders
SELECT n, 'L' || 60000 - n, md5('user' || (1 + n * 7 % 1200))::uuid,
  CASE WHEN n IN (1, 2, 3, 5, 6, 11, 17, 29) THEN 'pending' WHEN n % 41 = 0 THEN 'cancelled' WHEN n % 97 = 0 THEN 'refunded'
    WHEN n <= 300 OR n IN (450, 461, 520) THEN 'paid' ELSE 'shipped' END,
  0, now() - n * interval '7 minutes', now() - n * interval '7 minutes' + interval '40 seconds'
FROM generate_series(1, 3000) n;
INSERT INTO order_items
SELECT o, 1 + (o * 31 + i * 101) % 420, 1 + (o + i) % 3, 0
FROM generate_series(1, 3000) o, generate_series(1, 3) i
WHERE i = 1 OR (o + i) % 3 = 0;
UPDATE order_items i SET price_cents = p.price_cents FROM products p WHERE p.id = i.product_id;
UPDATE orders o SET total_cents = (SELECT sum(i.quantity * i.price_cents) FROM order_items i WHERE i.order_id = o.id);

-- A payment for each order; one in eleven needs a second try.
INSERT INTO payments
SELECT md5('payment' || o.id)::uuid, o.id, 'tg_' || substr(md5('tg' || o.id), 1, 14), o.total_cents,
  CASE WHEN o.id IN (1, 2, 3, 5) OR o.status = 'cancelled' THEN 'failed' WHEN o.status = 'refunded' THEN 'refunded' ELSE 'succeeded' END,
  CASE WHEN o.id IN (1, 2, 3, 5) THEN 'processing_error' WHEN o.status = 'cancelled' THEN 'card_declined' END,
  o.created_at + interval '30 seconds'
FROM orders o;
INSERT INTO payments
SELECT md5('declined' || o.id)::uuid, o.id, 'tg_' || substr(md5('declined' || o.id), 1, 14), o.total_cents, 'failed',
  (ARRAY['card_declined','insufficient_funds','expired_card','authentication_required'])[1 + o.id % 4], o.created_at + interval '5 seconds'
FROM orders o WHERE o.id % 11 = 4;
-- Charged two or three times within seconds.
INSERT INTO payments
SELECT md5('twice' || o.id || ',' || k)::uuid, o.id, 'tg_' || substr(md5('twice' || o.id || ',' || k), 1, 14), o.total_cents, 'succeeded', NULL,
  o.created_at + interval '30 seconds' + k * interval '3 seconds'
FROM orders o, generate_series(1, 2) k WHERE o.id IN (40, 75, 110, 150, 190) AND (k = 1 OR o.id = 110);

-- What Tollgate sent; lately some could not be handled.
INSERT INTO webhook_events (event_type, payload, status, created_at)
SELECT (ARRAY['payment.succeeded','payment.succeeded','payment.failed','payment.succeeded','payout.paid','refund.created'])[1 + n % 6],
  jsonb_build_object('id', 'evt_' || substr(md5('event' || n), 1, 14), 'attempt', 1 + n % 2)
    || CASE WHEN state = 'error' THEN jsonb_build_object('error', CASE WHEN n < 60 THEN 'HTTP 500 from /callbacks/tollgate' ELSE 'timed out after 10 s' END) ELSE '{}' END,
  state, now() - n * interval '4 minutes'
FROM generate_series(1, 2400) n,
LATERAL (SELECT CASE WHEN n % 29 = 3 OR n IN (1, 2, 5, 9, 12, 20) THEN 'error' ELSE 'processed' END) s(state);

-- Workers: the one of the search index died hours ago, and another is on an old version.
INSERT INTO workers VALUES
  ('mail-1', 'mail', 'v412', now() - interval '4 seconds'), ('mail-2', 'mail', 'v412', now() - interval '2 seconds'),
  ('payments-1', 'payments', 'v412', now() - interval '3 seconds'), ('pictures-1', 'pictures', 'v409', now() - interval '6 seconds'),
  ('search-1', 'search', 'v412', now() - interval '3 hours 12 minutes');

-- Jobs: most are done; those of the search queue wait, and its worker holds seven.
INSERT INTO jobs (queue, kind, state, attempts, worker, created_at, started_at, finished_at)
SELECT queue, kind, 'completed', 1, worker, at, at + interval '2 seconds', at + interval '2 seconds' + took
FROM generate_series(1, 3600) n,
LATERAL (SELECT (ARRAY['mail','mail','payments','search','pictures'])[1 + n % 5], (ARRAY['send_order_mail','send_sign_in_mail','capture_payment','update_search_index','make_thumbnails'])[1 + n % 5],
  (ARRAY['mail-1','mail-2','payments-1','search-1','pictures-1'])[1 + n % 5],
  now() - n * interval '3 minutes' - CASE WHEN n % 5 = 3 THEN interval '4 hours' ELSE interval '0' END, (200 + n * 37 % 2600 * (1 + n % 5)) * interval '1 millisecond') j(queue, kind, worker, at, took);
INSERT INTO jobs (queue, kind, state, created_at)
SELECT 'search', 'update_search_index', 'available', now() - n * interval '95 seconds' FROM generate_series(1, 118) n;
INSERT INTO jobs (queue, kind, state, created_at)
SELECT (ARRAY['mail','pictures'])[1 + n % 2], (ARRAY['send_order_mail','make_thumbnails'])[1 + n % 2], 'available', now() - n * interval '2 seconds' FROM generate_series(1, 6) n;
INSERT INTO jobs (queue, kind, state, attempts, worker, created_at, started_at)
SELECT 'search', 'update_search_index', 'running', 1, 'search-1', now() - interval '3 hours 14 minutes' - n * interval '1 second', now() - interval '3 hours 13 minutes' + n * interval '2 seconds'
FROM generate_series(1, 7) n;
INSERT INTO jobs (queue, kind, state, attempts, last_error, created_at, started_at)
SELECT (ARRAY['mail','pictures','mail'])[1 + n % 3], (ARRAY['send_sign_in_mail','make_thumbnails','send_order_mail'])[1 + n % 3],
  CASE WHEN n % 3 = 1 OR n > 20 THEN 'discarded' ELSE 'retryable' END, CASE WHEN n % 3 = 1 OR n > 20 THEN 10 ELSE 1 + n % 4 END,
  (ARRAY['Mailwind: 421 4.7.0 too many messages from your network','picture is larger than 40 megapixels','Mailwind: timed out after 10 s'])[1 + n % 3],
  now() - n * interval '17 minutes', now() - n * interval '17 minutes' + interval '3 seconds'
FROM generate_series(1, 27) n;

ANALYZE users, sessions, sign_in_mails, products, orders, order_items, payments, webhook_events, workers, jobs;
