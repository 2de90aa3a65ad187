-- A delivery is tried, unless its webhook is being served.
-- params: seq, now, holder, held_until
UPDATE delivery SET holder = :holder, held_until = :held_until, tries = tries + 1
WHERE seq = :seq AND held_until <= :now AND status = 'PENDING'
  AND EXISTS (SELECT 1 FROM webhook WHERE webhook.id = webhook_id AND webhook.held_until <= :now)
RETURNING id, webhook_id, event_id, kind, memory_id, tries
