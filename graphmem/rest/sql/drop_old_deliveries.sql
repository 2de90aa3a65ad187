-- Deliveries that are done and too old to be kept.
-- params: before
DELETE FROM delivery WHERE status != 'PENDING' AND created_at < :before
