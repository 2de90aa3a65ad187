-- The next delivery of a store that may be tried: of the webhook that was served longest ago, and is not being served.
-- params: store, now
WITH RECURSIVE waiting (id) AS (
  SELECT min(webhook_id) FROM delivery WHERE store = :store AND status = 'PENDING'
  UNION ALL
  SELECT (SELECT min(webhook_id) FROM delivery WHERE store = :store AND status = 'PENDING' AND webhook_id > waiting.id)
  FROM waiting WHERE waiting.id IS NOT NULL
), first (served_at, seq) AS (
  SELECT webhook.served_at, (
    SELECT delivery.seq FROM delivery
    WHERE delivery.store = :store AND delivery.webhook_id = webhook.id AND delivery.status = 'PENDING'
      AND delivery.due <= :now AND delivery.held_until <= :now
    ORDER BY delivery.due, delivery.seq LIMIT 1)
  FROM waiting JOIN webhook ON webhook.id = waiting.id WHERE webhook.held_until <= :now)
SELECT seq FROM first WHERE seq IS NOT NULL ORDER BY served_at LIMIT 1
