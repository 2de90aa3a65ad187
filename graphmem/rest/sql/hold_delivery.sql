-- A delivery is tried; with whom it goes to.
-- params: seq, now, holder, held_until
UPDATE delivery SET holder = :holder, held_until = :held_until, tries = tries + 1
WHERE seq = :seq AND held_until <= :now AND status = 'PENDING'
RETURNING id, webhook_id, event_id, kind, memory_id, tries,
  (SELECT url FROM webhook WHERE webhook.id = webhook_id) AS url,
  (SELECT secret FROM webhook WHERE webhook.id = webhook_id) AS secret,
  (SELECT project_id FROM webhook WHERE webhook.id = webhook_id) AS project_id
