-- The deliveries of a webhook, newest first.
-- params: webhook_id, size, skip
SELECT * FROM delivery WHERE webhook_id = :webhook_id ORDER BY seq DESC LIMIT :size OFFSET :skip
