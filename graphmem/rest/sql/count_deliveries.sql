-- How many deliveries of a webhook there are.
-- params: webhook_id
SELECT count(*) AS number FROM delivery WHERE webhook_id = :webhook_id
