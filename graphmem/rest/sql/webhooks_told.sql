-- Who of a project is told, what of, and how many deliveries of a store wait for each.
-- params: project_id, store
SELECT id, event_types, (
  SELECT count(*) FROM delivery WHERE store = :store AND webhook_id = webhook.id AND status = 'PENDING') AS waiting
FROM webhook WHERE project_id = :project_id AND is_active ORDER BY created_at, id
