-- What happened to a memory, oldest first.
-- params: tenant, memory_id
SELECT memory_id, text, event, layer, previous, at, by FROM event
WHERE tenant = :tenant AND memory_id = :memory_id ORDER BY no
