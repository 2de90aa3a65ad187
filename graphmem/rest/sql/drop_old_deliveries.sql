-- Deliveries that are done and too old to be kept; those too of a store that was in the RAM of another server.
-- params: before, store
DELETE FROM delivery
WHERE created_at < :before AND (status != 'PENDING' OR (store LIKE ':memory:%' AND store != :store))
