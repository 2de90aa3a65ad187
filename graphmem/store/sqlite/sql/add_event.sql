-- A line of the history.
-- params: tenant, memory_id, event, layer, text, previous, at, by
INSERT INTO event (tenant, memory_id, event, layer, text, previous, at, by)
VALUES (:tenant, :memory_id, :event, :layer, :text, :previous, :at, :by)
