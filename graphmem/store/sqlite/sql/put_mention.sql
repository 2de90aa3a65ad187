-- A memory names an entity; the same pair again keeps the larger weight.
-- params: memory, entity, weight, surface
INSERT INTO mention (memory, entity, weight, surface) VALUES (:memory, :entity, :weight, :surface)
ON CONFLICT (memory, entity) DO UPDATE SET weight = excluded.weight, surface = excluded.surface
WHERE excluded.weight > mention.weight
