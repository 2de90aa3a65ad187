-- One page of a tenant's history, the last written first.
-- params: tenant, limit, offset
SELECT memory_id, text, event, layer, previous, at, by FROM event
WHERE tenant = :tenant ORDER BY no DESC LIMIT :limit OFFSET :offset
